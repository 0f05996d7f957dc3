/* smtp_mail.c - one message on its way from a peer to the mailboxes. */

#include "role/smtp_mail.h"

#include <string.h>
#include <time.h>

#include "base/wipe.h"
#include "mail/header.h"
#include "mail/protect.h"
#include "mail/received.h"

enum { FROM_MAX = 1024 };

void
smtp_mail_init(struct smtp_mail *m, struct child *c,
    const struct smtp_mail_ops *ops, uint64_t size_max)
{
	m->child = c;
	m->ops = ops;
	m->size_max = size_max;
	m->number = m->group = 0;
	m->lost = false;
	m->targets = m->gathered = 0;
	m->held.len = 0;
	buf_init(&m->from, FROM_MAX);
	head_init(&m->header);
	buf_init(&m->outer, PROTECT_OUTER_MAX);
	for (int i = 0; i < SMTP_COPIES; i++) {
		m->copy[i].fd = -1;
		m->copy[i].octets = 0;
		buf_init(&m->copy[i].head, PROTECT_INNER_MAX);
	}
	m->spool.fd = -1;
	m->spool.octets = 0;
	buf_init(&m->spool.head, 0);
	smtp_mail_reset(m);
}

void
smtp_mail_end(struct smtp_mail *m)
{
	smtp_mail_reset(m);
	buf_free(&m->from);
	buf_free(&m->header.text);
	buf_free(&m->outer);
	for (int i = 0; i < SMTP_COPIES; i++)
		buf_free(&m->copy[i].head);
}

static void
forget(struct buf *b)
{
	wipe(b->ptr, b->len);
	buf_clear(b);
}

void
smtp_mail_reset(struct smtp_mail *m)
{
	for (int i = 0; i < SMTP_COPIES; i++) {
		copy_drop(m->child, &m->copy[i]);
		forget(&m->copy[i].head);
	}
	copy_drop(m->child, &m->spool);
	if (m->ops != NULL)
		m->ops->reset(m);
	forget(&m->from);
	head_forget(&m->header);
	forget(&m->outer);
	wipe(m->gather, m->gathered);
	m->gathered = m->targets = 0;
	m->held.len = 0;
	m->rcpts = 0;
	m->tickets = 0;
	m->octets = 0;
	m->in_body = m->as_is = false;
	m->trouble = SMTP_SAYS_DELIVERED;
}

void
smtp_mail_begin(struct smtp_mail *m, const struct smtp_peer *peer,
    const struct smtp_path *from, uint64_t declared, bool utf8)
{
	smtp_mail_reset(m);
	m->peer = peer;
	m->declared = declared;
	m->utf8 = utf8;
	m->number++;
	m->date = (uint64_t)time(NULL);
	buf_add(&m->from, from->local);
	if (from->domain.len > 0) {
		buf_byte(&m->from, '@');
		buf_add(&m->from, from->domain);
	}
}

/* An account gets one copy, however many of its addresses are named. */
static bool
add_target(struct smtp_mail *m, const struct msg_target *t)
{
	for (size_t i = 0; i < m->targets; i++)
		if (m->target[i].account == t->account)
			return true;
	if (m->targets == (m->ops != NULL ? m->ops->targets_max :
	    SMTP_TARGETS_MAX))
		return false;
	m->target[m->targets++] = *t;
	return true;
}

static enum smtp_answer
add_targets(struct smtp_mail *m, struct str packed)
{
	size_t before = m->targets;
	struct msg_target t;

	while (packed.len > 0) {
		if (!msg_target_take(&packed, &t)) {
			m->targets = before;
			return SMTP_SAYS_LATER;
		}
		if (t.cert != 0 && m->child->chan[ROLE_SEAL] < 0) {
			/* better said now than after the text */
			m->lost = true;
			m->targets = before;
			return SMTP_SAYS_LATER;
		}
		if (m->tickets++ == SMTP_TARGETS_MAX || !add_target(m, &t)) {
			m->targets = before;
			return SMTP_SAYS_TOO_MANY_RCPTS;
		}
	}
	return m->targets > 0 ? SMTP_SAYS_RCPT_OK : SMTP_SAYS_LATER;
}

enum smtp_answer
smtp_mail_rcpt(struct smtp_mail *m, const struct smtp_cmd *cmd)
{
	const struct smtp_path *path = &cmd->path;
	struct buf name;
	struct str packed;
	enum smtp_answer answer;
	struct str local, domain;
	bool ours;

	if (m->rcpts == SMTP_RCPTS_MAX)
		return SMTP_SAYS_TOO_MANY_RCPTS;
	buf_init(&name, SMTP_LOCAL_MAX + SMTP_DOMAIN_MAX);
	smtp_path_unquote(path->local, &name);
	local.len = name.len;
	smtp_path_fold(path->domain, &name);
	local.ptr = name.ptr;
	domain = (struct str){ name.ptr + local.len, name.len - local.len };
	answer = name.failed ? SMTP_SAYS_LATER :
	    smtp_pass_rcpt(m, local, domain, &packed);
	ours = answer == SMTP_SAYS_RCPT_OK;
	if (ours)
		answer = add_targets(m, packed);
	else if (answer == SMTP_SAYS_NO_RELAY && m->ops != NULL)
		answer = m->ops->outside(m, cmd, local, domain);
	buf_free(&name);
	if (answer == SMTP_SAYS_RCPT_OK)
		m->rcpts++;
	if (answer == SMTP_SAYS_RCPT_OK && ours && m->ops != NULL)
		m->ops->ours(m, cmd);
	return answer;
}

static void
give_up(struct smtp_mail *m, enum smtp_answer why)
{
	if (m->trouble == SMTP_SAYS_DELIVERED)
		m->trouble = why;
	for (int i = 0; i < SMTP_COPIES; i++)
		copy_drop(m->child, &m->copy[i]);
	copy_drop(m->child, &m->spool);
}

static bool
wants(const struct smtp_mail *m, enum smtp_copies kind)
{
	for (size_t i = 0; i < m->targets; i++)
		if ((m->target[i].cert != 0) == (kind == SMTP_SEALED))
			return true;
	return false;
}

static bool
open_copy(struct smtp_mail *m, enum smtp_copies kind)
{
	struct copy *c = &m->copy[kind];
	bool made;

	if (!copy_open(c))
		return false;
	if (kind == SMTP_SEALED && m->as_is) {
		buf_add(&c->head, buf_str(&m->header.text));
		made = !c->head.failed;
	} else if (kind == SMTP_SEALED) {
		made = smtp_head_sealed(m, &c->head);
	} else {
		made = smtp_head_plain(m, &c->head);
	}
	c->head_len = (uint32_t)c->head.len;
	return made;
}

bool
smtp_mail_protect(struct smtp_mail *m, struct str message)
{
	struct copy *c = &m->copy[SMTP_SEALED];
	size_t skip = c->head_len;
	struct str body = { message.ptr + skip, message.len - skip };

	m->as_is = false;
	copy_drop(m->child, c);
	return open_copy(m, SMTP_SEALED) && copy_flush(m->child, c, body);
}

static void
begin_spool(struct smtp_mail *m)
{
	enum smtp_answer answer = m->ops->header(m);

	if (answer == SMTP_SAYS_DELIVERED && !copy_open(&m->spool))
		answer = SMTP_SAYS_NO_ROOM;
	if (answer != SMTP_SAYS_DELIVERED)
		give_up(m, answer);
}

/* The header is complete: see what it says, begin the copies. */
static void
begin_body(struct smtp_mail *m)
{
	struct str header = buf_str(&m->header.text);

	m->in_body = true;
	if (received_count(header) > RECEIVED_HOPS_MAX) {
		give_up(m, SMTP_SAYS_LOOP);
		return;
	}
	m->as_is = protect_is_announced(header);
	thread_refs(&m->refs, header);
	if (m->ops != NULL) {
		begin_spool(m);
		return;
	}
	for (int i = 0; i < SMTP_COPIES; i++)
		if (wants(m, (enum smtp_copies)i) &&
		    !open_copy(m, (enum smtp_copies)i))
			give_up(m, SMTP_SAYS_NO_ROOM);
}

static void
write_body(struct smtp_mail *m, struct str body)
{
	if (m->spool.fd >= 0) {
		if (copy_flush(m->child, &m->spool, body))
			m->ops->body(m, body);
		else
			give_up(m, SMTP_SAYS_NO_ROOM);
	}
	for (int i = 0; i < SMTP_COPIES; i++)
		if (m->copy[i].fd >= 0 &&
		    !copy_flush(m->child, &m->copy[i], body))
			give_up(m, SMTP_SAYS_NO_ROOM);
}

/* All that there is so far. */
static void
write_gathered(struct smtp_mail *m)
{
	if (m->gathered > 0)
		write_body(m, (struct str){ m->gather, m->gathered });
	wipe(m->gather, m->gathered);
	m->gathered = 0;
}

/* Short runs, as dots make them, are gathered; long ones are not copied. */
static void
gather(struct smtp_mail *m, struct str run)
{
	if (run.len > SMTP_GATHER - m->gathered && m->gathered > 0)
		write_gathered(m);
	if (run.len >= SMTP_GATHER / 2) {
		write_gathered(m);
		write_body(m, run);
	} else if (run.len > 0) {
		memcpy(m->gather + m->gathered, run.ptr, run.len);
		m->gathered += run.len;
	}
}

void
smtp_mail_settle(struct smtp_mail *m)
{
	if (m->trouble == SMTP_SAYS_DELIVERED)
		gather(m, m->held);
	m->held.len = 0;
}

/* A small message is often in one piece: then it is not copied at all. */
static void
take_body(struct smtp_mail *m, struct str run)
{
	if (run.len == 0)
		return;
	smtp_mail_settle(m);
	m->held = run;
}

static void
write_rest(struct smtp_mail *m)
{
	if (m->gathered > 0 && m->held.len > 0)
		smtp_mail_settle(m);
	if (m->gathered > 0)
		write_gathered(m);
	else
		write_body(m, m->held);
	m->held.len = 0;
}

/* What was taken for header and is none comes first. */
static void
enter_body(struct smtp_mail *m)
{
	begin_body(m);
	if (m->trouble == SMTP_SAYS_DELIVERED)
		gather(m, head_rest(&m->header));
}

static void
take_header(struct smtp_mail *m, struct str *run)
{
	switch (head_take(&m->header, run)) {
	case HEAD_COMPLETE:
		enter_body(m);
		break;
	case HEAD_TOO_BIG:
		give_up(m, SMTP_SAYS_HEADER_TOO_BIG);
		break;
	case HEAD_NO_ROOM:
		give_up(m, SMTP_SAYS_NO_ROOM);
		break;
	case HEAD_MORE:
		break;
	}
}

void
smtp_mail_text(struct smtp_mail *m, struct str run)
{
	m->octets += run.len;
	if (m->octets > m->size_max)
		give_up(m, SMTP_SAYS_TOO_BIG);
	while (run.len > 0 && !m->in_body &&
	    m->trouble == SMTP_SAYS_DELIVERED)
		take_header(m, &run);
	if (m->trouble == SMTP_SAYS_DELIVERED)
		take_body(m, run);
}

static enum smtp_answer
answer_to(enum smtp_fault fault)
{
	switch (fault) {
	case SMTP_FAULT_BARE_CR:
	case SMTP_FAULT_BARE_LF:
		return SMTP_SAYS_BARE_CR_OR_LF;
	case SMTP_FAULT_NUL:
		return SMTP_SAYS_NUL;
	case SMTP_FAULT_LONG_LINE:
		return SMTP_SAYS_LONG_LINE;
	case SMTP_FAULT_NONE:
		break;
	}
	return SMTP_SAYS_DELIVERED;
}

enum smtp_answer
smtp_mail_commit(struct smtp_mail *m, enum smtp_fault fault)
{
	if (fault != SMTP_FAULT_NONE)
		give_up(m, answer_to(fault));
	if (m->trouble == SMTP_SAYS_DELIVERED && !m->in_body) {
		head_end(&m->header);
		enter_body(m);
	}
	if (m->trouble == SMTP_SAYS_DELIVERED)
		write_rest(m);
	if (m->trouble == SMTP_SAYS_DELIVERED)
		m->trouble = m->ops != NULL ? m->ops->pass(m) :
		    smtp_pass_all(m);
	return m->trouble;
}
