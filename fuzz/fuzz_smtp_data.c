/*
 * fuzz_smtp_data.c - the decoder against a plain one, octet by octet, and in
 * pieces of any size.  The first octet says how the rest is cut.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/smtp_data.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

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

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	size_t step, end, len = 0, at = 0, want;
	unsigned char *out, *plain;
	struct smtp_data d;

	if (size == 0)
		return 0;
	step = (size_t)data[0] % 16 + 1;
	data++;
	size--;
	out = malloc(size + 1);
	plain = malloc(size + 1);
	end = find_end(data, size);
	smtp_data_begin(&d, true);
	while (at < size && !d.done) {
		size_t n = step < size - at ? step : size - at;
		struct str in = { (const char *)data + at, n };

		while (in.len > 0 && !d.done) {
			struct str run = smtp_data_take(&d, &in);

			assert(run.len <= size - len);
			memcpy(out + len, run.ptr, run.len);
			len += run.len;
		}
		at += n - in.len;
	}
	assert(d.octets == len);
	assert(at == end || !d.done);
	assert(d.done == (end < size || (size >= 3 &&
	    memcmp(data + size - 3, ".\r\n", 3) == 0 && find_end(data,
	    size - 1) == size - 1 && (size == 3 ||
	    (size >= 5 && memcmp(data + size - 5, "\r\n", 2) == 0)))));
	if (d.done && is_clean(data, end - 3)) {
		assert(d.fault == SMTP_FAULT_NONE ||
		    d.fault == SMTP_FAULT_LONG_LINE);
		want = unstuff(data, end - 3, plain);
		assert(want == len && memcmp(plain, out, len) == 0);
	} else if (d.done) {
		assert(d.fault != SMTP_FAULT_NONE);
	}
	free(out);
	free(plain);
	return 0;
}
