/*
 * deliver.c - one copy of a message, from a memfd into a mailbox.
 *
 * An account that is full takes no more, but what RCPT has promised may go
 * over its quota by what is on its way: refusing one of a group would refuse
 * it for all the others again and again.
 */

#include "letters.h"

#include "os/log.h"
#include "os/memfd.h"
#include "schema.h"

/* Read straight from the memfd, bound as it lies here. */
static char octets[HEAD_MAX];

_Static_assert((size_t)CHUNK_OCTETS <= sizeof(octets), "a chunk fits");

struct inbox {
	uint64_t id, uid, modseq;
	uint32_t validity, flags;
};

/* SQL_DONE: there is none. */
static enum sql_status
inbox_load(struct store *st, const struct part *p, uint64_t modseq,
    struct inbox *in)
{
	struct sqlite3_stmt *q = p->place.mailbox != 0 ?
	    sql_bind(&st->db, "SELECT id, uidnext, uidvalidity"
	    " FROM mailboxes WHERE account = ? AND id = ?", "uu", p->account,
	    p->place.mailbox) :
	    sql_bind(&st->db, "SELECT id, uidnext, uidvalidity"
	    " FROM mailboxes WHERE account = ? AND name = 'INBOX'", "u",
	    p->account);
	enum sql_status s = sql_step(q);

	if (s == SQL_ROW)
		*in = (struct inbox){ sql_u64(q, 0), sql_u64(q, 1), modseq,
		    sql_u32(q, 2), p->place.flags };
	sql_end(q);
	return s == SQL_ROW && in->uid > UINT32_MAX ? SQL_IO : s;
}

/* A keyword for which there is no bit left is left out. */
static enum sql_status
take_keywords(struct store *st, const struct part *p, struct inbox *in)
{
	struct str rest = p->place.keywords, name;
	enum sql_status s = SQL_DONE;

	while (s == SQL_DONE && field_take_str(&rest, &name))
		in->flags |= keyword_bit(st, in->id, name, true, &s);
	return s;
}

uint64_t
body_insert(struct store *st, const struct part *p, enum sql_status *why)
{
	uint64_t body, at = p->head_len, n = 0;

	*why = SQL_IO;
	if (!memfd_read(p->fd, 0, octets, p->head_len))
		return 0;
	*why = sql_run(&st->db,
	    "INSERT INTO heads(refs, size, head) VALUES(1, ?, ?)", "ub",
	    p->size, ((struct str){ octets, p->head_len }));
	body = sql_last_id(&st->db);
	for (; *why == SQL_DONE && at < p->size; n++) {
		uint64_t left = p->size - at;
		size_t take = left < CHUNK_OCTETS ? (size_t)left :
		    CHUNK_OCTETS;

		*why = SQL_IO;
		if (!memfd_read(p->fd, at, octets, take))
			return 0;
		*why = sql_run(&st->db, "INSERT INTO chunks VALUES(?, ?)",
		    "ub", body << CHUNK_BITS | n,
		    ((struct str){ octets, take }));
		at += take;
	}
	return *why == SQL_DONE ? body : 0;
}

static enum sql_status
link_body(struct store *st, const struct inbox *in, const struct part *p,
    uint64_t body)
{
	enum sql_status s = sql_run(&st->db,
	    "INSERT INTO messages VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    "uuuuuuuuuuu", in->id, in->uid, in->modseq, (uint64_t)in->flags,
	    p->size, p->place.date > 0 ? p->place.date : p->date,
	    (uint64_t)p->head_len, body, p->account, p->email, p->thread);

	if (s == SQL_DONE)
		s = sql_run(&st->db, "UPDATE mailboxes SET uidnext = ?,"
		    " modseq = ?, messages = messages + 1,"
		    " unseen = unseen + ?, octets = octets + ? WHERE id = ?",
		    "uuuuu", in->uid + 1, in->modseq,
		    (uint64_t)((in->flags & FLAG_SEEN) == 0), p->size,
		    in->id);
	return s;
}

/* To the oldest of the threads that know one of its keys; keys that none
 * knows are that thread's now. */
static enum sql_status
thread_join(struct store *st, struct part *p, uint64_t email)
{
	struct sql *db = &st->db;
	enum sql_status s = SQL_DONE;
	uint64_t known[REFS_MAX];

	p->email = p->thread = email;
	for (uint32_t i = 0; i < p->nrefs && s == SQL_DONE; i++) {
		s = sql_number(db, &known[i], "SELECT thread FROM threads"
		    " WHERE account = ? AND key = ?", "uu", p->account,
		    p->refs[i]);
		if (s == SQL_ROW && known[i] < p->thread)
			p->thread = known[i];
		s = s == SQL_ROW ? SQL_DONE : s;
	}
	for (uint32_t i = 0; i < p->nrefs && s == SQL_DONE; i++)
		if (known[i] == 0)
			s = sql_run(db, "INSERT OR IGNORE INTO threads"
			    " VALUES(?, ?, ?)", "uuu", p->account, p->refs[i],
			    p->thread);
	return s;
}

static enum rcpt_reason
refusal(const struct account *a, const struct part *p)
{
	if (a->sealed && a->cert == 0)
		return RCPT_NO_CERT;
	/* a new certificate since RCPT: the sender comes again */
	if (a->cert != p->cert || a->sealed != (p->cert != 0))
		return RCPT_BUSY;
	/* what became of her own mail is told to her even so */
	if (p->place.letter == 0 && a->quota > 0 && a->used > a->quota)
		return RCPT_FULL;
	return RCPT_OK;
}

/* A mailbox that is gone will not come back. */
static enum verdict
no_inbox(enum sql_status s, enum rcpt_reason *reason)
{
	*reason = s == SQL_DONE ? RCPT_NO_MAILBOX : RCPT_BUSY;
	return s == SQL_DONE ? VERDICT_NO : VERDICT_LATER;
}

static bool
is_sent(struct store *st, uint64_t mailbox)
{
	uint64_t one;

	return sql_number(&st->db, &one, "SELECT 1 FROM mailboxes WHERE id = ?"
	    " AND special = ?", "uu", mailbox, (uint64_t)SPECIAL_SENT) ==
	    SQL_ROW;
}

/* A copy in Sent is remembered for the client that appends it again, and what a
 * client has put there (with a "+") for the submission that comes after. */
static enum sql_status
note_sent(struct store *st, const struct part *p, const struct inbox *in)
{
	const struct place *to = &p->place;

	if (sql_run(&st->db, "DELETE FROM submitted WHERE date < ?", "u",
	    p->date - SUBMITTED_KEPT) != SQL_DONE)
		return SQL_IO;
	return sql_run(&st->db, "INSERT OR REPLACE INTO submitted"
	    " VALUES(?, ? || ?, ?, ?, ?)", "uttuuu", p->account,
	    to->submitted ? STR("") : STR("+"), to->message_id, in->id,
	    in->uid, p->date);
}

/* A notice pays what it is about. */
static enum sql_status
note_place(struct store *st, const struct part *p, const struct inbox *in)
{
	const struct place *to = &p->place;

	if (to->letter != 0)
		return letter_pay(st, to->letter, to->owed, to->upto) ?
		    SQL_DONE : SQL_IO;
	if (to->remote.len > 0)
		return remote_insert(st, p);
	if (to->message_id.len == 0 ||
	    (!to->submitted && !is_sent(st, in->id)))
		return SQL_DONE;
	return note_sent(st, p, in);
}

/* Of a letter in Sent the submission's copy and the client's are one, even when
 * both are on their way at once: the first is there, and the second is it. */
static bool
is_twin(struct store *st, struct part *p, const struct inbox *in)
{
	struct sqlite3_stmt *q;
	bool found;

	if (p->place.message_id.len == 0 ||
	    (!p->place.submitted && !is_sent(st, in->id)))
		return false;
	q = sql_bind(&st->db, "SELECT m.uid, m.modseq, m.email, m.thread"
	    " FROM submitted s JOIN messages m"
	    " ON m.mailbox = s.mailbox AND m.uid = s.uid"
	    " WHERE s.account = ? AND s.message_id = ? || ?"
	    " AND s.mailbox = ?", "uttu", p->account,
	    p->place.submitted ? STR("+") : STR(""), p->place.message_id,
	    in->id);
	found = sql_step(q) == SQL_ROW;
	if (found) {
		p->uidvalidity = in->validity;
		p->uid = (uint32_t)sql_u64(q, 0);
		p->modseq = sql_u64(q, 1);
		p->email = sql_u64(q, 2);
		p->thread = sql_u64(q, 3);
	}
	sql_end(q);
	return found;
}

enum verdict
message_insert(struct store *st, struct part *p,
    enum rcpt_reason *reason)
{
	struct account a;
	struct inbox in;
	enum sql_status s;
	uint64_t body;

	*reason = RCPT_NO_USER;
	if (!account_load(st, p->account, &a))
		return VERDICT_LATER;
	*reason = refusal(&a, p);
	if (*reason != RCPT_OK)
		return VERDICT_LATER;
	s = inbox_load(st, p, a.modseq + 1, &in);
	if (s != SQL_ROW)
		return no_inbox(s, reason);
	*reason = RCPT_OK;
	if (is_twin(st, p, &in))
		return VERDICT_YES;
	*reason = RCPT_BUSY;
	body = body_insert(st, p, &s);
	if (body != 0)
		s = take_keywords(st, p, &in);
	if (body != 0 && s == SQL_DONE)
		s = thread_join(st, p, in.modseq << EMAIL_BITS);
	if (body != 0 && s == SQL_DONE)
		s = link_body(st, &in, p, body);
	if (s == SQL_DONE)
		s = note_place(st, p, &in);
	if (s == SQL_CONFLICT)
		return VERDICT_NO;	/* a mirror has it */
	if (s != SQL_DONE) {
		log_event("store-insert-failed", "why=%s", sql_status_name(s));
		return VERDICT_LATER;
	}
	tx_changed(st, a.id, in.id, in.modseq);
	p->uidvalidity = in.validity;
	p->uid = (uint32_t)in.uid;
	p->modseq = in.modseq;
	*reason = RCPT_OK;
	return VERDICT_YES;
}
