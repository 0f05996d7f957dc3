/* imap_search_test.c */

#include "proto/imap_search.h"

#include <string.h>

#include "base/buf.h"
#include "tests/check.h"

static struct arena arena;

/* A tree as text: kinds by number, NOT as "!". */
static void
put_tree(struct buf *out, const struct imap_key *k)
{
	static const char *const names[KEY_KINDS] = { "all", "recent", "seq",
	    "uid", "flag", "keyword", "modseq", "date", "larger", "smaller",
	    "sent", "header", "body", "text", "and", "or" };

	if (k->not)
		buf_byte(out, '!');
	buf_add_c(out, names[k->is]);
	if (k->name.len > 0) {
		buf_byte(out, ':');
		buf_add(out, k->name);
	}
	if (k->text.len > 0) {
		buf_byte(out, '=');
		buf_add(out, k->text);
	}
	if (k->flag > 0)
		buf_add_u64(out, k->flag);
	if (k->number > 0)
		buf_add_u64(out, k->number);
	if (k->child == NULL)
		return;
	buf_byte(out, '(');
	for (k = k->child; k != NULL; k = k->next) {
		put_tree(out, k);
		if (k->next != NULL)
			buf_byte(out, ' ');
	}
	buf_byte(out, ')');
}

TEST(trees)
{
	static const struct {
		const char *args, *tree;
	} t[] = {
		{ "ALL", "and(all)" },
		{ "unseen", "and(!flag1)" },
		{ "1:3,5 DELETED", "and(seq flag8)" },
		{ "UID 7:* $", "and(uid seq)" },
		{ "NOT SEEN", "and(!and(flag1))" },
		{ "NOT (SEEN FLAGGED)", "and(!and(and(flag1 flag4)))" },
		{ "OR SEEN (FROM a TO b)",
		    "and(or(flag1 and(header:From=a header:To=b)))" },
		{ "OR OR 1 2 3", "and(or(or(seq seq) seq))" },
		{ "HEADER X-Spam \"\"", "and(header:X-Spam)" },
		{ "SUBJECT \"a b\" TEXT {2+}\r\nxy BODY z",
		    "and(header:Subject=a b text=xy body=z)" },
		{ "KEYWORD $Junk UNKEYWORD w", "and(keyword:$Junk"
		    " !keyword:w)" },
		{ "LARGER 10 SMALLER 20", "and(larger10 smaller20)" },
		{ "SINCE 1-Feb-1994 SENTON \"2-Feb-1994\"",
		    "and(date sent)" },
		{ "NEW RECENT OLD", "and(recent1 recent !recent)" },
		{ "MODSEQ 5", "and(modseq5)" },
		{ "MODSEQ \"/flags/\\\\draft\" all 620162338",
		    "and(modseq620162338)" },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct imap_search s;
		struct buf out;

		buf_init(&out, 4096);
		CHECK(imap_search_parse(from_c(t[i].args), &arena, &s), "%s",
		    t[i].args);
		put_tree(&out, s.root);
		CHECK(str_eq(buf_str(&out), from_c(t[i].tree)), "%s: %.*s",
		    t[i].args, (int)out.len, out.ptr);
		buf_free(&out);
	}
}

TEST(wrong)
{
	static const char *const t[] = {
		"", " ", "ALL ", " ALL", "ALL  SEEN", "FROB", "(SEEN",
		"SEEN)", "()", "NOT", "NOT ", "OR SEEN", "OR SEEN ",
		"FROM", "HEADER \"\" x", "HEADER x", "LARGER x", "LARGER -1",
		"ON 1-Foo-1994", "ON 30-Feb-1994", "SINCE yesterday", "UID",
		"UID x", "0", "1:", "CHARSET", "CHARSET UTF-8", "MODSEQ",
		"MODSEQ \"/flags/x\" none 5", "MODSEQ 99999999999999999999",
		"RETURN ALL", "RETURN (ALL", "RETURN (FROB) ALL",
		"RETURN (ALL)", "RETURN (ALL ALL) ALL", "SUBJECT {5}\r\nabc",
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct imap_search s;

		CHECK(!imap_search_parse(from_c(t[i]), &arena, &s), "%s",
		    t[i]);
	}
}

TEST(options)
{
	static const struct {
		const char *args;
		bool extended;
		unsigned want;
		const char *charset;
	} t[] = {
		{ "ALL", false, 0, "" },
		{ "CHARSET utf-8 ALL", false, 0, "utf-8" },
		{ "RETURN () ALL", true, SEARCH_EACH, "" },
		{ "return (min MAX) ALL", true, SEARCH_MIN | SEARCH_MAX, "" },
		{ "RETURN (SAVE COUNT) CHARSET \"X\" ALL", true,
		    SEARCH_SAVE | SEARCH_COUNT, "X" },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct imap_search s;

		CHECK(imap_search_parse(from_c(t[i].args), &arena, &s), "%s",
		    t[i].args);
		assert_int_equal(s.extended, t[i].extended);
		assert_int_equal(s.want, t[i].want);
		assert_true(str_eq(s.charset, from_c(t[i].charset)));
	}
}

/* Neither deep nor many keys without end. */
TEST(limits)
{
	static char text[20000];
	struct imap_search s;
	size_t n = 0;

	TEST_BEGIN;
	for (int i = 0; i < 1000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "NOT ");
	snprintf(text + n, sizeof(text) - n, "ALL");
	assert_false(imap_search_parse(from_c(text), &arena, &s));
	n = 0;
	for (int i = 0; i < 2000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "SEEN ");
	snprintf(text + n, sizeof(text) - n, "ALL");
	assert_false(imap_search_parse(from_c(text), &arena, &s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(trees), RUN(wrong), RUN(options), RUN(limits),
	};

	arena_init(&arena, 4 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
