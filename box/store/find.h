/*
 * find.h - the index of texts, where the store keeps one.
 *
 * A table `find` of FTS5, made at the start when the role is told to
 * (with=find): subject, sender, recipients, text, by the number of a body.
 * Diacritics do not count.  What is typed is never FTS5's syntax
 * (codec/match.h).
 */
#ifndef STORE_FIND_H
#define STORE_FIND_H

#include "base/verdict.h"
#include "filter.h"
#include "os/sql.h"

struct find {
	struct sql *db;
	const struct filter *f;
	bool all[TEXT_CONDS_MAX];	/* no word in it: all are found */
	struct buf bodies[TEXT_CONDS_MAX];	/* u64, rising */
	struct buf indexed;
};

enum { EXPRESSION_MAX = 8 * FIND_WORDS_MAX };

/* Appends a COND_TEXT in FTS5's words; false: it asks for nothing. */
bool find_expression(const struct filter_cond *, struct buf *);

bool find_make(struct sql *);
bool find_there(struct sql *);

/* What the filter's texts find; find_end after it, whatever it says. */
enum sql_status find_begin(struct find *, struct sql *,
    const struct filter *);
void find_end(struct find *);
/* All that is found, rising, each once; false: it is too much, or a text asks
 * for nothing. */
bool find_few(const struct find *, size_t most, struct buf *bodies);
/* Sets row.found and row.indexed. */
void find_ask(const struct find *, uint64_t body, struct filter_row *);

/* The text of an email, from a memfd, within a request. */
enum verdict find_put(struct sql *, uint64_t account,
    const struct msg_write_index *, int fd);
enum sql_status find_drop(struct sql *, uint64_t body);

#endif
