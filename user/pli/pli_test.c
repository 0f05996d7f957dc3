/* pli_test.c - texts, times, passphrases. */

#include "pli.h"

#include <string.h>
#include <time.h>

#include "tests/check.h"
#include "texts.h"

static const struct program program = { .name = "pli", .texts = texts };

TEST(every_text_in_every_language)
{
	const char *fault = text_fault(texts, texts_count);

	TEST_BEGIN;
	CHECK(fault == NULL, "%s", fault);
	fault = text_fault(texts_more, texts_more_count);
	CHECK(fault == NULL, "%s", fault);
}

TEST(times)
{
	static const char *const good[] = { "1d", "18m", "2y", "never",
	    "2100-12-31" };
	static const char *const bad[] = { "", "0d", "2", "y", "2x", "-1y",
	    "2000-01-01", "2030-13-01", "2030-01-32", "2030-1", "forever" };
	static struct cli c = { .program = &program };
	uint64_t t, now = (uint64_t)time(NULL);

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(args_expiry(&c, good[i], &t) && (t == 0 || t > now),
		    "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!args_expiry(&c, bad[i], &t), "%s", bad[i]);
}

TEST(strengths)
{
	static char longest[SECRET_MAX + 1];
	double bits;

	TEST_BEGIN;
	CHECK(strength("password", "a@b.c", &bits) == 0, "%f", bits);
	CHECK(strength("alice@example.org", "alice@example.org", &bits) <= 1,
	    "%f", bits);
	CHECK(strength("correct horse battery staple", "a@b.c", &bits) == 4,
	    "%f", bits);
	memset(longest, 'x', SECRET_MAX);
	CHECK(strength(longest, "a@b.c", &bits) < 3, "%f", bits);
}

TEST(addresses)
{
	static const char *const bad[] = { "", "a", "@b", "a@", "a@b@c",
	    "../a@b", "a/../b@c", ".a@b", "-a@b", "a b@c", "a@b\n" };
	static struct pli p;

	TEST_BEGIN;
	p.cli.program = &program;
	p.home = "/nowhere";
	CHECK(account_path(&p, "alice@example.org") &&
	    strcmp(p.dir, "/nowhere/alice@example.org") == 0, "%s", p.dir);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!account_path(&p, bad[i]), "%s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(every_text_in_every_language),
		RUN(times),
		RUN(strengths),
		RUN(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
