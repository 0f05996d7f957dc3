/* jmap_date.c - UTCDate of RFC 8620, 1.4. */

#include "sync/jmap_date.h"

#include <stdio.h>

#include "base/ascii.h"
#include "mail/date.h"

static bool
take_digits(struct str *in, size_t n, char end, unsigned *out)
{
	*out = 0;
	for (; n > 0; n--) {
		if (in->len == 0 || !is_digit((unsigned char)in->ptr[0]))
			return false;
		*out = *out * 10 + (unsigned)(in->ptr[0] - '0');
		in->ptr++;
		in->len--;
	}
	return end == '\0' || str_take_byte(in, end);
}

bool
jmap_date(struct str in, int64_t *seconds)
{
	struct date d = { 0 };
	unsigned year;

	if (!take_digits(&in, 4, '-', &year) ||
	    !take_digits(&in, 2, '-', &d.month) ||
	    !take_digits(&in, 2, 'T', &d.day) ||
	    !take_digits(&in, 2, ':', &d.hour) ||
	    !take_digits(&in, 2, ':', &d.minute) ||
	    !take_digits(&in, 2, '\0', &d.second))
		return false;
	if (str_take_byte(&in, '.'))
		(void)str_take_while(&in, is_digit);
	d.year = (int)year;
	if (!str_take_byte(&in, 'Z') || in.len > 0 || year < 1900 ||
	    d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 ||
	    d.hour > 23 || d.minute > 59 || d.second > 60)
		return false;
	*seconds = date_seconds(&d);
	return *seconds >= 0;
}

void
jmap_date_put(char out[JMAP_DATE_MAX], int64_t seconds)
{
	struct date d = date_of(seconds, 0);

	snprintf(out, JMAP_DATE_MAX, "%04d-%02u-%02uT%02u:%02u:%02uZ", d.year,
	    d.month, d.day, d.hour, d.minute, d.second);
}
