/* out.c - rows for people and for programs. */

#include "cli/cli.h"

#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "codec/utf8.h"

enum { OUT_MAX = 1 << 20 };

/* Length of the UTF-8 sequence (RFC 3629) at the front; 0: none. */
static size_t
utf8_length(struct str s)
{
	unsigned char c = (unsigned char)s.ptr[0];
	size_t n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 :
	    c < 0xf5 ? 4 : 0;

	if (n == 0 || n > s.len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)s.ptr[i] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && (unsigned char)s.ptr[1] < 0xa0) ||
	    (c == 0xed && (unsigned char)s.ptr[1] > 0x9f) ||
	    (c == 0xf0 && (unsigned char)s.ptr[1] < 0x90) ||
	    (c == 0xf4 && (unsigned char)s.ptr[1] > 0x8f))
		return 0;
	return n;
}

void
json_text(struct buf *out, struct str s)
{
	buf_byte(out, '"');
	while (s.len > 0) {
		unsigned char c = (unsigned char)s.ptr[0];
		size_t n = utf8_length(s);

		if (c == '"' || c == '\\') {
			buf_byte(out, '\\');
			buf_byte(out, (char)c);
		} else if (c < ' ' || c == 0x7f) {
			buf_add_c(out, "\\u00");
			buf_add_hex(out, (struct str){ s.ptr, 1 });
		} else if (n == 0) {
			buf_add_c(out, "\xef\xbf\xbd");	/* U+FFFD */
		} else {
			buf_add_mem(out, s.ptr, n);
		}
		n = n == 0 ? 1 : n;
		s.ptr += n;
		s.len -= n;
	}
	buf_byte(out, '"');
}

enum type { TYPE_TEXT, TYPE_NUMBER, TYPE_BOOL };

static enum type
type_of(struct str key)
{
	static const char *const numbers[] = {
		"accounts", "added", "cert_created", "cert_expires",
		"commits", "committed", "created", "expires", "file",
		"instance", "landlock", "messages", "octets", "pid", "port",
		"quota", "replaced", "restarts", "up", "used",
	};
	static const char *const bools[] = { "clear", "sealed" };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (str_eq(key, from_c(numbers[i])))
			return TYPE_NUMBER;
	for (size_t i = 0; i < sizeof(bools) / sizeof(bools[0]); i++)
		if (str_eq(key, from_c(bools[i])))
			return TYPE_BOOL;
	return TYPE_TEXT;
}

static void
json_value(struct buf *out, struct str key, struct str value)
{
	struct str in = value;
	uint64_t n;

	if (type_of(key) == TYPE_NUMBER && str_take_u64(&in, &n) &&
	    in.len == 0)
		buf_add_u64(out, n);
	else if (type_of(key) == TYPE_BOOL)
		buf_add_c(out, str_eq(value, STR("1")) ? "true" : "false");
	else
		json_text(out, value);
}

void
json_row(struct buf *out, struct str row)
{
	struct str key, value;
	bool first = true;

	buf_byte(out, '{');
	while (admin_take(&row, &key, &value)) {
		if (!first)
			buf_byte(out, ',');
		first = false;
		json_text(out, key);
		buf_byte(out, ':');
		json_value(out, key, value);
	}
	buf_byte(out, '}');
}

void
list_begin(const struct cli *c)
{
	if (c->json)
		putchar('[');
}

void
list_row(const struct cli *c, bool *first, struct str row)
{
	struct buf out;

	if (!c->json)
		return;
	buf_init(&out, OUT_MAX);
	if (!*first)
		buf_byte(&out, ',');
	*first = false;
	buf_byte(&out, '\n');
	json_row(&out, row);
	flush(&out);
}

void
list_end(const struct cli *c)
{
	if (c->json)
		puts("\n]");
}

/* Bytes of others must not move the cursor. */
void
put_cell(struct str s, int width)
{
	while (s.len > 0) {
		size_t n = utf8_length(s);
		struct str one = s;
		uint32_t c;

		if (!utf8_take(&one, &c) || utf8_is_control(c))
			putchar('?');
		else
			fwrite(s.ptr, 1, n, stdout);
		n = n == 0 ? 1 : n;
		s.ptr += n;
		s.len -= n;
		width--;
	}
	while (width-- > 0)
		putchar(' ');
}

void
size_text(uint64_t octets, char out[16])
{
	static const char *const units[] = { "B", "KB", "MB", "GB", "TB" };
	uint64_t whole = octets, tenth = 0;
	size_t unit = 0;

	while (whole >= 1024 && unit < 4) {
		tenth = whole % 1024 * 10 / 1024;
		whole /= 1024;
		unit++;
	}
	if (unit == 0 || whole >= 100)
		snprintf(out, 16, "%u %s", (unsigned)whole, units[unit]);
	else
		snprintf(out, 16, "%u.%u %s", (unsigned)whole,
		    (unsigned)tenth, units[unit]);
}

void
date_text(uint64_t seconds, char out[16])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(out, 16, "%Y-%m-%d",
	    &tm) == 0)
		snprintf(out, 16, "?");
}

void
span_text(const struct cli *c, uint64_t s, char out[32])
{
	const char *d = text_of(c, "unit-days");

	if (s >= 86400)
		snprintf(out, 32, "%u %s %u h", (unsigned)(s / 86400), d,
		    (unsigned)(s % 86400 / 3600));
	else if (s >= 3600)
		snprintf(out, 32, "%u h %u min", (unsigned)(s / 3600),
		    (unsigned)(s % 3600 / 60));
	else if (s >= 60)
		snprintf(out, 32, "%u min", (unsigned)(s / 60));
	else
		snprintf(out, 32, "%u s", (unsigned)s);
}

void
flush(struct buf *b)
{
	if (b->len > 0)
		fwrite(b->ptr, 1, b->len, stdout);
	buf_free(b);
}
