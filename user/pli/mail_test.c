/* mail_test.c - names of files, words of protection, searches. */

#include "mail.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/check.h"
#include "texts.h"

TEST(names)
{
	static const struct { const char *said, *safe; } names[] = {
		{ "", "attachment" }, { "...", "attachment" },
		{ "../../etc/passwd", "_.._etc_passwd" },
		{ ".bashrc", "bashrc" }, { "-rf", "rf" }, { "a/b\\c", "a_b_c" },
		{ "a\033[2Jb", "a_[2Jb" }, { "\377x", "_x" },
		{ "\342\200\256gpj.exe", "_gpj.exe" },
		{ "Facture é.pdf", "Facture é.pdf" },
	};
	char out[256], longest[600];

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		safe_name(from_c(names[i].said), out);
		CHECK(strcmp(out, names[i].safe) == 0, "%s: %s",
		    names[i].said, out);
	}
	memset(longest, 'x', sizeof(longest));
	safe_name((struct str){ longest, sizeof(longest) }, out);
	CHECK(strlen(out) <= 200, "%zu", strlen(out));
}

/* As the webmail says it (user/web/words.js). */
static const struct { const char *status, *words; } said[] = {
	{ "", "" }, { "nonsense", "" }, { "sig=good", "" },
	{ "sealed; t=1; with=esmtps",
	    "sealed on arrival, came in clear" },
	{ "e2e; cipher=AES256; sig=none",
	    "encrypted by its sender, not signed" },
	{ "e2e; sig=good; key=AB; first=86400", "encrypted by its "
	    "sender, signature good, key first seen on 1970-01-02" },
	{ "e2e; sig=good", "encrypted by its sender, signature good" },
	{ "e2e; sig=expired", "encrypted by its sender, its signature "
	    "does not count (expired key, or too weak)" },
	{ "locked; why=key", "could not be opened here" },
	{ "own; key=AB", "put here by one of your devices" },
};

TEST(protections)
{
	static const struct program whole = { .name = "pli", .texts = texts,
	    .texts_more = texts_more };
	static struct program all;
	static struct cli c;
	struct buf b;

	TEST_BEGIN;
	all = whole;
	all.texts_count = texts_count;
	all.texts_more_count = texts_more_count;
	c.program = &all;
	buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		buf_clear(&b);
		protection_words(&c, from_c(said[i].status), &b);
		CHECK(str_eq(buf_str(&b), from_c(said[i].words)), "%s: %.*s",
		    said[i].status, (int)b.len, b.len > 0 ? b.ptr : "");
	}
	buf_free(&b);
}

static const struct { const char *word, *json; } words[] = {
	{ "slates", "{\"text\":\"slates\"}" },
	{ "the roof", "{\"text\":\"the roof\"}" },
	{ "from:anna", "{\"from\":\"anna\"}" },
	{ "SUBJECT:\"the roof\"", "{\"subject\":\"the roof\"}" },
	{ "has:attachment", "{\"hasAttachment\":true}" },
	{ "is:unread", "{\"notKeyword\":\"$seen\"}" },
	{ "is:starred", "{\"hasKeyword\":\"$flagged\"}" },
	{ "before:2026-05-01",
	    "{\"before\":\"2026-05-01T00:00:00Z\"}" },
	{ "after:2026", "{\"after\":\"2026-01-01T00:00:00Z\"}" },
	{ "after:2026-02-30", "{\"text\":\"after:2026-02-30\"}" },
	{ "is:nothing", "{\"text\":\"is:nothing\"}" },
	{ "http://a", "{\"text\":\"http://a\"}" },
	{ "in:inbox", "{\"inMailbox\":\"m1\"}" },
	{ "in:Lists/pli", "{\"inMailbox\":\"m3\"}" },
	{ "in:none", "{\"text\":\"in:none\"}" },
	{ "-from:anna", "{\"conditions\":[{\"from\":\"anna\"}],"
	    "\"operator\":\"NOT\"}" },
	{ "-", "{\"text\":\"-\"}" },
};

TEST(queries)
{
	struct mail m = { .boxes = json_loads("[{\"id\":\"m1\",\"name\":"
	    "\"Inbox\",\"role\":\"inbox\",\"parentId\":null},"
	    "{\"id\":\"m2\",\"name\":\"Lists\",\"parentId\":null},"
	    "{\"id\":\"m3\",\"name\":\"pli\",\"parentId\":\"m2\"}]", 0,
	    NULL) };

	TEST_BEGIN;
	setenv("TZ", "UTC", 1);
	tzset();
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		json_t *all = json_array();
		char *text;

		query_add(all, from_c(words[i].word), &m);
		text = json_dumps(json_array_get(all, 0), JSON_COMPACT |
		    JSON_SORT_KEYS);
		CHECK(text != NULL && strcmp(text, words[i].json) == 0,
		    "%s: %s", words[i].word, text);
		free(text);
		json_decref(all);
	}
	json_decref(m.boxes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(names),
		RUN(protections),
		RUN(queries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
