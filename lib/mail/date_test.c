/* date_test.c - dates there and back, old forms, nonsense. */

#include "mail/date.h"

#include "tests/check.h"

static void
is(struct str text, int64_t seconds, int zone)
{
	struct date d;

	CHECK(date_parse(text, &d), "%.*s", (int)text.len, text.ptr);
	CHECK(date_seconds(&d) == seconds, "%.*s: %lld", (int)text.len,
	    text.ptr, (long long)date_seconds(&d));
	CHECK(d.zone == zone, "%.*s: %d", (int)text.len, text.ptr, d.zone);
}

TEST(reads_dates)
{
	TEST_BEGIN;
	is(STR("Thu, 1 Jan 1970 00:00:00 +0000"), 0, 0);
	is(STR("Fri, 21 Nov 1997 09:55:06 -0600"), 880127706, -360);
	is(STR("Tue, 29 Feb 2000 23:59:60 GMT"), 951868800, 0);
	is(STR(" 21 Nov 97 09:55 PST"), 880134900, -480);
	is(STR("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600"),
	    880127706, -360);
	is(STR("Thu,\r\n 13 Feb 1969 23:32 -0330 (Newfoundland)"),
	    -27723480, -210);
	is(STR("1 Jan 49 0:0:0 Z"), 2493072000, 0);
	is(STR("1 January 102 00:00:00"), 1009843200, 0);
}

TEST(refuses_nonsense)
{
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("Thu"), STR_INIT("29 Feb 1900 0:0 Z"),
		STR_INIT("31 Apr 2000 0:0 Z"), STR_INIT("1 Foo 2000 0:0 Z"),
		STR_INIT("0 Jan 2000 0:0 Z"), STR_INIT("1 Jan 2000 24:00 Z"),
		STR_INIT("1 Jan 2000 00:60 Z"), STR_INIT("1 Jan 20000 0:0"),
		STR_INIT("1 Jan 2000"), STR_INIT("1 Jan 0005 0:0 Z"),
		STR_INIT("99999999999999999999 Jan 2000 0:0 Z"),
		STR_INIT("(1 Jan 2000 0:0 Z"),
	};
	struct date d;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!date_parse(bad[i], &d), "%zu", i);
}

TEST(writes_what_it_reads)
{
	struct buf b;
	int64_t s = -2208988800;

	TEST_BEGIN;
	buf_init(&b, 100);
	for (; s < 253402300000; s += 86400 * 40 + 3601) {
		int zone = (int)(s / 60 % 840);
		struct date d = date_of(s, zone), back;

		if (d.year < 1900 || d.year > 9999)
			continue;
		buf_clear(&b);
		date_put(&b, &d);
		CHECK(date_parse(buf_str(&b), &back), "%.*s", (int)b.len,
		    b.ptr);
		CHECK(date_seconds(&back) == s, "%.*s", (int)b.len, b.ptr);
		CHECK(back.weekday == d.weekday, "%.*s", (int)b.len, b.ptr);
	}
	buf_clear(&b);
	date_put(&b, &(struct date){ 2026, 11, 6, 2, 19, 1, 5, -210 });
	CHECK(str_eq(buf_str(&b), STR("Fri, 6 Nov 2026 02:19:01 -0330")),
	    "%.*s", (int)b.len, b.ptr);
	date_of(INT64_MAX, 60);
	date_of(INT64_MIN, -60);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(reads_dates),
		RUN(refuses_nonsense),
		RUN(writes_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
