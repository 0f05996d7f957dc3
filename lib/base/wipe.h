/*
 * wipe.h - overwrite memory that held mail or a secret.
 *
 * Pure.  The compiler may not drop these stores.
 */
#ifndef BASE_WIPE_H
#define BASE_WIPE_H

#include <stddef.h>

void wipe(void *mem, size_t n);

#endif
