/* session.c - what a user's session writes, and what it watches. */

#include "store.h"

#include "find.h"
#include "identities.h"
#include "os/memfd.h"
#include "submissions.h"

/* In `watched`: not a mailbox, but all of an account. */
#define ALL_OF	((uint64_t)1 << 63)

static struct client **
bucket_of(struct store *st, uint64_t mailbox)
{
	return &st->watcher[mailbox % WATCH_BUCKETS];
}

void
session_begin(struct store *st, struct client *c)
{
	c->next_session = st->sessions;
	if (st->sessions != NULL)
		st->sessions->prev_session = c;
	st->sessions = c;
}

static void
unwatch(struct store *st, struct client *c)
{
	if (c->watched == 0)
		return;
	if (c->prev_watcher != NULL)
		c->prev_watcher->next_watcher = c->next_watcher;
	else
		*bucket_of(st, c->watched) = c->next_watcher;
	if (c->next_watcher != NULL)
		c->next_watcher->prev_watcher = c->prev_watcher;
	c->next_watcher = c->prev_watcher = NULL;
	c->watched = 0;
}

void
session_end(struct store *st, struct client *c)
{
	unwatch(st, c);
	if (c->prev_session != NULL)
		c->prev_session->next_session = c->next_session;
	else
		st->sessions = c->next_session;
	if (c->next_session != NULL)
		c->next_session->prev_session = c->prev_session;
}

/* Once for each watch. */
static void
say_changed(struct store *st, struct client *c, uint64_t modseq)
{
	struct msg_write_watch m = { c->watched & ALL_OF ? 0 : c->watched,
	    modseq };

	unwatch(st, c);
	serve_send(st->role, c->peer, msg_write, WRITE_TYPES, WRITE_CHANGED,
	    &m, NULL, 0);
}

/* A session that is behind already is told at once; of what is not committed
 * yet, after the commit. */
static void
watch(struct store *st, struct client *c, uint64_t what, uint64_t known,
    uint64_t modseq)
{
	struct client **at = bucket_of(st, what);

	c->watched = what;
	c->next_watcher = *at;
	if (*at != NULL)
		(*at)->prev_watcher = c;
	*at = c;
	for (size_t i = 0; i < st->changes; i++)
		if (st->change[i].mailbox == what ||
		    (st->change[i].account | ALL_OF) == what)
			return;
	if (modseq > known)
		say_changed(st, c, modseq);
}

static void
watch_mailbox(struct store *st, struct client *c,
    const struct msg_write_watch *m)
{
	uint64_t modseq;

	unwatch(st, c);
	if (m->mailbox != 0 && sql_number(&st->db, &modseq,
	    "SELECT modseq FROM mailboxes WHERE id = ? AND account = ?", "uu",
	    m->mailbox, c->account) == SQL_ROW)
		watch(st, c, m->mailbox, m->modseq, modseq);
}

static void
watch_all(struct store *st, struct client *c, const struct msg_write_watch *m)
{
	uint64_t next;

	unwatch(st, c);
	if (account_change(st, c->account, &next) == SQL_ROW)
		watch(st, c, c->account | ALL_OF, m->modseq, next - 1);
}

static void
tell(struct store *st, uint64_t what, uint64_t modseq)
{
	struct client *next;

	for (struct client *c = *bucket_of(st, what); c != NULL; c = next) {
		next = c->next_watcher;
		if (c->watched == what)
			say_changed(st, c, modseq);
	}
}

void
session_changed(struct store *st, const struct change *ch)
{
	tell(st, ch->mailbox, ch->modseq);
	tell(st, ch->account | ALL_OF, ch->modseq);
}

void
sessions_drop(struct store *st, uint64_t account, uint64_t device)
{
	for (struct client *c = st->sessions; c != NULL; c = c->next_session)
		if (c->account == account &&
		    (device == 0 || c->device == device))
			serve_drop(st->role, c->peer);
}

union write {
	struct msg_write_append append;
	struct msg_write_copy copy;
	struct msg_store_deliver deliver;
	struct msg_write_flags flags;
	struct msg_write_expunge expunge;
	struct msg_write_done done;
	struct msg_write_watch watch;
	struct msg_write_recent recent;
	struct msg_write_create create;
	struct msg_write_delete delete;
	struct msg_write_rename rename;
	struct msg_write_subscribe subscribe;
	struct msg_write_blob blob;
	struct msg_write_blob_of blob_of;
	struct msg_write_blob_get blob_get;
	struct msg_write_index index;
	struct msg_write_bring bring;
	struct msg_write_remote remote;
	struct msg_write_submission submission;
	struct msg_write_identity identity;
	struct msg_write_device device;
	struct msg_write_code code;
	struct msg_write_devices_are devices_are;
	struct msg_child child;
};

static enum verdict
change(struct store *st, uint64_t account, int type, const union write *m,
    const struct chan_msg *in, struct answer *a)
{
	struct msg_write_made *made = &a->made;

	switch (type) {
	case WRITE_FLAGS:
		return flags_change(st, account, &m->flags, &a->done.modseq,
		    &a->text);
	case WRITE_EXPUNGE:
		return expunge(st, account, &m->expunge, &a->done.modseq,
		    &a->text);
	case WRITE_INDEX:
		return find_put(&st->db, account, &m->index, in->fds[0]);
	case WRITE_REMOTE:
		return remote_write(st, account, &m->remote);
	case WRITE_SUBMISSION:
		return submission_write(st, account, &m->submission);
	case WRITE_IDENTITY:
		return identity_write(st, account, &m->identity);
	case WRITE_COPY:
		return messages_copy(st, account, &m->copy, &a->copied,
		    &a->text);
	case WRITE_CREATE:
		return mailbox_create(st, account, &m->create, made);
	case WRITE_DELETE:
		return mailbox_delete(st, account, &m->delete,
		    &made->reason);
	case WRITE_RENAME:
		return mailbox_rename(st, account, &m->rename,
		    &made->reason);
	default:
		return mailbox_subscribe(st, account, &m->subscribe,
		    &made->reason);
	}
}

static enum verdict
write_one(struct store *st, struct client *c, int type, const union write *m,
    const struct chan_msg *in, struct answer *a)
{
	enum verdict v = VERDICT_LATER;

	recent_write(st);
	if (!tx_begin(st))
		return v;
	v = change(st, c->account, type, m, in, a);
	if (!tx_end(st, v == VERDICT_YES) && v == VERDICT_YES)
		v = VERDICT_LATER;
	return v;
}

static bool
is_text(const struct msg_write_index *m, const struct chan_msg *in)
{
	return m->size <= INDEX_OCTETS_MAX && (uint64_t)m->subject + m->from +
	    m->to <= m->size && memfd_is_settled(in->fds[0], m->size);
}

/* How it will be answered; false: it is no request. */
static bool
begin_answer(int type, const union write *m, const struct chan_msg *in,
    struct answer *a)
{
	switch (type) {
	case WRITE_FLAGS:
	case WRITE_EXPUNGE:
		a->kind = ANSWER_DONE;
		buf_init(&a->text, UIDS_MAX * sizeof(uint32_t));
		return type != WRITE_FLAGS || m->flags.op <= FLAGS_REMOVE;
	case WRITE_REMOTE:
		a->kind = ANSWER_DONE;
		return m->remote.id.len > 0 && m->remote.drop <= REMOTE_ANEW;
	case WRITE_SUBMISSION:
	case WRITE_IDENTITY:
		a->kind = ANSWER_DONE;
		return true;
	case WRITE_INDEX:
		a->kind = ANSWER_DONE;
		return is_text(&m->index, in);
	case WRITE_COPY:
		a->kind = ANSWER_COPIED;
		buf_init(&a->text, UID_RANGES_MAX * 8);
		return true;
	case WRITE_CREATE:
	case WRITE_DELETE:
	case WRITE_RENAME:
	case WRITE_SUBSCRIBE:
		a->kind = ANSWER_MADE;
		return true;
	default:
		return false;
	}
}

/* What is not answered after a commit; *ok false: it is nonsense. */
static bool
at_once(struct store *st, struct client *c, int type, const union write *m,
    struct chan_msg *in, bool *ok)
{
	*ok = true;
	switch (type) {
	case WRITE_WATCH:
		watch_mailbox(st, c, &m->watch);
		return true;
	case WRITE_WATCH_ALL:
		watch_all(st, c, &m->watch);
		return true;
	case WRITE_RECENT:
		recent_note(st, c->account, &m->recent);
		return true;
	case WRITE_APPEND:
		*ok = append_ask(st, c, &m->append);
		return true;
	case WRITE_BRING:
		*ok = append_bring(st, c, &m->bring);
		return true;
	case WRITE_DELIVER:
		*ok = deliver_take(st, c, &m->deliver, in);
		return true;
	case WRITE_DEVICES:
	case WRITE_DEVICE_ADD:
	case WRITE_DEVICE_REMOVE:
	case WRITE_DEVICE_CODE:
		*ok = device_message(st, c, type, m);
		return true;
	case WRITE_BLOB:
		*ok = blob_take(st, c, &m->blob, in);
		return true;
	case WRITE_BLOB_OF:
		blob_of(st, c, &m->blob_of);
		return true;
	case WRITE_BLOB_GET:
		blob_get(st, c, &m->blob_get);
		return true;
	default:
		return false;
	}
}

/* Is this a channel for that? */
static bool
may_ask(const struct client *c, int type)
{
	switch (type) {
	case WRITE_BRING:
	case WRITE_REMOTE:
		return c->mirrors;
	case WRITE_SUBMISSION:
	case WRITE_IDENTITY:
		return c->web;
	default:
		return true;
	}
}

bool
session_message(struct store *st, struct client *c, struct chan_msg *in)
{
	union write m;
	int type = field_get(msg_write, WRITE_TYPES, in->wire, &m);
	struct answer a = { .peer = c->peer };
	bool ok;

	if (type < 0 || in->nfds != msg_write[type].fds)
		return false;
	if (!may_ask(c, type))
		return false;
	if (at_once(st, c, type, &m, in, &ok))
		return ok;
	if (!begin_answer(type, &m, in, &a))
		return false;
	/* the verdict is the first thing of each kind */
	a.done.verdict = write_one(st, c, type, &m, in, &a);
	tx_answer(st, &a);
	return true;
}
