/* jmap_date.h - UTCDate of RFC 8620, 1.4: 2026-11-27T00:35:34Z.  Pure. */
#ifndef SYNC_JMAP_DATE_H
#define SYNC_JMAP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { JMAP_DATE_MAX = 32 };	/* with its NUL */

/* Seconds since 1970; a fraction is dropped. */
bool jmap_date(struct str, int64_t *);
void jmap_date_put(char out[JMAP_DATE_MAX], int64_t);

#endif
