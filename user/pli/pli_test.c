/* pli_test.c - texts, times, passphrases. */

#include "pli.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#include "account.h"
#include "device.h"
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

TEST(accounts)
{
	static const struct { const char *url, *user, *host; unsigned port; }
	    good[] = {
		{ "imaps://a@b", "a", "b", 993 },
		{ "imaps://alice@gmail.com@imap.gmail.com/", "alice@gmail.com",
		    "imap.gmail.com", 993 },
		{ "IMAPS://a%40b%25@mail.example.org:1993", "a@b%",
		    "mail.example.org", 1993 },
		{ "imaps://a@[::1]:65535/", "a", "::1", 65535 },
	};
	static const char *const bad[] = { "", "imaps://", "imaps://b",
	    "imaps://@b", "imaps://a@", "imap://a@b", "imaps://a@b:0",
	    "imaps://a@b:65536", "imaps://a@b:x", "imaps://a@b/INBOX",
	    "imaps://a%0a@b", "imaps://a%4@b", "imaps://a%zz@b",
	    "imaps://a\n@b", "imaps://a@b c", "imaps://a@[::1", "a@b",
	    "imaps://a@b:18446744073709551617" };
	struct account_url u;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(account_url(from_c(good[i].url), &u) &&
		    strcmp(u.user, good[i].user) == 0 &&
		    strcmp(u.host, good[i].host) == 0 &&
		    u.port == good[i].port, "%s", good[i].url);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!account_url(from_c(bad[i]), &u), "%s", bad[i]);
}

/* The box's list is foreign. */
TEST(devices)
{
	static const char *const bad[] = { "{}", "{\"devices\":5}",
	    "{\"devices\":[5]}", "{\"devices\":[{\"device\":\"a\"}]}",
	    "{\"devices\":[{\"device\":\"a\\n\",\"created\":1,\"used\":0}]}",
	    ("{\"devices\":[{\"device\":\"\\u001b[2J\",\"created\":1,"
	    "\"used\":0}]}"),
	    "{\"devices\":[{\"device\":\"a\",\"created\":-1,\"used\":0}]}" };
	struct device d;
	struct buf rows;
	struct str in;
	json_t *j;

	TEST_BEGIN;
	buf_init(&rows, BOX_ANSWER_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		j = json_loads(bad[i], 0, NULL);
		CHECK(j != NULL && !devices_take(NULL, j, &rows), "%s",
		    bad[i]);
		json_decref(j);
	}
	buf_clear(&rows);
	j = json_loads("{\"devices\":[{\"device\":\"\",\"created\":1,"
	    "\"used\":0},{\"device\":\"a b\",\"created\":2,"
	    "\"used\":3}]}", 0, NULL);
	assert_true(devices_take(NULL, j, &rows));
	json_decref(j);
	in = buf_str(&rows);
	assert_true(device_next(&in, &d) && d.name.len == 0 && d.used == 0);
	assert_true(device_next(&in, &d) && str_eq(d.name, STR("a b")) &&
	    d.made == 2 && d.used == 3);
	assert_false(device_next(&in, &d));
	for (size_t n = 0; n < rows.len; n++) {
		size_t whole = 0;

		for (in = (struct str){ rows.ptr, n }; device_next(&in, &d); )
			whole++;
		CHECK(whole < 2, "%zu", n);
	}
	buf_free(&rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(every_text_in_every_language),
		RUN(times),
		RUN(strengths),
		RUN(addresses),
		RUN(accounts),
		RUN(devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
