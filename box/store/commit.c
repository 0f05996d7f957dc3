/*
 * commit.c - one transaction for all that waits.
 *
 * An answer is sent only after the commit that makes it true.  If the commit
 * fails, every answer of the round becomes "later" and nothing of the round
 * is there.
 */

#include "store.h"

struct store store;

union any {
	struct msg_store_rcpt_is rcpt_is;
	struct msg_store_delivered delivered;
	struct msg_write_done done;
};

enum table { TABLE_STORE, TABLE_WRITE, TABLE_ADMIN };

/* An answer that waits; strings are copied to bytes at once. */
struct answer {
	struct peer *peer;
	enum table table;
	unsigned type;
	union any m;
	struct buf wire;	/* admin's, encoded already */
};

static struct answer answers[ANSWERS_MAX];
static size_t waiting;

struct change {
	uint64_t mailbox, modseq;
};

static struct change changes[ANSWERS_MAX];
static size_t changed;

bool
commit_begin(void)
{
	if (store.doomed || waiting == ANSWERS_MAX || changed == ANSWERS_MAX)
		return false;
	if (!store.open) {
		if (sql_script(&store.db, "BEGIN IMMEDIATE") != SQL_DONE)
			return false;
		store.open = true;
	}
	return sql_run(&store.db, "SAVEPOINT request", "") == SQL_DONE;
}

void
commit_keep(bool keep)
{
	bool ok = true;

	if (!keep)
		ok = sql_run(&store.db, "ROLLBACK TO request", "") == SQL_DONE;
	if (sql_run(&store.db, "RELEASE request", "") != SQL_DONE || !ok)
		store.doomed = true;	/* settle says "later" to all */
}

void
commit_answer(struct peer *p, unsigned type, const void *msg)
{
	struct answer *a = &answers[waiting++];

	*a = (struct answer){ .peer = p, .table = TABLE_STORE, .type = type };
	memcpy(&a->m, msg, msg_store[type].size);
}

void
commit_done(struct peer *p, uint64_t mailbox, uint64_t modseq)
{
	struct answer *a = &answers[waiting++];

	*a = (struct answer){ .peer = p, .table = TABLE_WRITE,
	    .type = WRITE_DONE };
	a->m.done = (struct msg_write_done){ mailbox == 0 ? VERDICT_NO :
	    VERDICT_YES, modseq };
}

void
commit_admin(struct peer *p, unsigned type, const void *msg)
{
	struct answer *a = &answers[waiting++];

	*a = (struct answer){ .peer = p, .table = TABLE_ADMIN, .type = type };
	buf_init(&a->wire, IPC_MAX);
	field_put(&a->wire, msg_admin, ADMIN_TYPES, type, msg);
}

void
commit_changed(uint64_t mailbox, uint64_t modseq)
{
	for (size_t i = 0; i < changed; i++)
		if (changes[i].mailbox == mailbox) {
			changes[i].modseq = modseq;
			return;
		}
	changes[changed++] = (struct change){ mailbox, modseq };
}

static void
make_later(struct answer *a)
{
	if (a->table == TABLE_WRITE)
		a->m.done.verdict = VERDICT_LATER;
	else if (a->type == STORE_DELIVERED) {
		a->m.delivered.verdict = VERDICT_LATER;
		a->m.delivered.reason = RCPT_BUSY;
	}
}

static void
admin_later(struct answer *a)
{
	struct msg_admin_end m = { .verdict = VERDICT_LATER,
	    .why = STR("busy"), .detail = STR("") };
	struct msg_admin_end was;

	if (a->type == ADMIN_END && field_get(msg_admin, ADMIN_TYPES,
	    buf_str(&a->wire), &was) == ADMIN_END)
		m.id = was.id;
	buf_clear(&a->wire);
	field_put(&a->wire, msg_admin, ADMIN_TYPES, ADMIN_END, &m);
}

static void
send_answer(struct role *r, struct answer *a, bool ok)
{
	if (!ok)
		make_later(a);
	switch (a->table) {
	case TABLE_STORE:
		serve_send(r, a->peer, msg_store, STORE_TYPES, a->type, &a->m,
		    NULL, 0);
		return;
	case TABLE_WRITE:
		serve_send(r, a->peer, msg_write, WRITE_TYPES, a->type, &a->m,
		    NULL, 0);
		return;
	case TABLE_ADMIN:
		if (!ok)
			admin_later(a);
		if (chan_send(a->peer->fd, false, buf_str(&a->wire), NULL, 0)
		    != CHAN_OK)
			serve_drop(r, a->peer);
		buf_free(&a->wire);
	}
}

static void
tell_one(struct role *r, struct session *s)
{
	for (size_t i = 0; s->armed && i < changed; i++) {
		struct msg_write_watch m = { changes[i].mailbox,
		    changes[i].modseq };

		if (m.mailbox != s->watch)
			continue;
		s->armed = false;
		serve_send(r, s->peer, msg_write, WRITE_TYPES, WRITE_CHANGED,
		    &m, NULL, 0);
	}
}

static void
tell_watchers(struct role *r)
{
	if (changed > 0)
		for (struct session *s = store.sessions; s != NULL;
		    s = s->next)
			tell_one(r, s);
	changed = 0;
}

void
commit_settle(struct role *r)
{
	bool ok = true;

	if (store.open) {
		ok = !store.doomed &&
		    sql_run(&store.db, "COMMIT", "") == SQL_DONE;
		if (!ok)
			(void)sql_script(&store.db, "ROLLBACK");
		store.open = store.doomed = false;
	}
	for (size_t i = 0; i < waiting; i++)
		send_answer(r, &answers[i], ok);
	waiting = 0;
	if (!ok)
		changed = 0;
	tell_watchers(r);
}

uint64_t
now(void)
{
	return (uint64_t)time(NULL);
}
