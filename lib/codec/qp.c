/* qp.c - quoted-printable, decoded. */

#include "codec/qp.h"

#include <string.h>

enum { TEXT, EQUALS, DIGIT, BREAK, BREAK_CR };

int
qp_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static size_t
release(struct qp_dec *d, char *out)
{
	size_t n = d->nheld;

	memcpy(out, d->held, n);
	d->nheld = 0;
	return n;
}

static size_t
hold(struct qp_dec *d, char *out, char c)
{
	size_t n = d->nheld == QP_HELD_MAX ? release(d, out) : 0;

	d->held[d->nheld++] = c;
	return n;
}

/* An octet that begins anew. */
static size_t
text(struct qp_dec *d, char *out, char c)
{
	size_t n;

	d->state = TEXT;
	if (c == ' ' || c == '\t')
		return hold(d, out, c);
	if (c == '\n' || c == '\r')
		d->nheld = 0;
	n = release(d, out);
	if (c == '=')
		d->state = EQUALS;
	else
		out[n++] = c;
	return n;
}

/* What was no escape after all. */
static size_t
literal(struct qp_dec *d, char *out, char c)
{
	size_t n = 0;

	out[n++] = '=';
	if (d->state == DIGIT)
		out[n++] = d->first;
	n += release(d, out + n);
	return n + text(d, out + n, c);
}

/* After "=" and perhaps blanks. */
static size_t
soft_break(struct qp_dec *d, char *out, char c)
{
	if ((c == ' ' || c == '\t') && d->nheld < QP_HELD_MAX) {
		d->state = BREAK;
		d->held[d->nheld++] = c;
		return 0;
	}
	if (c != '\r' && c != '\n')
		return literal(d, out, c);
	d->nheld = 0;
	d->state = c == '\r' ? BREAK_CR : TEXT;
	return 0;
}

static size_t
take(struct qp_dec *d, char *out, char c)
{
	switch (d->state) {
	case EQUALS:
		if (qp_hex(c) >= 0) {
			d->first = c;
			d->state = DIGIT;
			return 0;
		}
		return soft_break(d, out, c);
	case BREAK:
		return soft_break(d, out, c);
	case BREAK_CR:
		d->state = TEXT;
		return c == '\n' ? 0 : text(d, out, c);
	case DIGIT:
		if (qp_hex(c) < 0)
			return literal(d, out, c);
		out[0] = (char)(qp_hex(d->first) << 4 | qp_hex(c));
		d->state = TEXT;
		return 1;
	default:
		return text(d, out, c);
	}
}

size_t
qp_dec_feed(struct qp_dec *d, char *out, struct str in)
{
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++)
		n += take(d, out + n, in.ptr[i]);
	return n;
}

size_t
qp_dec_end(struct qp_dec *d, char *out)
{
	size_t n = 0;

	if (d->state == DIGIT) {
		out[n++] = '=';
		out[n++] = d->first;
	}
	*d = (struct qp_dec){ 0 };	/* trailing blanks, "=" at the end */
	return n;
}
