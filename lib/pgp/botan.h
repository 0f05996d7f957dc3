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

/* Before it, in a program whose children call librnp, each for one message:
 * Botan locks half a megabyte of memory page by page in each of them, which is
 * half of what a message costs.  Some pages are enough for its keys. */
void botan_brief(void);

#endif
