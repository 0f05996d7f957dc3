/* words_test.c - three sets of keywords, and the one that comes of them. */

#include "sync/words.h"

#include "ipc/msg_session.h"
#include "tests/check.h"

static void
comes(const char *base, const char *ours, const char *theirs, const char *want)
{
	static struct words b, o, t, out;
	struct buf text;

	words_of_text(&b, from_c(base));
	words_of_text(&o, from_c(ours));
	words_of_text(&t, from_c(theirs));
	words_merge(&b, &o, &t, &out);
	buf_init(&text, 4096);
	words_put(&out, &text);
	CHECK(str_eq(buf_str(&text), from_c(want)), "%s | %s | %s: %.*s",
	    base, ours, theirs, (int)text.len, text.ptr);
	buf_free(&text);
}

TEST(merged)
{
	TEST_BEGIN;
	comes("", "", "", "");
	comes("", "a", "", "a");
	comes("", "", "b", "b");
	comes("", "a", "b", "a b");
	comes("a", "a", "", "");
	comes("a", "", "a", "");
	comes("a b", "a", "b", "");
	comes("a", "a b", "", "b");
	comes("a", "A C", "a b", "a b c");
}

TEST(flags)
{
	static struct words w;
	struct buf packed;

	TEST_BEGIN;
	buf_init(&packed, 4096);
	words_of_flags(&w, FLAG_SEEN | FLAG_DRAFT | FLAG_DELETED | 256,
	    STR("Work $Forwarded"));
	assert_int_equal(w.n, 4);
	assert_int_equal(words_flags(&w, &packed), FLAG_SEEN | FLAG_DRAFT);
	assert_int_equal(packed.len, 4 + 4 + 4 + 10);
	buf_free(&packed);
}

/* Too many, too long, twice. */
TEST(limits)
{
	static struct words w;
	char word[WORD_MAX + 2];

	TEST_BEGIN;
	for (int i = 0; i < 2 * WORDS_MAX; i++) {
		snprintf(word, sizeof(word), "w%03d", i);
		words_add(&w, from_c(word));
		words_add(&w, from_c(word));
	}
	assert_int_equal(w.n, WORDS_MAX);
	w.n = 0;
	for (size_t i = 0; i < WORD_MAX + 1; i++)
		word[i] = 'x';
	words_add(&w, (struct str){ word, WORD_MAX + 1 });
	words_add(&w, STR("a b"));
	words_add(&w, STR(""));
	assert_int_equal(w.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(merged), RUN(flags),
	    RUN(limits) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
