/* copy_test.c - where a header ends that arrives in pieces. */

#include "role/copy.h"

#include <string.h>

#include "tests/check.h"

static const char message[] = "From: a\r\nSubject: b\r\n c\r\n\r\nbody\r\n";

enum { HEADER = 27 };

TEST(in_pieces)
{
	TEST_BEGIN;
	for (size_t n = 1; n < sizeof(message); n++) {
		struct str rest = { message, sizeof(message) - 1 };
		enum head_is is = HEAD_MORE;
		struct head h;

		head_init(&h);
		while (is == HEAD_MORE) {
			struct str run = { rest.ptr, n < rest.len ? n :
			    rest.len };

			is = head_take(&h, &run);
			rest.len -= (size_t)(run.ptr - rest.ptr);
			rest.ptr = run.ptr;
		}
		assert_int_equal(is, HEAD_COMPLETE);
		assert_int_equal(h.text.len, HEADER);
		assert_true(rest.ptr == message + HEADER);
		head_forget(&h);
		buf_free(&h.text);
	}
}

/* The last line turns out to be text. */
TEST(without_an_end)
{
	struct str run = STR("From: a\r\nno field"), rest;
	struct head h;

	TEST_BEGIN;
	head_init(&h);
	while (run.len > 0)
		assert_int_equal(head_take(&h, &run), HEAD_MORE);
	rest = head_end(&h);
	assert_true(str_eq(rest, STR("no field")));
	assert_true(str_eq(buf_str(&h.text), STR("From: a\r\n")));
	buf_free(&h.text);
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
		RUN(in_pieces), RUN(without_an_end), RUN(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
