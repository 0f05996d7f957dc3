/*
 * fuzz_smtp_data.c - the decoder against a plain one, octet by octet, and in
 * pieces of any size.  The first octet says how the rest is cut.
 */

#include "fuzz/fuzz.h"
#include "proto/smtp_data.h"

/* Where CRLF "." CRLF ends, or size. */
static size_t
find_end(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i + 3 <= n; i++)
		if (memcmp(p + i, ".\r\n", 3) == 0 &&
		    (i == 0 || (i >= 2 && memcmp(p + i - 2, "\r\n", 2) == 0)))
			return i + 3;
	return n;
}

static bool
is_clean(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\0' || (p[i] == '\n' && (i == 0 ||
		    p[i - 1] != '\r')))
			return false;
		if (p[i] == '\r' && i + 1 < n && p[i + 1] != '\n')
			return false;
	}
	return true;
}

/* Dots off, in a clean text. */
static size_t
unstuff(const unsigned char *p, size_t n, unsigned char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		bool start = i == 0 || p[i - 1] == '\n';

		if (!(start && p[i] == '.'))
			out[len++] = p[i];
	}
	return len;
}

/* Whether the text has an end, and octets up to and with it. */
static bool
has_end(const unsigned char *p, size_t n, size_t *end)
{
	*end = find_end(p, n);
	return *end < n || (n >= 3 && memcmp(p + n - 3, ".\r\n", 3) == 0 &&
	    (n == 3 || (n >= 5 && memcmp(p + n - 5, "\r\n", 2) == 0)));
}

/* All of it in pieces; octets that were taken. */
static size_t
decode(struct smtp_data *d, const unsigned char *data, size_t size,
    size_t step, unsigned char *out, size_t *len)
{
	struct pieces p = pieces_of((struct str){ (const char *)data, size },
	    size > 0 ? data[size - 1] % size : 0, step);
	struct str in = STR("");

	while (!d->done && pieces_next(&p, &in))
		while (in.len > 0 && !d->done) {
			struct str run = smtp_data_take(d, &in);

			assert(run.len <= size - *len);
			memcpy(out + *len, run.ptr, run.len);
			*len += run.len;
		}
	pieces_drop(&p);
	return size - p.rest.len - in.len;
}

static void
check(const unsigned char *data, size_t size, size_t step,
    unsigned char *out, unsigned char *plain)
{
	size_t len = 0, end, at;
	struct smtp_data d;

	smtp_data_begin(&d, true);
	at = decode(&d, data, size, step, out, &len);
	assert(d.octets == len);
	assert(d.done == has_end(data, size, &end));
	assert(at == (d.done ? end : size));
	if (!d.done)
		return;
	assert((d.fault == SMTP_FAULT_NONE) == is_clean(data, end - 3) ||
	    d.fault == SMTP_FAULT_LONG_LINE);
	if (d.fault == SMTP_FAULT_NONE)
		assert(unstuff(data, end - 3, plain) == len &&
		    memcmp(plain, out, len) == 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	unsigned char *out, *plain;

	if (size == 0)
		return 0;
	out = malloc(size);
	plain = malloc(size);
	check(data + 1, size - 1, (size_t)data[0] % 16 + 1, out, plain);
	free(out);
	free(plain);
	return 0;
}
