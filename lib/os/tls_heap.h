/*
 * tls_heap.h - memory for OpenSSL that a fork shares well.
 *
 * A child of a master writes to few of the thousands of objects that OpenSSL
 * made before the fork: reference counts, locks, random number generators.
 * With libc's malloc they lie everywhere, as do the holes that its new objects
 * go to, and each costs a page of its own, in time and in memory: 216 KiB of a
 * child.  Here the master first lets a process of its own rehearse what it and
 * a child will do, and learns which objects those are; it then puts them side
 * by side.  A child takes new ones from fresh pages, one after the other, and
 * never gives back what its master made.
 *
 * For one thread.  Past its region, and under a sanitizer, libc's malloc
 * serves.
 */
#ifndef OS_TLS_HEAP_H
#define OS_TLS_HEAP_H

/* make: what the master does with OpenSSL, from its first word; use: what a
 * child does with the result.  Both take and give what is theirs. */
struct tls_heap_play {
	void *(*make)(void *arg);
	void (*use)(void *made);
	void *arg;
};

/* Before anything else of OpenSSL in the process; without effect later. */
void tls_heap_begin(const struct tls_heap_play *);

/* In a child, before it does anything with OpenSSL. */
void tls_heap_child(void);

/* In a child that will wait: buffers not in use go back to the kernel. */
void tls_heap_rest(void);

#endif
