/* copy_test.c - where a header ends that arrives in pieces. */

#include "role/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

/* In pieces of n octets, each in a place of its own: header and rest. */
static void
in_pieces_of(size_t n, struct str message, struct str header, struct str body)
{
	enum head_is is = HEAD_MORE;
	struct head h;
	char *piece = NULL;
	size_t at = 0;

	head_init(&h);
	while (is == HEAD_MORE && at < message.len) {
		size_t len = n < message.len - at ? n : message.len - at;
		struct str run;

		free(piece);
		piece = malloc(len);
		assert_non_null(piece);
		memcpy(piece, message.ptr + at, len);
		run = (struct str){ piece, len };
		is = head_take(&h, &run);
		assert_in_range(run.len, 0, len);
		assert_true(run.ptr == piece + len - run.len);
		at += len - run.len;
	}
	if (is == HEAD_MORE)
		head_end(&h);
	assert_true(str_eq(buf_str(&h.text), header));
	assert_int_equal(head_rest(&h).len + message.len - at, body.len);
	assert_true(str_eq((struct str){ body.ptr, head_rest(&h).len },
	    head_rest(&h)));
	assert_true(str_eq((struct str){ message.ptr + at, message.len - at },
	    (struct str){ body.ptr + head_rest(&h).len, message.len - at }));
	head_forget(&h);
	buf_free(&h.text);
	free(piece);
}

TEST(in_pieces)
{
	static const char *const cases[][2] = {
		{ "From: a\r\nSubject: b\r\n c\r\n\r\n", "body\r\n" },
		{ "", "hello\r\n" },		/* a line that is no field */
		{ "", "hello" },
		{ "From: a\r\n", "no field\r\nA: b\r\n\r\nx\r\n" },
		{ "From: a\r\n", "no field" },
		{ "From: a\r\nA: b", "" },
		{ "\r\n", "" },
		{ "\r\n", "A: b\r\n" },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char whole[128];
		int len = snprintf(whole, sizeof(whole), "%s%s", cases[i][0],
		    cases[i][1]);

		for (size_t n = 1; n <= (size_t)len; n++)
			in_pieces_of(n, (struct str){ whole, (size_t)len },
			    from_c(cases[i][0]), from_c(cases[i][1]));
	}
}

TEST(too_long)
{
	static char text[HEAD_OCTETS_MAX + 100];
	struct str run = { text, sizeof(text) };
	enum head_is is = HEAD_MORE;
	struct head h;

	TEST_BEGIN;
	memset(text, 'x', sizeof(text));
	memcpy(text, "A: ", 3);
	head_init(&h);
	while (is == HEAD_MORE)
		is = head_take(&h, &run);
	assert_int_equal(is, HEAD_TOO_BIG);
	assert_int_equal(h.text.len, HEAD_OCTETS_MAX);
	buf_free(&h.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(in_pieces), RUN(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
