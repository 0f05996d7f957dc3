/*
 * thread.h - what a message's conversation is known by: keys of its
 * Message-ID and of those it names in In-Reply-To and References.
 *
 * Pure.  A key is a hash of 64 bits that everyone can compute and collide: who
 * writes a message says which conversation it belongs to anyway, and the store
 * joins within one account only.
 */
#ifndef MAIL_THREAD_H
#define MAIL_THREAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	THREAD_REFS_MAX = 16,
	THREAD_ID_MAX = 998,	/* octets; a longer one names nothing */
};

struct thread_refs {
	char packed[THREAD_REFS_MAX * 8];	/* little-endian */
	size_t len;
};

/* Of a header: its own first.  Of many References the first and the last. */
void thread_refs(struct thread_refs *, struct str header);
/* One more, with or without its angle brackets; "" adds none. */
void thread_add(struct thread_refs *, struct str id);
struct str thread_packed(const struct thread_refs *);

/* 0: no id. */
uint64_t thread_key(struct str id);

#endif
