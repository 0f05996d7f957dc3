/* received.c - the trace that we add, and the traces that are there. */

#include "mail/received.h"

#include "base/ascii.h"
#include "mail/date.h"
#include "mail/header.h"

enum { HELO_SHOWN = 255 };

/* By utf8, tls, auth; RFC 3848 and RFC 6531, 3.7.3 have names for these. */
static const char *const protocols[2][2][2] = {
	{ { "ESMTP", "ESMTPA" }, { "ESMTPS", "ESMTPSA" } },
	{ { "UTF8SMTP", "UTF8SMTPA" }, { "UTF8SMTPS", "UTF8SMTPSA" } },
};

/* What cannot end the token, the comment or the line it stands in. */
static void
put_plain(struct buf *b, struct str s, bool utf8)
{
	for (size_t i = 0; i < s.len && i < HELO_SHOWN; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		bool fine = is_ldh(c) || c == '.' || c == ':' || c == '_' ||
		    c == '[' || c == ']' || (utf8 && c >= 0x80);

		buf_byte(b, fine ? (char)c : '?');
	}
}

static void
put_addr(struct buf *b, struct str addr)
{
	buf_byte(b, '[');
	for (size_t i = 0; i < addr.len; i++) {
		if (addr.ptr[i] == ':') {
			buf_add(b, STR("IPv6:"));
			break;
		}
	}
	put_plain(b, addr, false);
	buf_byte(b, ']');
}

void
received_put(struct buf *b, const struct received *r)
{
	struct date date = date_of(r->time, 0);
	bool tls = r->tls.len > 0;

	buf_add(b, STR("Received:"));
	if (r->addr.len > 0) {
		buf_add(b, STR(" from "));
		put_plain(b, r->helo.len > 0 ? r->helo : STR("unknown"),
		    r->utf8);
		buf_add(b, STR(" ("));
		put_addr(b, r->addr);
		buf_add(b, STR(")\r\n\t"));
	} else {
		buf_byte(b, ' ');
	}
	buf_add(b, STR("by "));
	put_plain(b, r->by, true);
	buf_add(b, STR(" with "));
	if (r->with.len > 0)
		put_plain(b, r->with, false);
	else
		buf_add_c(b, r->esmtp ? protocols[r->utf8][tls][r->auth] :
		    "SMTP");
	if (r->id.len > 0) {
		buf_add(b, STR(" id "));
		put_plain(b, r->id, false);
	}
	if (r->cipher.len > 0) {
		buf_add(b, STR("\r\n\t("));
		put_plain(b, r->tls, false);
		buf_byte(b, ' ');
		put_plain(b, r->cipher, false);
		buf_byte(b, ')');
	}
	buf_add(b, STR(";\r\n\t"));
	date_put(b, &date);
	buf_add(b, STR("\r\n"));
}

void
received_put_return_path(struct buf *b, struct str path)
{
	buf_add(b, STR("Return-Path: <"));
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];

		buf_byte(b, c < ' ' || c == 0x7f ? '?' : (char)c);
	}
	buf_add(b, STR(">\r\n"));
}

unsigned
received_count(struct str block)
{
	struct header h;
	struct header_field f;
	unsigned n = 0;

	header_begin(&h, block);
	while (header_next(&h, &f))
		n += str_eq_nocase(f.name, STR("Received"));
	return n;
}
