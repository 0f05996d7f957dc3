/* dkim_canon_test.c - RFC 6376, 3.4.5 and 3.4.6, and pieces of any size. */

#include "mail/dkim_canon.h"

#include "tests/check.h"
#include "tests/pieces.h"

static void
gather(void *arg, struct str s)
{
	buf_add(arg, s);
}

static void
canon(struct pieces *p, struct buf *out)
{
	struct dkim_body b;
	struct str piece;

	buf_clear(out);
	dkim_body_begin(&b, gather, out);
	while (pieces_next(p, &piece))
		dkim_body_feed(&b, piece);
	dkim_body_end(&b);
}

static const struct { struct str in, out; } bodies[] = {
	{ STR_INIT(" C \r\nD \t E\r\n\r\n\r\n"), STR_INIT(" C\r\nD E\r\n") },
	{ STR_INIT(""), STR_INIT("") },
	{ STR_INIT("\r\n"), STR_INIT("") },
	{ STR_INIT("\r\n\r\n \t\r\n"), STR_INIT("") },
	{ STR_INIT("\r\n\r\na"), STR_INIT("\r\n\r\na\r\n") },
	{ STR_INIT("a \t"), STR_INIT("a\r\n") },
	{ STR_INIT("a\r\n \r\n b"), STR_INIT("a\r\n\r\n b\r\n") },
	{ STR_INIT("a\rb\nc \r"), STR_INIT("a\rb\nc \r\r\n") },
};

TEST(relaxes_bodies)
{
	struct pieces p;
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1024);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		EACH_SPLIT(p, bodies[i].in) {
			canon(&p, &out);
			CHECK(str_eq(buf_str(&out), bodies[i].out),
			    "%zu in %zu, %zu: %.*s", i, p.first, p.step,
			    (int)out.len, out.ptr);
		}
	buf_free(&out);
}

TEST(passes_on_long_bodies)
{
	char line[100];
	struct dkim_body b;
	struct buf out;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(line); i++)
		line[i] = 'x';
	buf_init(&out, 1 << 20);
	dkim_body_begin(&b, gather, &out);
	for (int i = 0; i < 1000; i++)
		dkim_body_feed(&b, (struct str){ line, sizeof(line) });
	dkim_body_end(&b);
	assert_int_equal(out.len, 100002);
	buf_free(&out);
}

TEST(relaxes_fields)
{
	static const struct { struct str name, value, out; } fields[] = {
		{ STR_INIT("A"), STR_INIT(" X"), STR_INIT("a:X") },
		{ STR_INIT("B"), STR_INIT(" Y\t\r\n\tZ  "),
		    STR_INIT("b:Y Z") },
		{ STR_INIT("SubJect"), STR_INIT("\r\n \r\n x"),
		    STR_INIT("subject:x") },
		{ STR_INIT("c"), STR_INIT(""), STR_INIT("c:") },
	};
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1024);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		buf_clear(&out);
		dkim_canon_field(&out, fields[i].name, fields[i].value);
		CHECK(str_eq(buf_str(&out), fields[i].out), "%zu: %.*s", i,
		    (int)out.len, out.ptr);
	}
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(relaxes_bodies),
		RUN(passes_on_long_bodies),
		RUN(relaxes_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
