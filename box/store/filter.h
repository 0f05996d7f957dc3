/*
 * filter.h - what READ_QUERY lets through.
 *
 * Pure.  A filter is taken apart once; then each message is asked, and before
 * that each mailbox, as far as it alone decides.  Its strings point into the
 * request.
 */
#ifndef STORE_FILTER_H
#define STORE_FILTER_H

#include "ipc/msg_session.h"

struct filter_cond {
	enum cond op;
	uint64_t number;	/* mailbox, date, size, flags, columns, n … */
	struct str text;	/* keyword, words */
	uint32_t bit;		/* COND_KEYWORD: its bit in this mailbox */
	size_t which;		/* COND_TEXT: the n-th of them */
};

struct filter {
	struct filter_cond cond[CONDS_MAX];
	size_t n, texts;
	bool indexed;		/* asks for the index */
};

/* What is known of a message: of a mailbox only that it is in it. */
struct filter_row {
	uint64_t mailbox;
	bool whole;
	bool unfound;		/* not whole: nothing is known, but that none
				   of the texts are in it */
	uint32_t flags;
	uint64_t size, date, thread;
	bool indexed;
	uint32_t found;		/* COND_TEXT: a bit for each */
};

enum filter_says { FILTER_NO, FILTER_YES, FILTER_MAYBE };

/* false: it is no filter. */
bool filter_parse(struct filter *, struct str);
enum filter_says filter_ask(const struct filter *, const struct filter_row *);

#endif
