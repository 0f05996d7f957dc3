/*
 * imap_date.h - dates as commands have them.
 *
 * Pure.  RFC 3501, section 9: date (SEARCH), date-time (APPEND).  A day that
 * its month has not, an hour past 23 and the like are no date.
 */
#ifndef PROTO_IMAP_DATE_H
#define PROTO_IMAP_DATE_H

#include <stdbool.h>

#include "base/str.h"

struct imap_date {
	unsigned year, month, day;	/* from 1 */
	unsigned hour, minute, second;
	int zone;			/* minutes east of Greenwich */
};

/* 1-Feb-1994, or the same in quotes. */
bool imap_take_date(struct str *in, struct imap_date *);

/* " 1-Feb-1994 21:52:25 -0800", in its quotes. */
bool imap_take_date_time(struct str *in, struct imap_date *);

#endif
