/* dsn.c - what the sender of a letter is told about it. */

#include "mail/dsn.h"

#include "base/ascii.h"
#include "codec/utf8.h"
#include "mail/date.h"
#include "mail/dsn_own.h"
#include "mail/dsn_words.h"

enum { REPLY_SHOWN = 900, LINE = 76 };	/* octets: RFC 5322, 2.1.1 is 998 */
enum { FRENCH_MAX = 4096 };

/* RFC 3464, 2.3.3 */
static const char *const actions[DSN_KINDS] = {
	[DSN_FAILURE] = "failed", [DSN_RELAYED] = "relayed",
	[DSN_DELAY] = "delayed", [DSN_HELD] = "delayed",
	[DSN_LOST] = "failed", [DSN_DELIVERED] = "delivered",
};

static const char *const statuses[DSN_KINDS] = {
	[DSN_FAILURE] = "5.0.0", [DSN_RELAYED] = "2.0.0",
	[DSN_DELAY] = "4.0.0", [DSN_HELD] = "4.7.0", [DSN_LOST] = "5.3.0",
	[DSN_DELIVERED] = "2.0.0",
};

/* One line of printable text, whatever it was. */
static void
put_safe(struct buf *b, struct str s)
{
	bool utf8 = utf8_valid(s);

	for (size_t i = 0; i < s.len && i < REPLY_SHOWN; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		buf_byte(b, is_print(c) || (utf8 && c >= 0x80) ? (char)c :
		    c == '\t' ? ' ' : '?');
	}
}

/* The same in a structured field: ASCII alone. */
static void
put_ascii(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.len && i < REPLY_SHOWN; i++)
		buf_byte(b, is_print((unsigned char)s.ptr[i]) ? s.ptr[i] :
		    '?');
}

/* Folded at blanks, each line behind `lead`. */
static void
put_folded(struct buf *b, const char *lead, struct str s)
{
	size_t at = 0, n = s.len < REPLY_SHOWN ? s.len : REPLY_SHOWN;

	do {
		size_t end = at + LINE < n ? at + LINE : n;

		for (size_t i = end; end < n && i > at + LINE / 2; i--)
			if (s.ptr[i] == ' ') {
				end = i;
				break;
			}
		/* not within a character */
		while (end < n && ((unsigned char)s.ptr[end] & 0xc0) == 0x80)
			end++;
		buf_add_c(b, lead);
		put_safe(b, (struct str){ s.ptr + at, end - at });
		buf_add(b, STR("\r\n"));
		at = end < n && s.ptr[end] == ' ' ? end + 1 : end;
	} while (at < n);
}

/* RFC 6533: one address in UTF-8, and the report is another media type. */
static bool
is_wide(const struct dsn_rcpt *r)
{
	return !str_is_ascii(r->local) || !str_is_ascii(r->domain);
}

static bool
is_global(const struct dsn *d)
{
	for (size_t i = 0; i < d->rcpts; i++)
		if (is_wide(&d->rcpt[i]))
			return true;
	return false;
}

static void
put_date(struct buf *b, const char *name, int64_t t)
{
	struct date date = date_of(t, 0);

	buf_add_c(b, name);
	date_put(b, &date);
	buf_add(b, STR("\r\n"));
}

static void
put_address(struct buf *b, const struct dsn_rcpt *r)
{
	put_safe(b, r->local);
	buf_byte(b, '@');
	put_safe(b, r->domain);
}

void
dsn_head(struct buf *b, const struct dsn *d)
{
	buf_add(b, STR("From: Mail <"));
	put_ascii(b, d->from);
	buf_add(b, STR(">\r\nTo: <"));
	put_safe(b, d->user);
	buf_add(b, STR(">\r\nSubject: "));
	buf_add_c(b, dsn_words[d->kind].subject);
	buf_add(b, STR("\r\n"));
	put_date(b, "Date: ", d->now);
	buf_add(b, STR("Message-ID: <"));
	put_ascii(b, d->unique);
	buf_byte(b, '@');
	put_ascii(b, d->host);
	buf_add(b, STR(">\r\n"));
	if (d->message_id.len > 0) {
		buf_add(b, STR("In-Reply-To: "));
		put_ascii(b, d->message_id);
		buf_add(b, STR("\r\nReferences: "));
		put_ascii(b, d->message_id);
		buf_add(b, STR("\r\n"));
	}
	buf_add(b, STR("Auto-Submitted: auto-replied\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/report; report-type="));
	buf_add_c(b, is_global(d) ? "global-delivery-status" :
	    "delivery-status");
	buf_add(b, STR(";\r\n\tboundary=\""));
	put_ascii(b, d->unique);
	buf_add(b, STR("\"\r\n\r\n"));
}

static void
put_boundary(struct buf *b, const struct dsn *d, const char *tail)
{
	buf_add(b, STR("--"));
	put_ascii(b, d->unique);
	buf_add_c(b, tail);
	buf_add(b, STR("\r\n"));
}

/* What another server says is shown as it is; what we say, in both. */
static void
put_reply(struct buf *b, const struct dsn_rcpt *r, enum dsn_language lang)
{
	struct buf french;

	buf_init(&french, FRENCH_MAX);
	if (r->host.len == 0 && lang == DSN_FRENCH)
		dsn_own_french(&french, r->reply);
	put_folded(b, "        ", french.len > 0 && !french.failed ?
	    buf_str(&french) : r->reply);
	buf_free(&french);
}

static void
put_words(struct buf *b, const struct dsn *d, enum dsn_language lang)
{
	const struct dsn_sentences *w = &dsn_words[d->kind].say[lang];

	buf_add_c(b, w->what);
	buf_add(b, STR("\r\n\r\n"));
	for (size_t i = 0; i < d->rcpts; i++) {
		const struct dsn_rcpt *r = &d->rcpt[i];

		buf_add(b, STR("    "));
		put_address(b, r);
		buf_add(b, STR("\r\n"));
		if (r->reply.len == 0)
			continue;
		if (r->host.len > 0) {
			buf_add(b, STR("        "));
			put_safe(b, r->host);
			buf_add_c(b, dsn_said[lang]);
		}
		put_reply(b, r, lang);
	}
	buf_add(b, STR("\r\n"));
	buf_add_c(b, w->todo);
	buf_add(b, STR("\r\n"));
}

static void
put_rcpt(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r)
{
	buf_add(b, STR("\r\n"));
	if (r->orcpt.len > 0) {
		buf_add(b, STR("Original-Recipient: "));
		put_safe(b, r->orcpt);
		buf_add(b, STR("\r\n"));
	}
	buf_add_c(b, "Final-Recipient: ");
	buf_add_c(b, is_wide(r) ? "utf-8; " : "rfc822; ");
	put_address(b, r);
	buf_add(b, STR("\r\nAction: "));
	buf_add_c(b, actions[d->kind]);
	buf_add(b, STR("\r\nStatus: "));
	if (r->status.len > 0 && r->status.ptr[0] == statuses[d->kind][0])
		put_ascii(b, r->status);
	else
		buf_add_c(b, statuses[d->kind]);
	buf_add(b, STR("\r\n"));
	if (r->host.len > 0) {
		buf_add(b, STR("Remote-MTA: dns; "));
		put_ascii(b, r->host);
		buf_add(b, STR("\r\n"));
	}
	if (r->reply.len > 0) {
		/* what we say ourselves is not SMTP: RFC 3464, 2.3.6 */
		buf_add_c(b, r->host.len > 0 ? "Diagnostic-Code: smtp;\r\n" :
		    "Diagnostic-Code: x-pli;\r\n");
		put_folded(b, "\t", r->reply);
	}
	if (r->tried > 0)
		put_date(b, "Last-Attempt-Date: ", r->tried);
	if (d->kind == DSN_DELAY)
		put_date(b, "Will-Retry-Until: ", d->until);
}

static void
put_original(struct buf *b, const struct dsn *d)
{
	bool global = is_global(d);

	if (d->original == DSN_NOTHING)
		return;
	buf_add(b, STR("\r\n"));
	put_boundary(b, d, "");
	if (d->original == DSN_WHOLE)
		buf_add_c(b, global ? "Content-Type: message/global\r\n" :
		    "Content-Type: message/rfc822\r\n");
	else
		buf_add_c(b, global ? "Content-Type: message/global-headers\r\n"
		    : "Content-Type: text/rfc822-headers\r\n");
	buf_add(b, STR("Content-Transfer-Encoding: 8bit\r\n\r\n"));
}

void
dsn_text(struct buf *b, const struct dsn *d)
{
	put_boundary(b, d, "");
	buf_add(b, STR("Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n\r\n"));
	put_words(b, d, DSN_ENGLISH);
	buf_add(b, STR("\r\n--\r\n\r\n"));
	put_words(b, d, DSN_FRENCH);
	put_boundary(b, d, "");
	buf_add_c(b, is_global(d) ?
	    "Content-Type: message/global-delivery-status\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n\r\n" :
	    "Content-Type: message/delivery-status\r\n\r\n");
	buf_add(b, STR("Reporting-MTA: dns; "));
	put_ascii(b, d->host);
	buf_add(b, STR("\r\n"));
	if (d->envid.len > 0) {
		buf_add(b, STR("Original-Envelope-Id: "));
		put_ascii(b, d->envid);
		buf_add(b, STR("\r\n"));
	}
	put_date(b, "Arrival-Date: ", d->entered);
	for (size_t i = 0; i < d->rcpts; i++)
		put_rcpt(b, d, &d->rcpt[i]);
	put_original(b, d);
}

void
dsn_end(struct buf *b, const struct dsn *d)
{
	buf_add(b, STR("\r\n"));
	put_boundary(b, d, "--");
}
