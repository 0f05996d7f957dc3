/*
 * conf_word.h - the words of a line of plid.conf(5).
 *
 * Pure.  For conf.c and its parts alone: each function takes from the front of
 * reader->rest, or sets reader->error and says false.
 */
#ifndef BASE_CONF_WORD_H
#define BASE_CONF_WORD_H

#include "base/conf.h"

struct conf_reader {
	struct conf *conf;
	struct conf_error *error;
	struct str line;		/* without its end */
	struct str rest;		/* of it, not yet taken */
	unsigned number;
	unsigned seen;			/* one bit a keyword */
};

enum conf_taken { TAKEN_WORD, TAKEN_END, TAKEN_BAD };

/* at is a piece of the line. */
bool conf_fail(struct conf_reader *, struct str at, const char *what);
/* Here, where something else should be. */
bool conf_fail_here(struct conf_reader *, const char *what);

enum conf_taken conf_take(struct conf_reader *, struct str *word);
bool conf_take_value(struct conf_reader *, struct str *word,
    const char *missing);
bool conf_take_end(struct conf_reader *);
/* What is wrong with a host name (a literal), or NULL. */
const char *conf_name_fault(struct str name);
bool conf_take_name(struct conf_reader *, struct str *out);
bool conf_take_path(struct conf_reader *, struct str *out);
/* Are there more values?  If it says false, *ok tells why. */
bool conf_more(struct conf_reader *, bool *ok);

/* A number and a unit; units end in { 0 }. */
struct conf_unit { char letter; uint64_t of; };
bool conf_take_quantity(struct conf_reader *, const struct conf_unit *units,
    uint64_t least, uint64_t most, const char *what, uint64_t *out);

/* conf_send.c: what mail that goes out needs */
bool conf_take_resolver(struct conf_reader *);
bool conf_take_anchor(struct conf_reader *);
bool conf_take_smarthost(struct conf_reader *);
bool conf_take_dkim(struct conf_reader *);
bool conf_take_send_port(struct conf_reader *);

#endif
