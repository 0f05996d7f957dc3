/*
 * memfd.h - bodies that pass between processes.
 *
 * Who maps a memfd of somebody else's must know that nobody can cut it under
 * the mapping or change it after the look.
 */
#ifndef OS_MEMFD_H
#define OS_MEMFD_H

#include <stdbool.h>
#include <stdint.h>

/* A memfd of exactly size octets, more than none, that is sealed against
 * write, shrink and grow. */
bool memfd_is_settled(int fd, uint64_t size);

#endif
