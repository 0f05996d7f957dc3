/* smtp_head.c - what we say about a message: Return-Path, Received, stamp. */

#include "role/smtp_mail.h"

#include <string.h>

#include "base/ascii.h"
#include "mail/header.h"
#include "mail/protect.h"
#include "mail/received.h"

enum { TRACE_MAX = 8192 };

static void
put_return_path(const struct smtp_mail *m, struct buf *out)
{
	received_put_return_path(out, buf_str(&m->from));
}

/* Message numbers of this child, and the child's, are enough to be unique on
 * this box within a second. */
void
smtp_head_id(const struct smtp_mail *m, struct buf *out)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	uint64_t n[2] = { m->date, m->child->id << 20 ^ m->number };

	for (int i = 0; i < 2; i++)
		for (int shift = 40; shift >= 0; shift -= 5)
			buf_byte(out, digits[n[i] >> shift & 31]);
}

static void
put_received(const struct smtp_mail *m, struct buf *out)
{
	const struct smtp_peer *p = m->peer;
	struct buf id;
	struct received r = {
		.helo = p->helo, .addr = from_c(p->addr), .by = p->by,
		.tls = from_c(p->tls), .cipher = from_c(p->cipher),
		.esmtp = p->esmtp, .utf8 = m->utf8,
		.time = (int64_t)m->date,
	};

	buf_init(&id, 64);
	smtp_head_id(m, &id);
	r.id = buf_str(&id);
	received_put(out, &r);
	buf_free(&id);
}

bool
smtp_head_sealed(struct smtp_mail *m, struct buf *head)
{
	struct buf path, received;
	bool done;

	buf_init(&path, TRACE_MAX);
	buf_init(&received, TRACE_MAX);
	put_return_path(m, &path);
	put_received(m, &received);
	done = !path.failed && !received.failed &&
	    protect_header(&(struct protect_in){ buf_str(&m->header.text),
	    buf_str(&path), buf_str(&received) }, &m->outer, head);
	buf_free(&path);
	buf_free(&received);
	return done;
}

bool
smtp_head_plain(struct smtp_mail *m, struct buf *head)
{
	struct str header = buf_str(&m->header.text);

	put_return_path(m, head);
	put_received(m, head);
	buf_add(head, header);
	if (!header_is_closed(header)) {
		if (header.len > 0 && header.ptr[header.len - 1] != '\n')
			buf_add(head, STR("\r\n"));
		buf_add(head, STR("\r\n"));
	}
	return !head->failed;
}

/* Printable ASCII but what separates; the rest percent-encoded. */
void
smtp_head_value(struct buf *out, const char *name, struct str value)
{
	buf_add_c(out, name);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if (is_vchar(c) && c != '%' && c != ';' && c != '"') {
			buf_byte(out, (char)c);
		} else {
			buf_byte(out, '%');
			buf_add_hex(out, (struct str){ value.ptr + i, 1 });
		}
	}
}

/* A name that says how, as in Received: RFC 3848, RFC 6531. */
static struct str
protocol(const struct smtp_mail *m)
{
	if (m->utf8)
		return m->peer->tls != NULL ? STR("utf8smtps") :
		    STR("utf8smtp");
	if (!m->peer->esmtp)
		return STR("smtp");
	return m->peer->tls != NULL ? STR("esmtps") : STR("esmtp");
}

void
smtp_head_stamp(const struct smtp_mail *m, struct buf *out)
{
	buf_add(out, STR("t="));
	buf_add_u64(out, m->date);
	smtp_head_value(out, "; with=", protocol(m));
	if (m->peer->tls != NULL) {
		smtp_head_value(out, "; tls=", from_c(m->peer->tls));
		smtp_head_value(out, "; cipher=", from_c(m->peer->cipher));
	}
	smtp_head_value(out, "; peer=", from_c(m->peer->addr));
	smtp_head_value(out, "; helo=", m->peer->helo);
	smtp_head_value(out, "; from=", buf_str(&m->from));
}
