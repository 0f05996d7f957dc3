/*
 * memfd.h - bodies that pass between processes.
 *
 * Who maps a memfd of somebody else's must know that nobody can cut it under
 * the mapping or change it after the look.
 */
#ifndef OS_MEMFD_H
#define OS_MEMFD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* An empty one that can be settled; -1: none is to be had. */
int memfd_new(const char *name);

/* A settled one of these octets; -1: none is to be had. */
int memfd_of(const char *name, struct str);

/* n octets from offset at: all of them, or false. */
bool memfd_read(int fd, uint64_t at, void *, size_t n);

/* All of it, appended, if it is settled and has at most so many octets; it may
 * be empty. */
bool memfd_add(int fd, size_t most, struct buf *);

/* From here on nobody, not even this process, can change it. */
bool memfd_settle(int fd);

/* A memfd of exactly size octets, more than none, that is sealed against
 * write, shrink and grow. */
bool memfd_is_settled(int fd, uint64_t size);

#endif
