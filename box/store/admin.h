/*
 * admin.h - the operator's verbs: what admin.c and alias.c share.
 */
#ifndef STORE_ADMIN_H
#define STORE_ADMIN_H

#include "store.h"

enum { ROWS_MAX = 2000 };	/* of one answer */

struct call {
	struct peer *peer;
	uint64_t id;
	struct str args;
	struct buf name;	/* the argument name=, folded */
	enum verdict verdict;
	struct str why, detail;
	size_t rows;
};

/* A row goes out after the commit; the buf is empty again.  false: full. */
bool admin_row(struct call *, struct buf *row);

/* Note why not; always false. */
bool admin_fail(struct call *, enum verdict, struct str why,
    struct str detail);

/* An address of one of our domains, folded; false if it is none. */
bool admin_fold(struct str address, struct buf *out);

/* 0 if absent; false if it is no number. */
bool admin_number(struct str args, struct str key, uint64_t *out);

/* alias.c */
bool admin_alias_add(struct call *);
bool admin_alias_list(struct call *);
bool admin_alias_remove(struct call *);
bool admin_aliases_to(struct call *, struct str target);
bool admin_drop_aliases_to(struct str target);
bool admin_store_status(struct call *);
bool admin_store_check(struct call *);

/* An account is going: its sessions lose their channel to the writer. */
void admin_forget_sessions(uint64_t account);

#endif
