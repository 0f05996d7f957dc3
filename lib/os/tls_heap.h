/*
 * tls_heap.h - the memory of the TLS library, by size.
 *
 * The library keeps some thousand small objects for the life of a process and
 * counts references in them.  In a forked child each count that changes makes
 * a page its own; strewn among everything else they cost 20 pages, side by
 * side with their like a few.  So until tls_heap_settle small blocks come from
 * pages of blocks of one size; afterwards all memory is libc's, and what came
 * before is never given back (a child does not even note that it is free).
 */
#ifndef OS_TLS_HEAP_H
#define OS_TLS_HEAP_H

/* Before any other call of the library. */
void tls_heap_begin(void);

/* In a master, before its first child. */
void tls_heap_settle(void);

#endif
