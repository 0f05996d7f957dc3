/*
 * heap.h - libc's heap, put in order before children are born.
 *
 * A master's start leaves holes all over its heap.  A child would use them,
 * and each page that it writes to becomes its own: some 200 KiB for 14 that it
 * needs.  heap_settle fills the holes for good, so that what a child allocates
 * lies together at the end; heap_rest gives back what is free of that.
 */
#ifndef OS_HEAP_H
#define OS_HEAP_H

/* Once, at the start: one arena, and large blocks straight from the system. */
void heap_begin(void);

/* In a master, when it has all that it keeps. */
void heap_settle(void);

/* Before a long wait. */
void heap_rest(void);

#endif
