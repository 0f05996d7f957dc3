/* base64.c - RFC 4648, strict; and as mail has it, lenient. */

#include "codec/base64.h"

#include <assert.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { WHITE = 64, PAD, STRANGE };

static unsigned
sextet(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26U;
	if (c >= '0' && c <= '9')
		return c - '0' + 52U;
	switch (c) {
	case '+':
		return 62;
	case '/':
		return 63;
	case '=':
		return PAD;
	case ' ': case '\t': case '\r': case '\n':
		return WHITE;
	default:
		return STRANGE;
	}
}

size_t
base64_encode(char *out, struct str in)
{
	const unsigned char *p = (const unsigned char *)in.ptr;
	char *o = out;
	size_t n = in.len;

	for (; n >= 3; n -= 3, p += 3) {
		uint32_t v = (uint32_t)(p[0] << 16 | p[1] << 8 | p[2]);

		o[0] = alphabet[v >> 18];
		o[1] = alphabet[v >> 12 & 63];
		o[2] = alphabet[v >> 6 & 63];
		o[3] = alphabet[v & 63];
		o += 4;
	}
	if (n > 0) {
		uint32_t v = (uint32_t)(p[0] << 16 | (n > 1 ? p[1] << 8 : 0));

		*o++ = alphabet[v >> 18];
		*o++ = alphabet[v >> 12 & 63];
		*o++ = n > 1 ? alphabet[v >> 6 & 63] : '=';
		*o++ = '=';
	}
	return (size_t)(o - out);
}

size_t
base64_encode_lines(char *out, struct str in, size_t line)
{
	size_t step = line / 4 * 3, done = 0;

	assert(line >= 4 && line % 4 == 0);
	while (in.len > 0) {
		size_t n = in.len < step ? in.len : step;

		done += base64_encode(out + done, (struct str){ in.ptr, n });
		out[done++] = '\r';
		out[done++] = '\n';
		in.ptr += n;
		in.len -= n;
	}
	return done;
}

bool
base64_decode(char *out, size_t *n, struct str in)
{
	size_t pad = 0, done = 0;
	uint32_t bits = 0;

	if (in.len % 4 != 0)
		return false;
	while (pad < 2 && in.len > pad && in.ptr[in.len - pad - 1] == '=')
		pad++;
	for (size_t i = 0; i < in.len; i++) {
		unsigned v = i < in.len - pad
		    ? sextet((unsigned char)in.ptr[i]) : 0;

		if (v > 63)
			return false;
		bits = bits << 6 | v;
		if (i % 4 != 3)
			continue;
		out[done++] = (char)(bits >> 16 & 255);
		out[done++] = (char)(bits >> 8 & 255);
		out[done++] = (char)(bits & 255);
	}
	/* what padding drops must be zero, or two texts mean the same */
	if ((bits & ((1U << 8 * pad) - 1)) != 0)
		return false;
	*n = done - pad;
	return true;
}

/* An incomplete quantum; its bits that make no octet are dropped. */
static size_t
flush(struct base64_dec *d, char *out)
{
	size_t n = 0;

	d->bits <<= 6 * (4 - d->have);
	if (d->have > 1)
		out[n++] = (char)(d->bits >> 16 & 255);
	if (d->have > 2)
		out[n++] = (char)(d->bits >> 8 & 255);
	if (d->have == 1)
		d->strange = true;
	d->bits = 0;
	d->have = 0;
	return n;
}

static size_t
take(struct base64_dec *d, char *out, unsigned v)
{
	if (v > 63) {
		d->strange |= v == STRANGE;
		if (v != PAD)
			return 0;
		/* "=" alone, or a third one */
		d->strange |= d->have == 0 && !d->padded;
		d->padded = true;
		return flush(d, out);
	}
	d->strange |= d->padded;
	d->bits = d->bits << 6 | v;
	if (++d->have < 4)
		return 0;
	out[0] = (char)(d->bits >> 16 & 255);
	out[1] = (char)(d->bits >> 8 & 255);
	out[2] = (char)(d->bits & 255);
	d->bits = 0;
	d->have = 0;
	return 3;
}

size_t
base64_dec_feed(struct base64_dec *d, char *out, struct str in)
{
	size_t done = 0;

	for (size_t i = 0; i < in.len; i++)
		done += take(d, out + done, sextet((unsigned char)in.ptr[i]));
	return done;
}

size_t
base64_dec_end(struct base64_dec *d, char *out)
{
	d->strange |= d->have != 0;
	return flush(d, out);
}
