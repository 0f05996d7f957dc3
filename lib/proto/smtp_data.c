/*
 * smtp_data.c - the text of a message as it comes after DATA or BDAT.
 *
 * Four states decide at the start of a line and after a CR; the middle of a
 * line is searched by memchr, three times, which beats a look at each byte.
 */

#include "proto/smtp_data.h"

#include <string.h>

enum {
	AT_START,		/* of a line */
	AT_DOT,			/* a dot at the start, not text yet */
	AT_DOT_CR,		/* dot, CR */
	IN_LINE,
	AFTER_CR,
};

void
smtp_data_begin(struct smtp_data *d, bool dots)
{
	*d = (struct smtp_data){ .state = AT_START, .dots = dots };
}

static void
fault(struct smtp_data *d, enum smtp_fault what)
{
	if (d->fault == SMTP_FAULT_NONE)
		d->fault = what;
}

static void
count(struct smtp_data *d, size_t n)
{
	d->octets += n;
	if (n <= SMTP_TEXT_MAX - d->line)
		d->line += (uint32_t)n;
	else
		fault(d, SMTP_FAULT_LONG_LINE);
}

/* The rest of a line, or of the piece: at most up to and with its LF. */
static size_t
take_line(struct smtp_data *d, const char *p, size_t n)
{
	const char *lf = memchr(p, '\n', n), *cr;
	size_t len = lf != NULL ? (size_t)(lf - p) + 1 : n;
	size_t body = lf != NULL ? len - 1 : len;

	if (memchr(p, '\0', len) != NULL)
		fault(d, SMTP_FAULT_NUL);
	cr = memchr(p, '\r', body);
	count(d, len);
	if (cr != NULL && cr + 1 < p + body) {
		fault(d, SMTP_FAULT_BARE_CR);
		if (p[body - 1] != '\r')
			cr = NULL;
	}
	if (lf == NULL) {
		d->state = cr != NULL ? AFTER_CR : IN_LINE;
	} else if (cr != NULL) {
		d->state = AT_START;
		d->line = 0;
	} else {
		fault(d, SMTP_FAULT_BARE_LF);
		d->state = IN_LINE;
	}
	return len;
}

/* One byte after a CR. */
static size_t
take_after_cr(struct smtp_data *d, char c)
{
	if (c != '\n') {
		fault(d, SMTP_FAULT_BARE_CR);
		d->state = IN_LINE;
		return 0;	/* looked at again, as part of the line */
	}
	count(d, 1);
	d->state = AT_START;
	d->line = 0;
	return 1;
}

/* Bytes that are no text: the dot, and what may be the end.  How many. */
static size_t
skip(struct smtp_data *d, struct str in)
{
	size_t n = 0;

	if (d->state == AT_START && d->dots && in.len > 0 && in.ptr[0] == '.') {
		d->state = AT_DOT;
		n++;
	}
	if (d->state == AT_DOT && n < in.len) {
		if (in.ptr[n] == '\r') {
			d->state = AT_DOT_CR;
			n++;
		} else {
			d->state = IN_LINE;
		}
	}
	if (d->state == AT_DOT_CR && n < in.len) {
		if (in.ptr[n] == '\n') {
			d->done = true;
			n++;
		} else {
			fault(d, SMTP_FAULT_BARE_CR);
			d->state = IN_LINE;
		}
	}
	return n;
}

static void
advance(struct str *in, size_t n)
{
	in->ptr += n;
	in->len -= n;
}

struct str
smtp_data_take(struct smtp_data *d, struct str *in)
{
	struct str run = { in->ptr, 0 };

	if (d->done)
		return run;
	if (d->state != IN_LINE && d->state != AFTER_CR) {
		advance(in, skip(d, *in));
		run.ptr = in->ptr;
		if (d->done || d->state == AT_DOT || d->state == AT_DOT_CR)
			return run;
	}
	while (in->len > 0) {
		size_t n;

		if (d->state == AT_START && d->dots && in->ptr[0] == '.' &&
		    run.len > 0)
			break;		/* skipped next time */
		if (d->state == AFTER_CR)
			n = take_after_cr(d, in->ptr[0]);
		else
			n = take_line(d, in->ptr, in->len);
		advance(in, n);
		run.len += n;
	}
	return run;
}

void
smtp_data_end(struct smtp_data *d)
{
	if (d->state == AFTER_CR)
		fault(d, SMTP_FAULT_BARE_CR);
}
