/* session.c - what a session writes: flags, expunges, and what it watches. */

#include <stdlib.h>

#include "store.h"

static const char owned[] =
    "SELECT modseq FROM mailbox WHERE id = ?1 AND account = ?2";
static const char get_flags[] =
    "SELECT flags, modseq FROM message WHERE mailbox = ?1 AND uid = ?2";
static const char set_flags[] =
    "UPDATE message SET flags = ?3, modseq = ?4 "
    "WHERE mailbox = ?1 AND uid = ?2";
static const char set_counts[] =
    "UPDATE mailbox SET modseq = ?2, unseen = unseen + ?3 WHERE id = ?1";
static const char keyword_bit[] =
    "SELECT bit FROM keyword WHERE mailbox = ?1 AND name = ?2 "
    "COLLATE NOCASE";
static const char keyword_next[] =
    "SELECT coalesce(max(bit) + 1, 8) FROM keyword WHERE mailbox = ?1";
static const char keyword_add[] =
    "INSERT INTO keyword(mailbox, bit, name) VALUES(?1, ?2, ?3)";
static const char deleted_all[] =
    "SELECT uid, size, flags, body, head_len FROM message "
    "WHERE mailbox = ?1 AND flags & 8";
static const char deleted_one[] =
    "SELECT uid, size, flags, body, head_len FROM message "
    "WHERE mailbox = ?1 AND uid = ?2 AND flags & 8";
static const char drop_message[] =
    "DELETE FROM message WHERE mailbox = ?1 AND uid = ?2";
static const char add_expunged[] =
    "INSERT INTO expunged(mailbox, modseq, uid) VALUES(?1, ?2, ?3)";
static const char less_counts[] =
    "UPDATE mailbox SET modseq = ?2, messages = messages - ?3, "
    "unseen = unseen - ?4, octets = octets - ?5 WHERE id = ?1";
static const char less_used[] =
    "UPDATE account SET used = max(0, used - ?2) WHERE id = ?1";

struct work {
	uint64_t mailbox, account;
	uint64_t modseq;	/* that changes get */
	bool changed;
	uint64_t gone, gone_unseen, gone_octets;
	int64_t unseen;		/* by how much it changes */
};

static bool
begin_work(struct work *w, const struct session *s, uint64_t mailbox)
{
	uint64_t modseq = 0;

	*w = (struct work){ .mailbox = mailbox, .account = s->account };
	(void)sql_number(&store.db, &modseq, owned, "uu", mailbox, s->account);
	w->modseq = modseq + 1;
	return modseq > 0;
}

/* The bits of the keywords; new ones are added while there is room. */
static bool
keyword_bits(struct work *w, struct str packed, uint32_t *bits)
{
	while (packed.len > 0) {
		uint64_t bit = 0;
		uint32_t n;
		struct str name;

		if (!field_take_u32(&packed, &n) || n > packed.len || n == 0 ||
		    n > KEYWORD_MAX)
			return false;
		name = (struct str){ packed.ptr, n };
		packed.ptr += n;
		packed.len -= n;
		(void)sql_number(&store.db, &bit, keyword_bit, "ut",
		    w->mailbox, name);
		if (bit == 0) {
			(void)sql_number(&store.db, &bit, keyword_next, "u",
			    w->mailbox);
			if (bit < 8 || bit > 31 || sql_run(&store.db,
			    keyword_add, "uut", w->mailbox, bit, name)
			    != SQL_DONE)
				return false;
		}
		*bits |= 1u << bit;
	}
	return true;
}

static bool
flag_one(struct work *w, const struct msg_write_flags *m, uint32_t bits,
    uint32_t uid)
{
	struct sqlite3_stmt *q = sql_bind(&store.db, get_flags, "uu",
	    w->mailbox, (uint64_t)uid);
	uint32_t was, is;
	uint64_t modseq;

	if (sql_step(q) != SQL_ROW) {
		sql_end(q);
		return true;	/* expunged meanwhile */
	}
	was = (uint32_t)sql_u64(q, 0);
	modseq = sql_u64(q, 1);
	sql_end(q);
	if (m->unchanged_since > 0 && modseq > m->unchanged_since)
		return true;
	is = m->op == FLAGS_SET ? bits : m->op == FLAGS_ADD ? was | bits :
	    was & ~bits;
	if (is == was)
		return true;
	w->changed = true;
	if ((was & FLAG_SEEN) != (is & FLAG_SEEN))
		w->unseen += (is & FLAG_SEEN) != 0 ? -1 : 1;
	return sql_run(&store.db, set_flags, "uuuu", w->mailbox,
	    (uint64_t)uid, (uint64_t)is, w->modseq) == SQL_DONE;
}

static bool
do_flags(struct work *w, const struct msg_write_flags *m)
{
	uint32_t bits = m->flags & 0x1f, uid;
	struct str uids = m->uids;

	if (m->op > FLAGS_REMOVE || !keyword_bits(w, m->keywords, &bits))
		return false;
	while (field_take_u32(&uids, &uid))
		if (!flag_one(w, m, bits, uid))
			return false;
	if (!w->changed)
		return true;
	commit_changed(w->mailbox, w->modseq);
	return sql_run(&store.db, set_counts, "uuu", w->mailbox, w->modseq,
	    (uint64_t)w->unseen) == SQL_DONE;
}

static bool
expunge_row(struct work *w, uint64_t uid, uint64_t size, uint64_t flags,
    uint64_t body, uint64_t head_len)
{
	w->gone++;
	w->gone_unseen += (flags & FLAG_SEEN) == 0;
	w->gone_octets += size;
	return sql_run(&store.db, drop_message, "uu", w->mailbox, uid)
	    == SQL_DONE && body_remove(body, size, head_len) &&
	    sql_run(&store.db, add_expunged, "uuu", w->mailbox, w->modseq, uid)
	    == SQL_DONE;
}

/* Rows are read one by one and deleted under the reader: begin again. */
static bool
expunge_found(struct work *w, const char *which, uint64_t uid, bool *found)
{
	struct sqlite3_stmt *q = which == deleted_one ?
	    sql_bind(&store.db, deleted_one, "uu", w->mailbox, uid) :
	    sql_bind(&store.db, deleted_all, "u", w->mailbox);
	uint64_t v[5];

	*found = sql_step(q) == SQL_ROW;
	for (int i = 0; *found && i < 5; i++)
		v[i] = sql_u64(q, i);
	sql_end(q);
	return !*found || expunge_row(w, v[0], v[1], v[2], v[3], v[4]);
}

static bool
do_expunge(struct work *w, const struct msg_write_expunge *m)
{
	struct str uids = m->uids;
	bool found = true;
	uint32_t uid;

	if (uids.len == 0) {
		while (found)
			if (!expunge_found(w, deleted_all, 0, &found))
				return false;
	} else {
		while (field_take_u32(&uids, &uid))
			if (!expunge_found(w, deleted_one, uid, &found))
				return false;
	}
	if (w->gone == 0)
		return true;
	w->changed = true;
	commit_changed(w->mailbox, w->modseq);
	return sql_run(&store.db, less_counts, "uuuuu", w->mailbox, w->modseq,
	    w->gone, w->gone_unseen, w->gone_octets) == SQL_DONE &&
	    sql_run(&store.db, less_used, "uu", w->account, w->gone_octets)
	    == SQL_DONE;
}

static struct session *
session_of(struct peer *p)
{
	struct session *s = p->data;

	if (s == NULL) {
		/* not from an arena: it lives as long as the session */
		s = calloc(1, sizeof(*s));
		if (s == NULL)
			return NULL;
		s->account = p->id;
		s->peer = p;
		s->next = store.sessions;
		if (s->next != NULL)
			s->next->prev = s;
		store.sessions = s;
		p->data = s;
	}
	return s;
}

void
session_gone(struct peer *p)
{
	struct session *s = p->data;

	if (s == NULL)
		return;
	if (s->next != NULL)
		s->next->prev = s->prev;
	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		store.sessions = s->next;
	free(s);
	p->data = NULL;
}

/* Changes that came between the session's last look and its watch. */
static void
watch(struct session *s, const struct msg_write_watch *m)
{
	uint64_t modseq = 0;

	s->watch = m->mailbox;
	s->armed = m->mailbox != 0;
	(void)sql_number(&store.db, &modseq, owned, "uu", m->mailbox,
	    s->account);
	if (modseq == 0)
		s->watch = 0;	/* not its own, or gone */
	else if (m->modseq > 0 && modseq > m->modseq)
		commit_changed(m->mailbox, modseq);
}

static void
later(struct peer *p)
{
	struct msg_write_done m = { VERDICT_LATER, 0 };

	serve_send(store.role, p, msg_write, WRITE_TYPES, WRITE_DONE, &m, NULL,
	    0);
}

bool
session_take(struct peer *p, struct chan_msg *in)
{
	union {
		struct msg_write_flags flags;
		struct msg_write_expunge expunge;
		struct msg_write_watch watch;
	} m;
	int type = field_get(msg_write, WRITE_TYPES, in->wire, &m);
	struct session *s = session_of(p);
	struct work w;
	bool ok;

	if (s == NULL || (type != WRITE_FLAGS && type != WRITE_EXPUNGE &&
	    type != WRITE_WATCH))
		return false;
	if (type == WRITE_WATCH) {
		watch(s, &m.watch);
		return true;
	}
	if (!commit_begin()) {
		later(p);
		return true;
	}
	ok = begin_work(&w, s, type == WRITE_FLAGS ? m.flags.mailbox :
	    m.expunge.mailbox) && (type == WRITE_FLAGS ?
	    do_flags(&w, &m.flags) : do_expunge(&w, &m.expunge));
	commit_keep(ok);
	commit_done(p, ok ? w.mailbox : 0, w.changed ? w.modseq :
	    w.modseq - 1);
	return true;
}
