/* expiry.c - times to come, as people write them. */

#include "pli.h"

#include <time.h>

enum { DAY = 86400 };

/* A day of the calendar, in whole. */
static bool
take_date(struct str in, uint64_t *expires)
{
	struct tm tm = { .tm_hour = 12 };
	uint64_t y, m, d;
	time_t t;

	if (!str_take_u64(&in, &y) || !str_take_byte(&in, '-') ||
	    !str_take_u64(&in, &m) || !str_take_byte(&in, '-') ||
	    !str_take_u64(&in, &d) || in.len > 0 || y < 2000 || y > 2106 ||
	    m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	tm.tm_year = (int)y - 1900;
	tm.tm_mon = (int)m - 1;
	tm.tm_mday = (int)d;
	t = timegm(&tm);
	*expires = (uint64_t)t;
	return t > 0;
}

static bool
take_span(struct str in, uint64_t now, uint64_t *expires)
{
	static const struct { char unit; uint64_t days; } units[] = {
		{ 'd', 1 }, { 'm', 30 }, { 'y', 365 } };
	uint64_t n;

	if (!str_take_u64(&in, &n) || n == 0 || n > 36500)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (in.len == 1 && in.ptr[0] == units[i].unit) {
			*expires = now + n * units[i].days * DAY;
			return true;
		}
	return false;
}

bool
args_expiry(const struct cli *c, const char *text, uint64_t *expires)
{
	uint64_t now = (uint64_t)time(NULL);

	*expires = 0;
	if (strcmp(text, "never") == 0)
		return true;
	if ((take_span(from_c(text), now, expires) ||
	    take_date(from_c(text), expires)) && *expires > now)
		return true;
	say(c, EXIT_NO, "bad-expiry", text, NULL);
	return false;
}
