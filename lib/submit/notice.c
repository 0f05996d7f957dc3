/*
 * notice.c - what the sender is told of recipients of ours, if that was asked
 * for: delivered (RFC 3461, 5.2.3).  Of all others the queue tells.
 *
 * It is one more copy of the group, for the sender's INBOX: told if and only
 * if it is true.
 */

#include "submit/submit.h"

#include <string.h>

#include "base/wipe.h"
#include "mail/dsn.h"
#include "mail/protect.h"
#include "mail/received.h"

enum { UNIQUE = 12, NOTICE_MAX = DSN_MAX + SUBMIT_HEAD_MAX };

void
submit_note(struct smtp_mail *m, const struct smtp_cmd *cmd)
{
	(void)m;
	if ((cmd->notify & SMTP_NOTIFY_SUCCESS) == 0 ||
	    cmd->path.domain.len == 0 ||
	    submit.told_of == SMTP_RCPTS_MAX)
		return;
	field_put_str(&submit.told, cmd->path.local);
	field_put_str(&submit.told, cmd->path.domain);
	field_put_str(&submit.told, cmd->orcpt);
	submit.told_of++;
}

/* Of the accounts that the return path stands for the user's own. */
static bool
take_target(struct str packed)
{
	struct msg_target t;
	bool any = false;

	while (msg_target_take(&packed, &t)) {
		if (!any || (submit.has_sent &&
		    t.account == submit.sent_to.account))
			submit.notice_to = t;
		any = true;
	}
	return any;
}

/* A full mailbox gets no notice, and its mail goes out all the same. */
void
submit_ask_notice(struct smtp_mail *m)
{
	struct str from = buf_str(&m->from), targets;
	const char *at = from.len > 0 ? memrchr(from.ptr, '@', from.len) :
	    NULL;
	struct buf local;

	submit.has_notice = false;
	if (submit.told_of == 0 || submit.told.failed || at == NULL)
		return;
	buf_init(&local, SMTP_LOCAL_MAX);
	smtp_path_unquote((struct str){ from.ptr, (size_t)(at - from.ptr) },
	    &local);
	from.len -= (size_t)(at + 1 - from.ptr);
	from.ptr = at + 1;
	submit.has_notice = smtp_pass_rcpt(m, buf_str(&local), from,
	    &targets) == SMTP_SAYS_RCPT_OK && take_target(targets);
	buf_free(&local);
}

static size_t
take_rcpts(struct dsn_rcpt out[SMTP_RCPTS_MAX], int64_t now)
{
	struct str in = buf_str(&submit.told);
	size_t n = 0;

	while (n < submit.told_of && field_take_str(&in, &out[n].local) &&
	    field_take_str(&in, &out[n].domain) &&
	    field_take_str(&in, &out[n].orcpt)) {
		out[n].status = out[n].host = out[n].reply = STR("");
		out[n++].tried = now;
	}
	return n;
}

/* *head: octets of its header. */
static bool
write_text(struct smtp_mail *m, struct buf *text, size_t *head)
{
	static struct dsn_rcpt rcpt[SMTP_RCPTS_MAX];
	unsigned char chance[UNIQUE];
	struct buf from, unique;
	struct dsn d = { .kind = DSN_DELIVERED, .original = DSN_HEADER,
	    .host = m->peer->by, .user = buf_str(&m->from),
	    .envid = buf_str(&submit.envid), .message_id =
	    submit_message_id(), .now = (int64_t)m->date,
	    .entered = (int64_t)m->date, .rcpt = rcpt };

	crypt_random(chance, sizeof(chance));
	buf_init(&from, IDN_MAX + 16);
	buf_init(&unique, 2 * UNIQUE);
	buf_add(&from, STR("postmaster@"));
	buf_add(&from, (struct str){ submit.domain, submit.domain_len });
	buf_add_hex(&unique, (struct str){ (char *)chance, UNIQUE });
	d.from = buf_str(&from);
	d.unique = buf_str(&unique);
	d.rcpts = take_rcpts(rcpt, d.now);
	dsn_head(text, &d);
	*head = text->len;
	dsn_text(text, &d);
	buf_add(text, buf_str(&submit.header));
	dsn_end(text, &d);
	buf_free(&from);
	buf_free(&unique);
	return !text->failed;
}

static bool
put_head(struct copy *c, struct str header)
{
	struct str path = STR("Return-Path: <>\r\n");

	if (submit.notice_to.cert != 0)
		return protect_header(&(struct protect_in){ header, path,
		    STR("") }, &submit.notice_outer, &c->head);
	buf_add(&c->head, path);
	buf_add(&c->head, header);
	return !c->head.failed;
}

bool
submit_make_notice(struct smtp_mail *m)
{
	struct copy *c = &submit.notice;
	struct buf text;
	size_t head;
	bool made;

	buf_init(&text, NOTICE_MAX);
	made = write_text(m, &text, &head) && copy_open(c) &&
	    put_head(c, (struct str){ text.ptr, head });
	c->head_len = (uint32_t)c->head.len;
	made = made && copy_flush(m->child, c,
	    (struct str){ text.ptr + head, text.len - head }) && copy_seal(c);
	buf_free(&text);
	return made;
}
