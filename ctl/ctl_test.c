/* ctl_test.c - texts, sizes, passwords, JSON. */

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

/* Of C0, C1, what turns text and what is no UTF-8 nothing is shown. */
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

TEST(made_passwords)
{
	char a[PASSWORD_MAX + 1], b[PASSWORD_MAX + 1];

	TEST_BEGIN;
	CHECK(password_make(a) && password_make(b), "made");
	CHECK(strlen(a) == 34 && a[4] == '-' && a[29] == '-', "%s", a);
	CHECK(strspn(a, "0123456789abcdefghjkmnpqrstvwxyz-") == 34, "%s", a);
	CHECK(strcmp(a, b) != 0, "twice the same");
}

/* RFC 7677 section 3: user "user", password "pencil". */
TEST(verifier_of_the_rfc)
{
	static const unsigned char salt[16] = {
		0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0,
		0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81,
	};
	static const unsigned char stored[32] = {
		0x58, 0x6e, 0x5d, 0xf2, 0x83, 0xe6, 0xdc, 0xeb, 0x5c, 0x3e,
		0x79, 0x1d, 0x8b, 0x85, 0x28, 0xec, 0x19, 0x1e, 0x66, 0x40,
		0x45, 0xce, 0x97, 0x17, 0x92, 0xe2, 0xe6, 0xb5, 0xbb, 0x13,
		0xe2, 0xa6,
	};
	struct str value;
	struct buf args;

	TEST_BEGIN;
	buf_init(&args, 4096);
	CHECK(password_verifier_of(&args, STR("pencil"),
	    (struct str){ (const char *)salt, 16 }, 4096), "made");
	CHECK(admin_get(buf_str(&args), STR("stored_key"), &value) &&
	    value.len == 32 && memcmp(value.ptr, stored, 32) == 0, "stored");
	CHECK(admin_get(buf_str(&args), STR("server_key"), &value) &&
	    value.len == 32 && (unsigned char)value.ptr[0] == 0xc1, "server");
	CHECK(admin_get(buf_str(&args), STR("iterations"), &value) &&
	    str_eq(value, STR("4096")), "rounds");
	buf_free(&args);
}

TEST(json)
{
	struct buf row, out;

	TEST_BEGIN;
	buf_init(&row, 4096);
	buf_init(&out, 4096);
	admin_put(&row, STR("name"), STR("a\"\\\n\xc3\xa9\xff\0b"));
	admin_put(&row, STR("quota"), STR("0123"));
	admin_put(&row, STR("used"), STR("1x"));
	admin_put(&row, STR("sealed"), STR("1"));
	json_row(&out, buf_str(&row));
	CHECK(str_eq(buf_str(&out), STR("{\"name\":\"a\\\"\\\\\\u000a\xc3\xa9"
	    "\xef\xbf\xbd\\u0000b\",\"quota\":123,\"used\":\"1x\","
	    "\"sealed\":true}")), "%.*s", (int)out.len, out.ptr);
	buf_free(&row);
	buf_free(&out);
}

TEST(for_people)
{
	struct cli c = { .lang = LANG_FR };
	char text[16], span[32];

	TEST_BEGIN;
	size_text(0, text);
	CHECK(strcmp(text, "0 B") == 0, "%s", text);
	size_text(1536, text);
	CHECK(strcmp(text, "1.5 KB") == 0, "%s", text);
	size_text(UINT64_MAX, text);
	CHECK(strcmp(text, "16777215 TB") == 0, "%s", text);
	date_text(0, text);
	CHECK(strcmp(text, "1970-01-01") == 0, "%s", text);
	date_text(UINT64_MAX / 2, text);
	CHECK(strcmp(text, "?") == 0, "%s", text);
	span_text(&c, 90000, span);
	CHECK(strcmp(span, "1 j 1 h") == 0, "%s", span);
}

/* Nothing of a stranger's moves the cursor: C1 and marks of direction, too. */
TEST(cells)
{
	FILE *out = tmpfile(), *was = stdout;
	char text[64] = "";

	TEST_BEGIN;
	CHECK(out != NULL, "no file");
	stdout = out;
	put_cell(STR("a\033\302\233b\342\200\256\303\251\377"), 0);
	stdout = was;
	rewind(out);
	CHECK(fgets(text, sizeof(text), out) != NULL, "nothing");
	fclose(out);
	CHECK(strcmp(text, "a??b?\303\251?") == 0, "%s", text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(every_text_in_every_language),
		RUN(mistakes_are_translated),
		RUN(sizes),
		RUN(made_passwords),
		RUN(verifier_of_the_rfc),
		RUN(json),
		RUN(for_people),
		RUN(cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
