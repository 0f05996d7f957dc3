/*
 * date.h - dates of RFC 5322 (3.3 and the obsolete forms of 4.3), and days.
 *
 * Pure: the clock is the caller's.  Years 1900 to 9999, proleptic Gregorian.
 */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct date {
	int year;
	unsigned month, day;		/* from 1 */
	unsigned hour, minute, second;	/* 60: a leap second */
	unsigned weekday;		/* 0: Sunday; date_parse ignores it */
	int zone;			/* minutes east of Greenwich */
};

/* Comments and folds are skipped.  A date without a zone is in UTC; a zone
 * that nobody knows is UTC as well (4.3).  false: this is no date. */
bool date_parse(struct str, struct date *);

/* Seconds since 1970, the zone taken into account. */
int64_t date_seconds(const struct date *);

/* The same moment seen in a zone, minutes east. */
struct date date_of(int64_t seconds, int zone);

/* Append "Thu, 26 Nov 2026 12:19:51 +0000". */
void date_put(struct buf *, const struct date *);

/* "Jan" … for month 1 … */
const char *date_month(unsigned month);

/* Takes the name of a month, three letters or more, off *in. */
bool date_take_month(struct str *in, unsigned *month);

/* Append n with at least width digits. */
void date_put_digits(struct buf *, unsigned n, unsigned width);

#endif
