/* copy_test.c - where a header ends that arrives in pieces. */

#include "role/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/pieces.h"

/* Header and rest. */
static void
in_pieces_of(struct pieces *p, struct str message, struct str header,
    struct str body)
{
	enum head_is is = HEAD_MORE;
	struct str run = STR("");
	struct head h;
	size_t at = 0;

	head_init(&h);
	while (is == HEAD_MORE && (run.len > 0 || pieces_next(p, &run))) {
		const char *end = run.ptr + run.len;

		is = head_take(&h, &run);
		assert_true(run.ptr >= p->mem && run.ptr + run.len == end);
		at = message.len - p->rest.len - run.len;
	}
	pieces_drop(p);
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
		struct str message = { whole, (size_t)len };
		struct pieces p;

		EACH_SPLIT(p, message)
			in_pieces_of(&p, message, from_c(cases[i][0]),
			    from_c(cases[i][1]));
	}
}

/* Longer than what is looked at in one go. */
TEST(in_long_pieces)
{
	static char whole[4000];
	struct str message = { whole, sizeof(whole) };
	struct pieces p;

	TEST_BEGIN;
	memset(whole, ' ', sizeof(whole));
	memcpy(whole, "A:", 2);
	memcpy(whole + 2000, "\r\n", 2);
	memset(whole + 2002, 'x', 1900);
	memcpy(whole + 3902, "\r\n", 2);
	for (size_t cut = 1; cut < sizeof(whole); cut += 3) {
		p = pieces_of(message, cut, 1500);
		in_pieces_of(&p, message, (struct str){ whole, 2002 },
		    (struct str){ whole + 2002, sizeof(whole) - 2002 });
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
		RUN(in_pieces), RUN(in_long_pieces), RUN(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
