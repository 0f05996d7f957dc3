/*
 * dsn_words.h - the words of a report, for people.
 *
 * Pure: a table.  For dsn.c alone.
 */
#ifndef MAIL_DSN_WORDS_H
#define MAIL_DSN_WORDS_H

#include "mail/dsn.h"

enum dsn_language { DSN_ENGLISH, DSN_FRENCH, DSN_LANGUAGES };

struct dsn_sentences {
	const char *what;	/* before the addresses */
	const char *todo;	/* after them */
};

struct dsn_words {
	const char *subject;	/* ASCII: both languages, words of RFC 2047 */
	struct dsn_sentences say[DSN_LANGUAGES];
};

extern const struct dsn_words dsn_words[DSN_KINDS];

/* After the name of a server. */
extern const char *const dsn_said[DSN_LANGUAGES];

#endif
