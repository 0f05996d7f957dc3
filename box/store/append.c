/* append.c - a ticket for a message that a user's own session brings. */

#include "store.h"

enum { SYSTEM_FLAGS = FLAG_SEEN | FLAG_ANSWERED | FLAG_FLAGGED |
    FLAG_DELETED | FLAG_DRAFT };

static bool
are_keywords(struct str packed)
{
	struct str one;
	size_t n = 0;

	for (; packed.len > 0; n++)
		if (!field_take_str(&packed, &one) || one.len == 0 ||
		    one.len > KEYWORD_MAX)
			return false;
	return n <= KEYWORDS_MAX;
}

static enum rcpt_reason
look(struct store *st, const struct client *c,
    const struct msg_write_append *m, struct msg_write_ticket *is)
{
	struct account a;
	uint64_t validity, uid = 0;
	enum sql_status s = sql_number(&st->db, &validity, "SELECT uidvalidity"
	    " FROM mailboxes WHERE id = ? AND account = ?", "uu", m->mailbox,
	    c->account);

	if (s == SQL_DONE)
		return RCPT_NO_MAILBOX;
	if (s != SQL_ROW || !account_load(st, c->account, &a))
		return RCPT_BUSY;
	is->uidvalidity = (uint32_t)validity;
	is->account = a.id;
	is->cert = a.cert;
	(void)sql_number(&st->db, &uid, "SELECT s.uid FROM submitted s"
	    " JOIN messages m ON m.mailbox = s.mailbox AND m.uid = s.uid"
	    " WHERE s.account = ? AND s.message_id = ? AND s.mailbox = ?",
	    "utu", a.id, m->message_id, m->mailbox);
	is->uid = (uint32_t)uid;
	return room_for(&a, m->size);
}

static bool
answer(struct store *st, struct client *c, const struct place *place,
    const struct msg_write_append *m)
{
	struct msg_write_ticket is = { .verdict = VERDICT_LATER };

	if (!are_keywords(m->keywords))
		return false;
	(void)tx_read(st);
	is.reason = look(st, c, m, &is);
	if (is.uid != 0)
		is.reason = RCPT_OK;
	else if (is.reason == RCPT_OK) {
		is.ticket = ticket_new(st, c, is.account, is.cert, place);
		if (is.ticket == 0)
			is.reason = RCPT_BUSY;
	}
	if (is.reason == RCPT_OK)
		is.verdict = VERDICT_YES;
	if (is.reason == RCPT_NO_MAILBOX)
		is.verdict = VERDICT_NO;
	serve_send(st->role, c->peer, msg_write, WRITE_TYPES, WRITE_TICKET,
	    &is, NULL, 0);
	return true;
}

bool
append_ask(struct store *st, struct client *c,
    const struct msg_write_append *m)
{
	struct place place = { .mailbox = m->mailbox,
	    .flags = m->flags & SYSTEM_FLAGS, .date = m->date,
	    .keywords = m->keywords, .message_id = m->message_id };

	return answer(st, c, &place, m);
}

bool
append_bring(struct store *st, struct client *c,
    const struct msg_write_bring *m)
{
	struct msg_write_append as = { .mailbox = m->mailbox,
	    .size = m->size, .keywords = m->keywords };
	struct place place = { .mailbox = m->mailbox,
	    .flags = m->flags & SYSTEM_FLAGS, .date = m->date,
	    .keywords = m->keywords, .remote = m->id, .value = m->value };

	return m->id.len > 0 && answer(st, c, &place, &as);
}
