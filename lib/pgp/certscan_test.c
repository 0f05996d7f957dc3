/* certscan_test.c - frames of keys, and of what is none. */

#include "pgp/certscan.h"

#include "tests/check.h"

#define CASE(s, ...)	{ "" s, sizeof(s) - 1, __VA_ARGS__ }

static const struct {
	const char *octets;
	size_t len;
	bool whole;
	struct certscan want;	/* in the order of the struct */
} cases[] = {
	CASE("", false, { 0 }),
	CASE("\xc6\x01\x04", true, { 1, 0, 0, 0, 4, 0 }),
	CASE("\x98\x01\x04", true, { 1, 0, 0, 0, 4, 0 }),
	CASE("\x99\x00\x01\x06", true, { 1, 0, 0, 0, 6, 0 }),
	CASE("\x9a\x00\x00\x00\x01\x04", true, { 1, 0, 0, 0, 4, 0 }),
	CASE("\xc6\xff\x00\x00\x00\x01\x04", true, { 1, 0, 0, 0, 4, 0 }),
	CASE("\x98\x01\x04\xb4\x01x\xce\x01\x04", true, { 1, 1, 0, 1, 4, 0 }),
	CASE("\xc6\x01\x04\xc6\x01\x04", true, { 2, 0, 0, 0, 4, 0 }),
	CASE("\xc6\x01\x04\xc7\x01\x04", true, { 1, 0, 1, 0, 4, 0 }),
	CASE("\xc5\x01\x04", true, { 0, 0, 1, 0, 4, 1 }),
	CASE("\xc6\x00", false, { 0 }),			/* no version */
	CASE("\xc6\x02\x04", false, { 0 }),		/* cut */
	CASE("\xc6\xc0\x00", false, { 0 }),		/* 192 octets, none */
	CASE("\xc6\xe1\x04\x04", false, { 0 }),		/* a part */
	CASE("\x9b\x04", false, { 0 }),			/* without an end */
	CASE("\xc6", false, { 0 }),
	CASE("\x06\x01\x04", false, { 0 }),
	CASE("\xcd\x01x", false, { 0 }),		/* not a key first */
	CASE("\xc6\x01\x04\xcd\x05x", false, { 1, 0, 0, 0, 4, 0 }),
};

TEST(counts)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct certscan got;
		bool whole = certscan((struct str){ cases[i].octets,
		    cases[i].len }, &got);
		const struct certscan *want = &cases[i].want;

		CHECK(whole == cases[i].whole, "case %zu", i);
		CHECK(got.primaries == want->primaries &&
		    got.subkeys == want->subkeys &&
		    got.secrets == want->secrets &&
		    got.secret_primaries == want->secret_primaries &&
		    got.user_ids == want->user_ids &&
		    got.version == want->version, "case %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
