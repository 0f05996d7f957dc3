/*
 * text.h - what is said to people, in their language.
 *
 * Pure.  A table maps a word of ours to one text a language.  $1 to $9 in a
 * text stand for arguments, $$ for a dollar sign.  Protocol replies and logs
 * are English and have no such table.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"
#include "base/str.h"

enum lang { LANG_EN, LANG_FR, LANGS };

struct text {
	const char *key;
	const char *say[LANGS];
};

/* By the first of LC_ALL, LC_MESSAGES, LANG that is not empty: "fr_FR.UTF-8",
 * "fr" … are French, all else is English. */
enum lang text_lang(struct str locale);

/* NULL if the table, of n texts, does not have the key. */
const char *text_find(const struct text *table, size_t n, struct str key,
    enum lang);

/* Append a text with its arguments; one that is missing is empty. */
void text_put(struct buf *, const char *text, const struct str *args,
    size_t nargs);

/* For tests: every language is there and wants the same arguments; else the
 * key of the text that is not whole. */
const char *text_fault(const struct text *table, size_t n);

#endif
