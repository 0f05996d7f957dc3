/* recovery_test.c - words and the printed copy: typed well, and not so well. */

#include "agent/recovery.h"

#include <sodium.h>
#include <string.h>

#include "base/ascii.h"
#include "tests/check.h"

static void
draw(unsigned char secret[WORDS_SECRET])
{
	randombytes_buf(secret, WORDS_SECRET);
	secret[WORDS_SECRET - 1] &= 0xf0;
}

TEST(words_there_and_back)
{
	unsigned char secret[WORDS_SECRET], got[WORDS_SECRET];
	struct buf text;
	unsigned bad;

	TEST_BEGIN;
	buf_init(&text, WORDS_TEXT_MAX);
	for (int i = 0; i < 1000; i++) {
		draw(secret);
		buf_clear(&text);
		words_put(&text, secret);
		CHECK(text.len == WORDS * 6 - 1, "%zu", text.len);
		CHECK(words_take(buf_str(&text), got, &bad) &&
		    memcmp(secret, got, sizeof(got)) == 0, "%u", bad);
		for (size_t k = 0; k < text.len; k += 3)
			if (text.ptr[k] >= 'a')
				text.ptr[k] = (char)(text.ptr[k] - 32);
			else
				text.ptr[k] = '\n';
		CHECK(words_take(buf_str(&text), got, &bad), "capitals");
	}
	buf_free(&text);
}

TEST(every_wrong_letter_is_seen)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	unsigned char secret[WORDS_SECRET], got[WORDS_SECRET];
	struct buf text;
	unsigned bad;

	TEST_BEGIN;
	draw(secret);
	buf_init(&text, WORDS_TEXT_MAX);
	words_put(&text, secret);
	for (size_t at = 0; at < text.len; at++)
		for (int k = 0; k < 26 && at % 6 != 5; k++) {
			char was = text.ptr[at];

			text.ptr[at] = letters[k];
			CHECK(words_take(buf_str(&text), got, &bad) ==
			    (letters[k] == was), "%zu %c", at, letters[k]);
			CHECK(letters[k] == was || bad == at / 6 + 1,
			    "word %u of %zu", bad, at / 6 + 1);
			text.ptr[at] = was;
		}
	CHECK(!words_take((struct str){ text.ptr, text.len - 6 }, got, &bad) &&
	    bad == 0, "eleven");
	buf_add_c(&text, " babab");
	CHECK(!words_take(buf_str(&text), got, &bad) && bad == 0, "thirteen");
	buf_free(&text);
}

TEST(words_in_each_others_place)
{
	unsigned char secret[WORDS_SECRET], got[WORDS_SECRET];
	char word[6];
	struct buf text;
	unsigned bad;

	TEST_BEGIN;
	draw(secret);
	buf_init(&text, WORDS_TEXT_MAX);
	for (size_t a = 0; a < WORDS; a++)
		for (size_t b = 0; b < a; b++) {
			buf_clear(&text);
			words_put(&text, secret);
			memcpy(word, text.ptr + 6 * a, 5);
			if (memcmp(word, text.ptr + 6 * b, 5) == 0)
				continue;
			memcpy(text.ptr + 6 * a, text.ptr + 6 * b, 5);
			memcpy(text.ptr + 6 * b, word, 5);
			CHECK(!words_take(buf_str(&text), got, &bad) &&
			    bad == b + 1, "%zu %zu", a, b);
		}
	buf_free(&text);
}

/* From 0 to the largest that fits. */
TEST(copies_there_and_back)
{
	static char key[RECOVERY_SEALED_MAX];
	unsigned char secret[WORDS_SECRET];
	struct buf text, got;

	TEST_BEGIN;
	draw(secret);
	randombytes_buf(key, sizeof(key));
	buf_init(&text, RECOVERY_TEXT_MAX);
	buf_init(&got, RECOVERY_SEALED_MAX);
	for (size_t n = 0; n <= sizeof(key); n += n < 40 ? 1 : 371) {
		struct str records = { key, n };

		buf_clear(&text);
		buf_clear(&got);
		if (recovery_put(&text, records, secret) == RECOVERY_BIG) {
			CHECK(n > sizeof(key) - 16, "%zu", n);
			continue;
		}
		CHECK(recovery_take(buf_str(&text), secret, &got) ==
		    RECOVERY_OK && str_eq(buf_str(&got), records), "%zu", n);
	}
	buf_free(&got);
	buf_free(&text);
}

TEST(copies_as_people_type_them)
{
	unsigned char secret[WORDS_SECRET], other[WORDS_SECRET];
	static char key[1200];
	struct buf text, got, typed;
	struct str first, second;

	TEST_BEGIN;
	draw(secret);
	draw(other);
	buf_init(&text, RECOVERY_TEXT_MAX);
	buf_init(&typed, RECOVERY_TEXT_MAX);
	buf_init(&got, RECOVERY_SEALED_MAX);
	(void)recovery_put(&text, (struct str){ key, sizeof(key) }, secret);
	second.ptr = memmem(text.ptr, text.len, "PLI1:2/3:", 9);
	CHECK(second.ptr != NULL, "three parts");
	second.len = (size_t)(text.ptr + text.len - second.ptr);
	first = str_before(buf_str(&text), second);
	CHECK(recovery_take(first, secret, &got) == RECOVERY_PART_LACKS,
	    "a part lacks");
	buf_add_c(&typed, "  QR-Code:");
	buf_add(&typed, second);
	for (size_t i = 0; i < first.len; i++) {
		buf_byte(&typed, ascii_lower(first.ptr[i]));
		if (i > 20 && i % 4 == 0)
			buf_add_c(&typed, i % 3 == 0 ? "\r\n" : " ");
	}
	CHECK(recovery_take(buf_str(&typed), secret, &got) == RECOVERY_OK &&
	    got.len == sizeof(key), "typed");
	buf_clear(&got);
	CHECK(recovery_take(buf_str(&typed), other, &got) == RECOVERY_WORDS &&
	    got.len == 0, "other words");
	CHECK(recovery_take(STR("hello"), secret, &got) == RECOVERY_NONE,
	    "nothing");
	CHECK(recovery_take(STR("PLI1:1/1:0189"), secret, &got) ==
	    RECOVERY_NONE, "no base32");
	buf_free(&got);
	buf_free(&typed);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(words_there_and_back),
		RUN(every_wrong_letter_is_seen),
		RUN(words_in_each_others_place),
		RUN(copies_there_and_back),
		RUN(copies_as_people_type_them),
	};

	return sodium_init() < 0 ? 1 :
	    cmocka_run_group_tests(tests, NULL, NULL);
}
