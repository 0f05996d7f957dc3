/* date.c - dates of RFC 5322. */

#include "mail/date.h"

#include "base/ascii.h"
#include "mail/param.h"

static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri",
    "Sat" };

static const int64_t YEAR_1900 = -2208988800, YEAR_9999 = 253402300799;
enum { DAY = 86400, SINCE_YEAR_ZERO = 719468, ERA = 146097 };

/* RFC 5322, 4.3; what is not here is UTC. */
static const struct { char name[5]; int minutes; } zones[] = {
	{ "EST", -300 }, { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 },
	{ "MST", -420 }, { "MDT", -360 }, { "PST", -480 }, { "PDT", -420 },
};

/* Days since 1970-01-01; the year begins in March, so that the odd day is
 * its last. */
static int64_t
day_number(int year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2);
	int64_t era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
	    + day - 1;

	return era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year
	    - SINCE_YEAR_ZERO;
}

static unsigned
month_days(int year, unsigned month)
{
	unsigned next = month % 12 + 1;

	return (unsigned)(day_number(year + (month == 12), next, 1) -
	    day_number(year, month, 1));
}

int64_t
date_seconds(const struct date *d)
{
	return day_number(d->year, d->month, d->day) * DAY +
	    (int64_t)d->hour * 3600 + (int64_t)d->minute * 60 + d->second -
	    (int64_t)d->zone * 60;
}

struct date
date_of(int64_t seconds, int zone)
{
	int64_t at, n, left, of_era, y, of_year, m;
	struct date d = { .zone = zone };

	seconds = seconds < YEAR_1900 ? YEAR_1900 : seconds;
	seconds = seconds > YEAR_9999 ? YEAR_9999 : seconds;
	at = seconds + (int64_t)zone * 60;
	n = at / DAY - (at % DAY < 0);
	left = at - n * DAY;
	d.weekday = (unsigned)((n + 4 + 7 * 10000) % 7);
	d.hour = (unsigned)(left / 3600);
	d.minute = (unsigned)(left / 60 % 60);
	d.second = (unsigned)(left % 60);
	n += SINCE_YEAR_ZERO;
	of_era = n % ERA;
	y = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) /
	    365;
	of_year = of_era - (365 * y + y / 4 - y / 100);
	m = (5 * of_year + 2) / 153;
	d.day = (unsigned)(of_year - (153 * m + 2) / 5 + 1);
	d.month = (unsigned)(m < 10 ? m + 3 : m - 9);
	d.year = (int)(n / ERA * 400 + y + (d.month <= 2));
	return d;
}

const char *
date_month(unsigned month)
{
	return months[(month - 1) % 12];
}

/* One of n names, of which three letters count. */
static bool
take_name(struct str *in, const char (*names)[4], unsigned n, unsigned *out)
{
	struct str rest = *in;
	struct str word = str_take_while(&rest, is_alpha);

	if (word.len < 3)
		return false;
	word.len = 3;
	for (unsigned i = 0; i < n; i++) {
		if (str_eq_nocase(word, (struct str){ names[i], 3 })) {
			*in = rest;
			*out = i;
			return true;
		}
	}
	return false;
}

bool
date_take_month(struct str *in, unsigned *month)
{
	if (!take_name(in, months, 12, month))
		return false;
	++*month;
	return true;
}

/* A number of at most that many digits, blanks and comments before it. */
static bool
take_number(struct str *in, unsigned digits_max, unsigned *out,
    size_t *digits)
{
	struct str before;
	uint64_t n;

	param_skip_cfws(in);
	before = *in;
	if (!str_take_u64(in, &n))
		return false;
	*digits = before.len - in->len;
	*out = (unsigned)n;
	return *digits <= digits_max;
}

static bool
take_year(struct str *in, int *year)
{
	unsigned n;
	size_t digits;

	if (!take_number(in, 4, &n, &digits))
		return false;
	if (digits == 2)			/* 4.3 */
		n += n < 50 ? 2000 : 1900;
	else if (digits == 3)
		n += 1900;
	*year = (int)n;
	return n >= 1900 && digits > 1;
}

static bool
take_time(struct str *in, struct date *d)
{
	size_t digits;

	if (!take_number(in, 2, &d->hour, &digits))
		return false;
	param_skip_cfws(in);
	if (!str_take_byte(in, ':') ||
	    !take_number(in, 2, &d->minute, &digits))
		return false;
	param_skip_cfws(in);
	if (str_take_byte(in, ':') &&
	    !take_number(in, 2, &d->second, &digits))
		return false;
	return d->hour < 24 && d->minute < 60 && d->second <= 60;
}

static void
take_zone(struct str *in, struct date *d)
{
	bool west = str_peek(*in) == '-';
	struct str word;
	unsigned n;
	size_t digits;

	if (str_take_byte(in, '-') || str_take_byte(in, '+')) {
		if (take_number(in, 4, &n, &digits) && digits == 4 &&
		    n % 100 < 60)
			d->zone = (int)(n / 100 * 60 + n % 100) *
			    (west ? -1 : 1);
		return;
	}
	word = str_take_while(in, is_alpha);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (str_eq_nocase(word, (struct str){ zones[i].name, 3 }))
			d->zone = zones[i].minutes;
}

bool
date_parse(struct str in, struct date *out)
{
	struct date d = { 0 };
	size_t digits;

	param_skip_cfws(&in);
	if (take_name(&in, days, 7, &d.weekday)) {
		param_skip_cfws(&in);
		str_take_byte(&in, ',');
	}
	if (!take_number(&in, 2, &d.day, &digits))
		return false;
	param_skip_cfws(&in);
	str_take_byte(&in, '-');		/* 26-Nov-2026: some do */
	param_skip_cfws(&in);
	if (!date_take_month(&in, &d.month))
		return false;
	param_skip_cfws(&in);
	str_take_byte(&in, '-');
	if (!take_year(&in, &d.year) || !take_time(&in, &d))
		return false;
	if (d.day < 1 || d.day > month_days(d.year, d.month))
		return false;
	param_skip_cfws(&in);
	take_zone(&in, &d);
	d.weekday = (unsigned)((day_number(d.year, d.month, d.day) + 4 +
	    7 * 10000) % 7);
	*out = d;
	return true;
}

void
date_put_digits(struct buf *b, unsigned n, unsigned width)
{
	unsigned scale = 1;

	for (unsigned i = 1; i < width && scale <= 100000000; i++)
		scale *= 10;
	for (; scale > n && scale > 1; scale /= 10)
		buf_byte(b, '0');
	buf_add_u64(b, n);
}

void
date_put(struct buf *b, const struct date *d)
{
	unsigned zone = (unsigned)(d->zone < 0 ? -d->zone : d->zone);

	buf_add_c(b, days[d->weekday % 7]);
	buf_add(b, STR(", "));
	buf_add_u64(b, d->day);
	buf_byte(b, ' ');
	buf_add_c(b, date_month(d->month));
	buf_byte(b, ' ');
	date_put_digits(b, (unsigned)d->year, 4);
	buf_byte(b, ' ');
	date_put_digits(b, d->hour, 2);
	buf_byte(b, ':');
	date_put_digits(b, d->minute, 2);
	buf_byte(b, ':');
	date_put_digits(b, d->second, 2);
	buf_byte(b, ' ');
	buf_byte(b, d->zone < 0 ? '-' : '+');
	date_put_digits(b, zone / 60 * 100 + zone % 60, 4);
}
