/* words.c - the keywords of an email. */

#include "sync/words.h"

#include <string.h>

#include "ipc/field.h"
#include "ipc/msg_session.h"

static const struct {
	uint32_t flag;
	const char *word;
} system_words[] = {
	{ FLAG_SEEN, "$seen" }, { FLAG_ANSWERED, "$answered" },
	{ FLAG_FLAGGED, "$flagged" }, { FLAG_DRAFT, "$draft" },
};

enum { SYSTEM = sizeof(system_words) / sizeof(system_words[0]) };

static bool
is_word(unsigned char c)
{
	return c > ' ' && c < 127;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ';
}

void
words_add(struct words *s, struct str word)
{
	struct str rest = word;
	char low[WORD_MAX + 1];
	size_t i = s->n;

	(void)str_take_while(&rest, is_word);
	if (word.len == 0 || word.len > WORD_MAX || rest.len > 0 ||
	    s->n == WORDS_MAX)
		return;
	for (size_t k = 0; k < word.len; k++) {
		char c = word.ptr[k];

		low[k] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	low[word.len] = '\0';
	while (i > 0 && strcmp(s->w[i - 1], low) > 0)
		i--;
	if (i > 0 && strcmp(s->w[i - 1], low) == 0)
		return;
	memmove(s->w[i + 1], s->w[i], (s->n - i) * sizeof(s->w[0]));
	memcpy(s->w[i], low, word.len + 1);
	s->n++;
}

bool
words_has(const struct words *s, struct str word)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(from_c(s->w[i]), word))
			return true;
	return false;
}

void
words_of_text(struct words *s, struct str text)
{
	s->n = 0;
	while (text.len > 0) {
		words_add(s, str_take_while(&text, is_word));
		if (str_take_while(&text, is_blank).len == 0)
			return;
	}
}

void
words_of_flags(struct words *s, uint32_t flags, struct str names)
{
	words_of_text(s, names);
	for (size_t i = 0; i < SYSTEM; i++)
		if (flags & system_words[i].flag)
			words_add(s, from_c(system_words[i].word));
}

void
words_put(const struct words *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		if (i > 0)
			buf_byte(out, ' ');
		buf_add_c(out, s->w[i]);
	}
}

uint32_t
words_flags(const struct words *s, struct buf *packed)
{
	uint32_t flags = 0;

	for (size_t i = 0; i < s->n; i++) {
		size_t k = 0;

		while (k < SYSTEM && strcmp(system_words[k].word, s->w[i]) != 0)
			k++;
		if (k < SYSTEM)
			flags |= system_words[k].flag;
		else
			field_put_str(packed, from_c(s->w[i]));
	}
	return flags;
}

/* Who differs from the last agreement has changed it. */
void
words_merge(const struct words *base, const struct words *ours,
    const struct words *theirs, struct words *out)
{
	out->n = 0;
	for (size_t i = 0; i < ours->n; i++) {
		struct str w = from_c(ours->w[i]);

		if (words_has(theirs, w) || !words_has(base, w))
			words_add(out, w);
	}
	for (size_t i = 0; i < theirs->n; i++) {
		struct str w = from_c(theirs->w[i]);

		if (!words_has(base, w))
			words_add(out, w);
	}
}

bool
words_eq(const struct words *a, const struct words *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = strcmp(a->w[i], b->w[i]) == 0;
	return same;
}
