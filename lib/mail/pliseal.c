/* pliseal.c - Pli-Seal: what the box says about a message, and signs. */

#include "mail/pliseal.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/base64.h"

enum { LINE = 78, HASH64 = 44, SIGNATURE64 = 88 };

static const struct str name = STR_INIT("Pli-Seal:");
static const struct str version = STR_INIT("v=1");

static bool
is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_no_space(unsigned char c)
{
	return !is_space(c);
}

static bool
is_name(unsigned char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool
is_value(unsigned char c)
{
	return is_vchar(c) && c != ';';
}

static bool
take_item(struct str *in, struct str *item, struct str *value)
{
	*item = str_take_while(in, is_name);
	if (item->len == 0 || !str_take_byte(in, '='))
		return false;
	*value = str_take_while(in, is_value);
	return true;
}

static bool
is_stamp(struct str in)
{
	struct str item, value;

	if (in.len == 0 || in.len > PLISEAL_STAMP_MAX)
		return false;
	do {
		if (!take_item(&in, &item, &value))
			return false;
	} while (str_take_byte(&in, ';'));
	return in.len == 0;
}

static void
squeeze(struct buf *out, struct str text)
{
	while (text.len > 0) {
		buf_add(out, str_take_while(&text, is_no_space));
		str_take_while(&text, is_space);
	}
}

bool
pliseal_stamp(struct buf *out, struct str text)
{
	size_t at = out->len;

	squeeze(out, text);
	return !out->failed &&
	    is_stamp((struct str){ out->ptr + at, out->len - at });
}

/* One item, in a new line if this one is full; *column is where we are. */
static void
put_item(struct buf *out, size_t *column, struct str item, bool last)
{
	size_t line = last ? LINE : LINE - 1;	/* room for ";" */

	if (*column + 1 + item.len > line) {
		buf_add_c(out, "\r\n");
		*column = 0;
	}
	buf_byte(out, ' ');
	++*column;
	while (item.len > 0) {
		struct str piece = item;

		if (*column == line) {
			buf_add_c(out, "\r\n ");
			*column = 1;
		}
		if (piece.len > line - *column)
			piece.len = line - *column;
		buf_add(out, piece);
		*column += piece.len;
		item.ptr += piece.len;
		item.len -= piece.len;
	}
	if (!last) {
		buf_byte(out, ';');
		++*column;
	}
}

static struct str
encode(char *room, size_t at, const unsigned char *octets, size_t n)
{
	struct str in = { (const char *)octets, n };

	return (struct str){ room, at + base64_encode(room + at, in) };
}

void
pliseal_put(struct buf *out, struct str stamp,
    const unsigned char hash[PLISEAL_HASH],
    const unsigned char signature[PLISEAL_SIGNATURE])
{
	char h[HASH64 + 8] = "h=", s[SIGNATURE64 + 8] = "s=";
	size_t column = name.len;

	buf_add(out, name);
	put_item(out, &column, version, false);
	while (stamp.len > 0) {
		struct str item = stamp;
		const char *end = memchr(stamp.ptr, ';', stamp.len);

		if (end != NULL)
			item.len = (size_t)(end - stamp.ptr);
		put_item(out, &column, item, false);
		stamp.ptr += item.len;
		stamp.len -= item.len;
		(void)str_take_byte(&stamp, ';');
	}
	put_item(out, &column, encode(h, 2, hash, PLISEAL_HASH), false);
	put_item(out, &column, encode(s, 2, signature, PLISEAL_SIGNATURE),
	    true);
	buf_add_c(out, "\r\n");
}

void
pliseal_signed(struct buf *out, struct str stamp,
    const unsigned char hash[PLISEAL_HASH])
{
	char h[HASH64 + 8];

	buf_add_c(out, "pli-seal-v1\n");
	buf_add(out, stamp);
	buf_byte(out, '\n');
	buf_add(out, encode(h, 0, hash, PLISEAL_HASH));
}

/* Take ";h=" and its like, and exactly len characters of base64 that stand for
 * n octets, off the end. */
static bool
cut_end(struct str *in, struct str tag, size_t len, unsigned char *out,
    size_t n)
{
	char room[SIGNATURE64];
	struct str tail, text;
	size_t got;

	if (in->len < tag.len + len)
		return false;
	in->len -= tag.len + len;
	tail = (struct str){ in->ptr + in->len, tag.len };
	text = (struct str){ in->ptr + in->len + tag.len, len };
	if (!str_eq(tail, tag) || !base64_decode(room, &got, text) || got != n)
		return false;
	memcpy(out, room, n);
	return true;
}

static bool
parse(struct pliseal *p, struct str in)
{
	if (!cut_end(&in, STR(";s="), SIGNATURE64, p->signature,
	    PLISEAL_SIGNATURE) ||
	    !cut_end(&in, STR(";h="), HASH64, p->hash, PLISEAL_HASH) ||
	    in.len < version.len ||
	    !str_eq((struct str){ in.ptr, version.len }, version))
		return false;
	in.ptr += version.len;
	in.len -= version.len;
	if (!str_take_byte(&in, ';') || !is_stamp(in))
		return false;
	memcpy(p->stamp, in.ptr, in.len);
	p->stamp_len = in.len;
	return true;
}

bool
pliseal_parse(struct pliseal *p, struct str value)
{
	struct buf flat;
	bool ok;

	memset(p, 0, sizeof(*p));
	buf_init(&flat, PLISEAL_FIELD_MAX);
	squeeze(&flat, value);
	ok = !flat.failed && parse(p, buf_str(&flat));
	buf_free(&flat);
	return ok;
}

bool
pliseal_item(struct str stamp, struct str wanted, struct str *value)
{
	struct str item;

	do {
		if (!take_item(&stamp, &item, value))
			return false;
		if (str_eq(item, wanted))
			return true;
	} while (str_take_byte(&stamp, ';'));
	return false;
}
