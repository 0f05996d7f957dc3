/* header_test.c - fields, folds, and where a header ends. */

#include "mail/header.h"

#include "tests/check.h"
#include "tests/pieces.h"

TEST(gives_field_by_field)
{
	static const struct str block = STR_INIT("From x Mon\r\nA: b\r\n"
	    "\tc \r\nB:\r\n \r\nSubject : x\nC:d\r\n\r\nD: e\r\n");
	static const struct { struct str name, value; } want[] = {
		{ STR_INIT(""), STR_INIT("From x Mon") },
		{ STR_INIT("A"), STR_INIT(" b\r\n\tc ") },
		{ STR_INIT("B"), STR_INIT("\r\n ") },
		{ STR_INIT("Subject"), STR_INIT(" x") },
		{ STR_INIT("C"), STR_INIT("d") },
	};
	struct header h;
	struct header_field f;
	size_t n = 0;

	TEST_BEGIN;
	header_begin(&h, block);
	while (header_next(&h, &f)) {
		CHECK(str_eq(f.name, want[n].name), "name %zu", n);
		CHECK(str_eq(f.value, want[n].value), "value %zu: %.*s", n,
		    (int)f.value.len, f.value.ptr);
		n++;
	}
	CHECK(n == 5, "%zu fields", n);
	CHECK(str_eq(h.rest, STR("\r\nD: e\r\n")), "rest");
	CHECK(header_find(block, STR("SUBJECT"), &f), "find");
	CHECK(!header_find(block, STR("D"), &f), "found in the body");
}

TEST(unfolds)
{
	struct buf b;

	TEST_BEGIN;
	buf_init(&b, 100);
	header_unfold(STR(" \r\n a\r\n\tb \n c \r\n "), &b);
	CHECK(str_eq(buf_str(&b), STR("a\tb  c")), "%.*s", (int)b.len,
	    b.ptr);
	buf_free(&b);
}

static void
ends(struct str message, size_t want)
{
	struct pieces p;

	EACH_SPLIT(p, message) {
		size_t seen = 0, len = message.len + 1;
		struct str ignored;
		bool done = false;

		while (!done && pieces_next(&p, &ignored)) {
			struct str have = str_before(message, p.rest);
			char *exact = pieces_exact(have);

			have.ptr = exact;
			done = header_end(have, &seen, &len);
			free(exact);
		}
		pieces_drop(&p);
		if (!done)
			len = header_len(message);
		CHECK(len == want, "%zu, %zu: %zu, not %zu", p.first, p.step,
		    len, want);
	}
	CHECK(header_len(message) == want, "%zu", header_len(message));
}

TEST(ends_where_it_should)
{
	TEST_BEGIN;
	ends(STR("A: b\r\n\r\nbody"), 8);
	ends(STR("A: b\n\nbody"), 6);
	ends(STR("A: b\r\n"), 6);
	ends(STR("A: b"), 4);
	ends(STR("\r\nbody"), 2);
	ends(STR("hello\r\nA: b\r\n\r\n"), 0);
	ends(STR(" A: b\r\n\r\n"), 0);
	ends(STR("A: b\r\nhello\r\n\r\n"), 6);
	ends(STR("A: b\r\nhello"), 6);
	ends(STR("From me\r\nA: b\r\nFrom me\r\n"), 15);
	ends(STR(">From me\r\nA: b\r\n c\r\n\r\n"), 22);
	ends(STR("A b: c\r\n\r\n"), 0);
	ends(STR("A\x80: c\r\n\r\n"), 0);
	ends(STR("A: \0\r\r\n\r\n"), 9);
	CHECK(header_len(STR("")) == 0, "empty");
}

TEST(is_closed_or_not)
{
	TEST_BEGIN;
	CHECK(header_is_closed(STR("\r\n")), "alone");
	CHECK(header_is_closed(STR("\n")), "alone");
	CHECK(header_is_closed(STR("A: b\r\n\r\n")), "CRLF");
	CHECK(header_is_closed(STR("A: b\n\n")), "LF");
	CHECK(!header_is_closed(STR("A: b\r\n")), "open");
	CHECK(!header_is_closed(STR("A: b")), "open");
	CHECK(!header_is_closed(STR("")), "empty");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(gives_field_by_field),
		RUN(unfolds),
		RUN(ends_where_it_should),
		RUN(is_closed_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
