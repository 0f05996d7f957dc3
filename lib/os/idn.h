/*
 * idn.h - names of the DNS as the DNS has them, by libidn2.
 *
 * A-labels, lower case (UTS 46, nontransitional).  A program that uses this
 * links libidn2.
 */
#ifndef OS_IDN_H
#define OS_IDN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { IDN_MAX = 255 };

/* false: not a name, or too long.  ASCII is lower-cased and not looked at any
 * further, so that literals in brackets pass. */
bool idn_fold(char out[IDN_MAX], size_t *len, struct str name);

#endif
