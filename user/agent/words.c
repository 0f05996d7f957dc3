/* words.c - a secret as words that can be read out and typed. */

#include "agent/words.h"

#include <string.h>

#include "base/ascii.h"

enum { DATA_BITS = 11, CHECK_BITS = 5, POLY = 0x05 };

static const char consonants[] = "bdfghjklmnprstvz", vowels[] = "aiou";
static const unsigned char letter_bits[WORD_LETTERS] = { 4, 2, 4, 2, 4 };

/* CRC-5 over the word's place and its data: every error within five
 * neighbouring bits is found, and no letter has more than four. */
static unsigned
check(unsigned place, unsigned data)
{
	unsigned in = place << DATA_BITS | data, crc = 0;

	for (int bit = DATA_BITS + 3; bit >= 0; bit--) {
		unsigned top = (crc >> 4 ^ in >> bit) & 1;

		crc = (crc << 1 & 0x1f) ^ (top ? POLY : 0);
	}
	return crc;
}

static unsigned
get_bits(const unsigned char *secret, unsigned from, unsigned count)
{
	unsigned out = 0;

	for (unsigned i = from; i < from + count; i++)
		out = out << 1 | ((unsigned)secret[i / 8] >> (7 - i % 8) & 1);
	return out;
}

static void
set_bits(unsigned char *secret, unsigned from, unsigned count, unsigned bits)
{
	for (unsigned i = 0; i < count; i++)
		if ((bits >> (count - 1 - i) & 1) != 0)
			secret[(from + i) / 8] |=
			    (unsigned char)(0x80 >> (from + i) % 8);
}

void
words_one(const unsigned char secret[WORDS_SECRET], unsigned n,
    char word[WORD_LETTERS + 1])
{
	unsigned data = get_bits(secret, n * DATA_BITS, DATA_BITS);
	unsigned bits = data << CHECK_BITS | check(n, data), left = 16;

	for (int i = 0; i < WORD_LETTERS; i++) {
		left -= letter_bits[i];
		word[i] = i % 2 == 0 ? consonants[bits >> left & 15] :
		    vowels[bits >> left & 3];
	}
	word[WORD_LETTERS] = '\0';
}

void
words_put(struct buf *out, const unsigned char secret[WORDS_SECRET])
{
	char word[WORD_LETTERS + 1];

	for (unsigned n = 0; n < WORDS; n++) {
		words_one(secret, n, word);
		if (n > 0)
			buf_byte(out, ' ');
		buf_add_mem(out, word, WORD_LETTERS);
	}
}

static bool
take_word(struct str word, unsigned place, unsigned *data)
{
	unsigned bits = 0;

	if (word.len != WORD_LETTERS)
		return false;
	for (size_t i = 0; i < WORD_LETTERS; i++) {
		const char *set = i % 2 == 0 ? consonants : vowels;
		const char *at = memchr(set, ascii_lower(word.ptr[i]),
		    i % 2 == 0 ? 16 : 4);

		if (at == NULL)
			return false;
		bits = bits << letter_bits[i] | (unsigned)(at - set);
	}
	*data = bits >> CHECK_BITS;
	return check(place, *data) == (bits & 0x1f);
}

static bool
is_other(unsigned char c)
{
	return !is_alpha(c);
}

static bool
is_letter(unsigned char c)
{
	return is_alpha(c);
}

bool
words_take(struct str text, unsigned char secret[WORDS_SECRET], unsigned *bad)
{
	unsigned n = 0, data = 0;

	memset(secret, 0, WORDS_SECRET);
	*bad = 0;
	if (text.len > WORDS_TEXT_MAX)
		return false;
	for (;;) {
		struct str word;

		(void)str_take_while(&text, is_other);
		if (text.len == 0)
			return n == WORDS;
		if (n == WORDS)
			return false;
		word = str_take_while(&text, is_letter);
		if (!take_word(word, n, &data)) {
			*bad = n + 1;
			return false;
		}
		set_bits(secret, n++ * DATA_BITS, DATA_BITS, data);
	}
}
