/*
 * buf.h - bytes that grow, up to a limit.
 *
 * The owner calls buf_init with the limit and buf_free at the end.  Past the
 * limit (or out of memory) the buf is marked failed, keeps what it had, and
 * takes nothing more: check buf.failed once, after a run of additions.
 *
 * Memory is wiped before libc gets it back.  No IO, no stdio.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf {
	char *ptr;
	size_t len;
	size_t cap;
	size_t limit;
	bool failed;
};

void buf_init(struct buf *, size_t limit);
void buf_free(struct buf *);		/* wiped; as after buf_init */
void buf_clear(struct buf *);		/* empty again, memory kept */

/* What is in it, borrowed until the next addition. */
struct str buf_str(const struct buf *);

void buf_byte(struct buf *, char);
void buf_add(struct buf *, struct str);
void buf_add_c(struct buf *, const char *);	/* NUL-terminated */
void buf_add_mem(struct buf *, const void *, size_t);
void buf_add_u64(struct buf *, uint64_t);	/* decimal */
void buf_add_hex(struct buf *, struct str);	/* lower case */

/* Room for n more bytes at the end, to write to directly and then count with
 * buf_grow; NULL past the limit. */
char *buf_room(struct buf *, size_t n);
void buf_grow(struct buf *, size_t n);

/* Drop the first n bytes. */
void buf_drop(struct buf *, size_t n);

#endif
