/* idn_test.c - names as the DNS has them. */

#include "os/idn.h"

#include <string.h>

#include "tests/check.h"

static const struct { struct str in, out; } names[] = {
	{ STR_INIT("Example.ORG"), STR_INIT("example.org") },
	{ STR_INIT("[192.0.2.1]"), STR_INIT("[192.0.2.1]") },
	{ STR_INIT("B\xc3\x9c" "cher.example"),
	    STR_INIT("xn--bcher-kva.example") },
	{ STR_INIT("stra\xc3\x9f" "e.example"),
	    STR_INIT("xn--strae-oqa.example") },
	{ STR_INIT(""), STR_INIT("") },
	{ STR_INIT("a\nb"), STR_INIT("") },
	{ STR_INIT("\xff.example"), STR_INIT("") },
};

TEST(folds)
{
	char out[IDN_MAX];
	size_t n;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool ok = idn_fold(out, &n, names[i].in);

		CHECK(ok == (names[i].out.len > 0), "%zu", i);
		CHECK(!ok || str_eq((struct str){ out, n }, names[i].out),
		    "%zu: %.*s", i, (int)n, out);
	}
}

TEST(bounds)
{
	char in[IDN_MAX + 2], out[IDN_MAX];
	size_t n;

	TEST_BEGIN;
	memset(in, 'a', sizeof(in));
	assert_true(idn_fold(out, &n, (struct str){ in, IDN_MAX }));
	assert_int_equal(n, IDN_MAX);
	assert_false(idn_fold(out, &n, (struct str){ in, IDN_MAX + 1 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(folds), RUN(bounds) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
