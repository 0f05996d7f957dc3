/* ctl_test.c - texts, sizes. */

#include "plictl.h"

#include <string.h>

#include "base/conf.h"
#include "tests/check.h"
#include "texts.h"

TEST(every_text_in_every_language)
{
	const char *fault = text_fault(texts, texts_count);

	TEST_BEGIN;
	CHECK(fault == NULL, "%s", fault);
	fault = text_fault(conf_texts, conf_texts_count);
	CHECK(fault == NULL, "%s", fault);
	for (size_t i = 0; i < conf_texts_count; i++)
		CHECK(strcmp(conf_texts[i].key,
		    conf_texts[i].say[LANG_EN]) == 0, "%s",
		    conf_texts[i].key);
}

TEST(mistakes_are_translated)
{
	static const char *const bad[] = {
		"", "host a\n", "hosst", "host", "host a b", "host 1.2.3.4",
		"host -", "host \"a", "host a\"b\"", "domain a a", "host _",
		"listen", "listen pop3 1", "listen mx", "listen 25",
		"listen mx 0", "listen mx ::1:25", "listen mx [::1]",
		"listen mx [1]:1", "listen mx 25 mx 25", "listen mx 25/x",
		"listen mx 127.0.0.1:25/clear", "listen imap 143/clear",
		"proxy a", "proxy", "cert", "cert a", "cert file",
		"cert file a", "size 1", "retry x", "host \001",
		"size 1M\nsize 1M", "host \xc3\xa9", "host \"\"",
	};
	struct conf_error e;
	struct conf conf;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(!conf_parse(&conf, from_c(bad[i]), &e), "%s", bad[i]);
		CHECK(text_find(conf_texts, conf_texts_count, from_c(e.what),
		    LANG_FR) != NULL, "%s", e.what);
	}
}

TEST(sizes)
{
	static const struct { const char *text; uint64_t octets; } good[] = {
		{ "0", 0 }, { "none", 0 }, { "1", 1 }, { "1k", 1024 },
		{ "500M", 500ULL << 20 }, { "2G", 2ULL << 30 },
		{ "1t", 1ULL << 40 },
	};
	static const char *const bad[] = { "", "M", "1x", "1MB", "-1", "1.5G",
	    "99999999999999999999", "18446744073709551615", "99999999T" };
	uint64_t n;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(args_size(good[i].text, &n) && n == good[i].octets,
		    "%s", good[i].text);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!args_size(bad[i], &n), "%s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(every_text_in_every_language),
		RUN(mistakes_are_translated),
		RUN(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
