/* http_response.c - what a server says: status lines, fields, chunks. */

#include "proto/http_response.h"

#include "base/ascii.h"

static const struct {
	unsigned status;
	const char *words;
} reasons[] = {
	{ 100, "Continue" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 204, "No Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 411, "Length Required" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 421, "Misdirected Request" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
	{ 507, "Insufficient Storage" },
};

void
http_put_status(struct buf *out, unsigned status)
{
	buf_add(out, STR("HTTP/1.1 "));
	buf_add_u64(out, status);
	buf_byte(out, ' ');
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			buf_add_c(out, reasons[i].words);
	buf_add(out, STR("\r\n"));
}

static bool
is_clean(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_print((unsigned char)s.ptr[i]) &&
		    (unsigned char)s.ptr[i] < 0x80 && s.ptr[i] != '\t')
			return false;
	return true;
}

void
http_put_field(struct buf *out, struct str name, struct str value)
{
	if (!is_clean(name) || !is_clean(value))
		return;
	buf_add(out, name);
	buf_add(out, STR(": "));
	buf_add(out, value);
	buf_add(out, STR("\r\n"));
}

void
http_put_number(struct buf *out, struct str name, uint64_t value)
{
	buf_add(out, name);
	buf_add(out, STR(": "));
	buf_add_u64(out, value);
	buf_add(out, STR("\r\n"));
}

static void
put_two(struct buf *out, unsigned n)
{
	buf_byte(out, (char)('0' + n / 10 % 10));
	buf_byte(out, (char)('0' + n % 10));
}

static bool
is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days since 1970.  The calendar of lib/mail lies above this layer. */
static void
put_day(struct buf *out, uint64_t days)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const unsigned char lengths[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
	};
	unsigned year = 1970, month = 0, length;

	for (; days >= 365U + is_leap(year) && year < 9999; year++)
		days -= 365U + is_leap(year);
	for (; month < 11; month++) {
		length = lengths[month] + 0U +
		    (month == 1 && is_leap(year));
		if (days < length)
			break;
		days -= length;
	}
	put_two(out, (unsigned)days + 1);
	buf_byte(out, ' ');
	buf_add_mem(out, months + 3 * month, 3);
	buf_byte(out, ' ');
	buf_add_u64(out, year);
}

void
http_put_date(struct buf *out, uint64_t seconds)
{
	static const char weekdays[] = "ThuFriSatSunMonTueWed";
	uint64_t days = seconds / 86400;
	unsigned rest = (unsigned)(seconds % 86400);

	buf_add_mem(out, weekdays + 3 * (days % 7), 3);
	buf_add(out, STR(", "));
	put_day(out, days);
	buf_byte(out, ' ');
	put_two(out, rest / 3600);
	buf_byte(out, ':');
	put_two(out, rest / 60 % 60);
	buf_byte(out, ':');
	put_two(out, rest % 60);
	buf_add(out, STR(" GMT"));
}

void
http_put_security(struct buf *out, struct str policy, bool tls)
{
	/* who has a policy says in it who may frame */
	if (policy.len == 0) {
		policy = STR("default-src 'none'; frame-ancestors 'none'; "
		    "base-uri 'none'; form-action 'none'; sandbox");
		buf_add(out, STR("X-Frame-Options: DENY\r\n"));
	}
	http_put_field(out, STR("Content-Security-Policy"), policy);
	buf_add(out, STR("X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: no-referrer\r\n"
	    "Cross-Origin-Resource-Policy: same-origin\r\n"
	    "Cross-Origin-Opener-Policy: same-origin\r\n"));
	if (tls)
		buf_add(out, STR("Strict-Transport-Security: "
		    "max-age=31536000\r\n"));
}

void
http_put_end(struct buf *out)
{
	buf_add(out, STR("\r\n"));
}

static void
put_hex(struct buf *out, size_t n)
{
	char digits[16];
	size_t len = 0;

	do {
		digits[len++] = "0123456789abcdef"[n % 16];
		n /= 16;
	} while (n > 0);
	while (len > 0)
		buf_byte(out, digits[--len]);
}

void
http_put_chunk(struct buf *out, struct str data)
{
	if (data.len == 0)
		return;
	put_hex(out, data.len);
	buf_add(out, STR("\r\n"));
	buf_add(out, data);
	buf_add(out, STR("\r\n"));
}

void
http_put_last_chunk(struct buf *out)
{
	buf_add(out, STR("0\r\n\r\n"));
}
