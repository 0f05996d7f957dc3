/* imap_date.c - dates as commands have them. */

#include "proto/imap_date.h"

#include "base/ascii.h"

static bool
take_digits(struct str *in, size_t n, unsigned *out)
{
	*out = 0;
	if (in->len < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)in->ptr[i];

		if (!is_digit(c))
			return false;
		*out = *out * 10 + (c - '0');
	}
	in->ptr += n;
	in->len -= n;
	return true;
}

static bool
take_month(struct str *in, unsigned *month)
{
	static const struct str names[] = {
		STR_INIT("Jan"), STR_INIT("Feb"), STR_INIT("Mar"),
		STR_INIT("Apr"), STR_INIT("May"), STR_INIT("Jun"),
		STR_INIT("Jul"), STR_INIT("Aug"), STR_INIT("Sep"),
		STR_INIT("Oct"), STR_INIT("Nov"), STR_INIT("Dec"),
	};

	for (unsigned i = 0; i < 12; i++)
		if (str_take_word(in, names[i])) {
			*month = i + 1;
			return true;
		}
	return false;
}

static unsigned
days_of(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31,
	    30, 31, 30, 31 };

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 ||
	    year % 400 == 0))
		return 29;
	return days[month - 1];
}

/* After the day. */
static bool
take_month_year(struct str *in, struct imap_date *d)
{
	return str_take_byte(in, '-') && take_month(in, &d->month) &&
	    str_take_byte(in, '-') && take_digits(in, 4, &d->year) &&
	    d->year > 0 && d->day > 0 && d->day <= days_of(d->year, d->month);
}

bool
imap_take_date(struct str *in, struct imap_date *d)
{
	struct str rest = *in;
	bool quoted = str_take_byte(&rest, '"');

	*d = (struct imap_date){ 0 };
	if (!take_digits(&rest, 2, &d->day) && !take_digits(&rest, 1, &d->day))
		return false;
	if (!take_month_year(&rest, d) || (quoted &&
	    !str_take_byte(&rest, '"')))
		return false;
	*in = rest;
	return true;
}

static bool
take_time(struct str *in, struct imap_date *d)
{
	return take_digits(in, 2, &d->hour) && str_take_byte(in, ':') &&
	    take_digits(in, 2, &d->minute) && str_take_byte(in, ':') &&
	    take_digits(in, 2, &d->second) && d->hour < 24 &&
	    d->minute < 60 && d->second <= 60;
}

static bool
take_zone(struct str *in, struct imap_date *d)
{
	bool west = str_take_byte(in, '-');
	unsigned hours, minutes;

	if ((!west && !str_take_byte(in, '+')) || !take_digits(in, 2, &hours) ||
	    !take_digits(in, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	d->zone = (int)(hours * 60 + minutes) * (west ? -1 : 1);
	return true;
}

bool
imap_take_date_time(struct str *in, struct imap_date *d)
{
	struct str rest = *in;

	*d = (struct imap_date){ 0 };
	if (!str_take_byte(&rest, '"'))
		return false;
	if (str_take_byte(&rest, ' ') ? !take_digits(&rest, 1, &d->day) :
	    !take_digits(&rest, 2, &d->day))
		return false;
	if (!take_month_year(&rest, d) || !str_take_byte(&rest, ' ') ||
	    !take_time(&rest, d) || !str_take_byte(&rest, ' ') ||
	    !take_zone(&rest, d) || !str_take_byte(&rest, '"'))
		return false;
	*in = rest;
	return true;
}
