/* text.c - what is said to people, in their language. */

#include "base/text.h"

#include <string.h>

#include "base/ascii.h"

enum lang
text_lang(struct str locale)
{
	if (!str_take_word(&locale, STR("fr")))
		return LANG_EN;
	/* not "frr": that is Frisian */
	return str_peek(locale) >= 0 &&
	    is_alpha((unsigned char)str_peek(locale)) ? LANG_EN : LANG_FR;
}

const char *
text_find(const struct text *table, size_t n, struct str key, enum lang lang)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(from_c(table[i].key), key))
			return table[i].say[lang];
	return NULL;
}

static bool
is_argument(const char *c)
{
	return c[0] == '$' && c[1] >= '1' && c[1] <= '9';
}

void
text_put(struct buf *out, const char *text, const struct str *args,
    size_t nargs)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (is_argument(c)) {
			size_t i = (size_t)(*++c - '1');

			if (i < nargs)
				buf_add(out, args[i]);
		} else {
			if (c[0] == '$' && c[1] == '$')
				c++;
			buf_byte(out, *c);
		}
	}
}

static unsigned
arguments(const char *text)
{
	unsigned set = 0;

	for (const char *c = text; *c != '\0'; c++)
		if (is_argument(c))
			set |= 1U << (c[1] - '0');
		else if (c[0] == '$' && c[1] == '$')
			c++;
	return set;
}

const char *
text_fault(const struct text *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str key = from_c(table[i].key);

		for (int l = 0; l < LANGS; l++)
			if (table[i].say[l] == NULL ||
			    arguments(table[i].say[l]) !=
			    arguments(table[i].say[LANG_EN]))
				return table[i].key;
		if (text_find(table, i, key, LANG_EN) != NULL)
			return table[i].key;	/* twice */
	}
	return NULL;
}
