/*
 * copy.h - a message on its way into the store, in a memfd; and where its
 * header ends.
 *
 * What is written is counted against the budget of all children.  For the
 * children of a master alone.
 */
#ifndef ROLE_COPY_H
#define ROLE_COPY_H

#include "base/buf.h"
#include "role/master.h"

struct copy {
	int fd;				/* -1: not made */
	uint64_t octets;
	uint32_t head_len;
	struct buf head;		/* to be written before the body */
};

bool copy_open(struct copy *);

/* The head, if it is not yet written, and this much of the body. */
bool copy_flush(struct child *, struct copy *, struct str body);

/* memfd_settle, if it was made. */
bool copy_seal(struct copy *);

/* All of it, to look at: after copy_seal; then copy_unmap. */
bool copy_map(const struct copy *, struct str *text);
void copy_unmap(struct str text);

/* After copy_seal: bodies_has_attached, of what is not sealed. */
bool copy_has_attached(const struct copy *);

void copy_drop(struct child *, struct copy *);

/* A header that is arriving. */
enum { HEAD_OCTETS_MAX = 256 * 1024 };

struct head {
	struct buf text;
	size_t seen;
	size_t behind;			/* octets after text: head_rest */
};

enum head_is { HEAD_MORE, HEAD_COMPLETE, HEAD_TOO_BIG, HEAD_NO_ROOM };

void head_init(struct head *);
void head_forget(struct head *);	/* wiped; memory kept */

/* Moves *run on.  A line that came in several runs may turn out to be no
 * header: head_rest has what was taken of it, and *run the rest. */
enum head_is head_take(struct head *, struct str *run);

/* There is no more; head_rest has what is no header after all. */
void head_end(struct head *);

/* What was taken and comes after the header.  Until head_forget. */
struct str head_rest(const struct head *);

#endif
