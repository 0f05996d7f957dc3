/*
 * botan.h - whence librnp has its random numbers: from the kernel.
 */
#ifndef PGP_BOTAN_H
#define PGP_BOTAN_H

#include <stdbool.h>

/* At the start of a program that uses librnp, before its sandbox, when 0 and 1
 * are open.  Standard error becomes /dev/urandom: librnp complains there,
 * about what strangers sent.  false: there are no random numbers. */
bool botan_begin(void);

#endif
