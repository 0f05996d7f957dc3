/* smtp_stuff_test.c - dots at the start of lines, in pieces of any size. */

#include "proto/smtp_stuff.h"

#include "base/buf.h"
#include "proto/smtp_data.h"
#include "tests/check.h"
#include "tests/pieces.h"

static const struct { struct str in, out; } cases[] = {
	{ STR_INIT(""), STR_INIT(".\r\n") },
	{ STR_INIT("a\r\n"), STR_INIT("a\r\n.\r\n") },
	{ STR_INIT("a"), STR_INIT("a\r\n.\r\n") },
	{ STR_INIT(".\r\n"), STR_INIT("..\r\n.\r\n") },
	{ STR_INIT("..\r\n"), STR_INIT("...\r\n.\r\n") },
	{ STR_INIT("a.\r\n.b\r\nc\r\n.\r\nd\r\n"),
	    STR_INIT("a.\r\n..b\r\nc\r\n..\r\nd\r\n.\r\n") },
	{ STR_INIT("\r\n.\r\n\r\n.."),
	    STR_INIT("\r\n..\r\n\r\n...\r\n.\r\n") },
};

static void
stuff(struct pieces *p, struct buf *out)
{
	struct smtp_stuff s;
	struct str part, run;

	buf_clear(out);
	smtp_stuff_begin(&s);
	while (pieces_next(p, &part))
		while ((run = smtp_stuff_take(&s, &part)).len > 0)
			buf_add(out, run);
	buf_add(out, smtp_stuff_end(&s));
}

TEST(dots_are_doubled)
{
	struct pieces p;
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		EACH_SPLIT(p, cases[i].in) {
			stuff(&p, &out);
			CHECK(str_eq(buf_str(&out), cases[i].out),
			    "case %zu, pieces %zu, %zu: %.*s", i, p.first,
			    p.step, (int)out.len, out.ptr);
		}
	buf_free(&out);
}

/* What one side sends the other takes for the same. */
TEST(and_taken_off_again)
{
	struct smtp_data d;
	struct buf out, back;

	TEST_BEGIN;
	buf_init(&out, 1000);
	buf_init(&back, 1000);
	for (size_t i = 1; i < sizeof(cases) / sizeof(cases[0]) - 1; i++) {
		struct pieces p = pieces_of(cases[i].in, 0, 3);
		struct str in, run;

		stuff(&p, &out);
		in = buf_str(&out);
		buf_clear(&back);
		smtp_data_begin(&d, true);
		while ((run = smtp_data_take(&d, &in)).len > 0)
			buf_add(&back, run);
		CHECK(d.done && d.fault == SMTP_FAULT_NONE, "case %zu", i);
		if (i != 2)
			CHECK(str_eq(buf_str(&back), cases[i].in), "case %zu",
			    i);
	}
	buf_free(&out);
	buf_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(dots_are_doubled),
		RUN(and_taken_off_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
