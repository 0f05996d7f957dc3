/* ask.c - questions that change nothing: answered at once. */

#include "letters.h"

#include <fcntl.h>
#include <unistd.h>

#include "os/memfd.h"

static void
say_rcpt(struct store *st, struct client *c, enum rcpt_reason reason,
    struct str targets)
{
	static const enum verdict verdicts[] = {
		[RCPT_OK] = VERDICT_YES, [RCPT_NO_DOMAIN] = VERDICT_NO,
		[RCPT_NO_USER] = VERDICT_NO, [RCPT_FULL] = VERDICT_LATER,
		[RCPT_NO_CERT] = VERDICT_LATER, [RCPT_BUSY] = VERDICT_LATER,
		[RCPT_NO_MAILBOX] = VERDICT_NO,
	};
	struct msg_store_rcpt_is is = { verdicts[reason], reason, targets };

	serve_send(st->role, c->peer, msg_store, STORE_TYPES, STORE_RCPT_IS,
	    &is, NULL, 0);
}

enum rcpt_reason
room_for(const struct account *a, uint64_t size)
{
	if (a->sealed && a->cert == 0)
		return RCPT_NO_CERT;
	if (a->quota > 0 && (a->used >= a->quota ||
	    size > a->quota - a->used))
		return RCPT_FULL;
	return RCPT_OK;
}

/* All of an alias, or none: who is left out would never know. */
static enum rcpt_reason
targets_of(struct store *st, struct client *c, const struct resolved *r,
    uint64_t size, struct buf *out)
{
	struct account a;

	for (size_t i = 0; i < r->accounts; i++) {
		enum rcpt_reason reason = RCPT_BUSY;
		struct msg_target t;

		if (account_load(st, r->account[i], &a))
			reason = room_for(&a, size);
		if (reason != RCPT_OK)
			return reason;
		if (!ticket_for(st, c, &a, NULL, &t))
			return RCPT_BUSY;
		msg_target_put(out, &t);
	}
	return RCPT_OK;
}

bool
ask_rcpt(struct store *st, struct client *c, const struct msg_store_rcpt *m)
{
	struct resolved r;
	enum rcpt_reason reason;
	struct buf targets;

	buf_init(&targets, TARGETS_MAX * TARGET_SIZE);
	address_resolve(st, m->local, m->domain, &r);
	/* on the owner's side the box delivers, to herself, too */
	reason = st->role->conf.smart_all ? RCPT_NO_DOMAIN : r.reason;
	if (reason == RCPT_OK)
		reason = targets_of(st, c, &r, m->size, &targets);
	say_rcpt(st, c, reason, reason == RCPT_OK ? buf_str(&targets) :
	    STR(""));
	buf_free(&targets);
	return true;
}

/* One of the user's own addresses: her name, an alias that stands for her, or
 * what the catch-all brings her.  Too much is held, not refused. */
bool
ask_may_send(struct store *st, struct client *c,
    const struct msg_store_may_send *m)
{
	struct msg_store_may_send_is is = { VERDICT_NO, SEND_NOT_YOURS };
	struct resolved r;

	address_resolve(st, m->local, m->domain, &r);
	for (size_t i = 0; r.reason == RCPT_OK && i < r.accounts; i++)
		if (r.account[i] == c->account)
			is = (struct msg_store_may_send_is){ VERDICT_YES,
			    letters_over(st, c->account, 1) ? SEND_HELD :
			    SEND_OK };
	if (r.reason == RCPT_BUSY)
		is = (struct msg_store_may_send_is){ VERDICT_LATER,
		    SEND_BUSY };
	serve_send(st->role, c->peer, msg_store, STORE_TYPES,
	    STORE_MAY_SEND_IS, &is, NULL, 0);
	return true;
}

/* Its client has put it into Sent already (deliver.c). */
static bool
is_there(struct store *st, uint64_t account, uint64_t mailbox,
    struct str message_id)
{
	uint64_t one;

	return message_id.len > 0 && sql_number(&st->db, &one,
	    "SELECT 1 FROM submitted s JOIN messages m"
	    " ON m.mailbox = s.mailbox AND m.uid = s.uid"
	    " WHERE s.account = ? AND s.message_id = '+' || ?"
	    " AND s.mailbox = ?", "utu", account, message_id, mailbox) ==
	    SQL_ROW;
}

static enum rcpt_reason
sent_target(struct store *st, struct client *c,
    const struct msg_store_sent *m, struct buf *out)
{
	struct place place = { .flags = FLAG_SEEN, .submitted = true,
	    .message_id = m->message_id };
	struct account a;
	struct msg_target t;

	if (!account_load(st, c->account, &a) || sql_number(&st->db,
	    &place.mailbox, "SELECT id FROM mailboxes WHERE account = ?"
	    " AND special = ?", "uu", a.id, (uint64_t)SPECIAL_SENT) != SQL_ROW)
		return RCPT_NO_MAILBOX;
	if (is_there(st, a.id, place.mailbox, m->message_id))
		return RCPT_NO_MAILBOX;
	if (room_for(&a, m->size) != RCPT_OK)
		return room_for(&a, m->size);
	if (!ticket_for(st, c, &a, &place, &t))
		return RCPT_BUSY;
	msg_target_put(out, &t);
	return RCPT_OK;
}

/* No mailbox for it: she has deleted Sent, or it is there; and gets no copy. */
bool
ask_sent(struct store *st, struct client *c, const struct msg_store_sent *m)
{
	struct buf target;
	enum rcpt_reason reason;

	buf_init(&target, TARGET_SIZE);
	reason = sent_target(st, c, m, &target);
	say_rcpt(st, c, reason, reason == RCPT_OK ? buf_str(&target) :
	    STR(""));
	buf_free(&target);
	return true;
}

void
ask_cert(struct store *st, struct client *c, const struct msg_store_cert *m)
{
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT use FROM"
	    " certificates WHERE account = ? AND serial = ?", "uu",
	    m->account, (uint64_t)m->cert);
	enum sql_status s = sql_step(q);
	struct msg_store_cert_is is = { .account = m->account,
	    .cert = m->cert, .verdict = s == SQL_ROW ? VERDICT_YES :
	    s == SQL_DONE ? VERDICT_NO : VERDICT_LATER };

	if (s == SQL_ROW)
		is.use = sql_str(q, 0);
	serve_send(st->role, c->peer, msg_store, STORE_TYPES, STORE_CERT_IS,
	    &is, NULL, 0);
	sql_end(q);
}

void
ask_login(struct store *st, struct client *c, const struct msg_store_login *m)
{
	struct msg_store_login_is is = { .id = m->id, .verdict = VERDICT_NO };
	struct str device;
	struct address folded;
	struct buf name;
	struct sqlite3_stmt *q;
	enum sql_status s;

	is.account = account_login(st, m->user, &device, &folded);
	buf_init(&name, ADDRESS_TEXT_MAX);
	buf_add(&name, folded.whole);
	buf_byte(&name, '/');
	buf_add(&name, device);
	is.name = buf_str(&name);
	q = sql_bind(&st->db, "SELECT iterations, salt, stored_key, server_key"
	    " FROM credentials WHERE account = ? AND device = ?", "ut",
	    is.account, device);
	s = sql_step(q);
	if (s == SQL_ROW) {
		is.verdict = VERDICT_YES;
		is.iterations = sql_u32(q, 0);
		is.salt = sql_str(q, 1);
		is.stored_key = sql_str(q, 2);
		is.server_key = sql_str(q, 3);
	} else {
		is.account = 0;
		if (s != SQL_DONE)
			is.verdict = VERDICT_LATER;
	}
	serve_send(st->role, c->peer, msg_store, STORE_TYPES, STORE_LOGIN_IS,
	    &is, NULL, 0);
	sql_end(q);
	buf_free(&name);
}

/* A channel for the account's user, ours at one end. */
static int
session_open(struct store *st, const struct msg_store_bind *m,
    enum role_id whose, enum client_kind kind)
{
	struct client *c;
	struct peer *p;
	int pair[2];

	if (!chan_pair(pair))
		return -1;
	p = serve_add(st->role, pair[0], whose, true, m->account, STR(""));
	c = p == NULL ? NULL : client_new(p, kind);
	if (c == NULL) {
		if (p != NULL)
			serve_drop(st->role, p);
		close(pair[1]);
		return -1;
	}
	c->account = m->account;
	c->mirrors = whose == ROLE_SYNC;
	/* many emails in one transaction */
	p->eager = c->mirrors;
	c->device = device_tag(m->device);
	c->web = m->kind == BIND_WEB;
	session_begin(st, c);
	return pair[1];
}

/* What each kind has, and how it is told. */
static const struct {
	bool session, sender;
	int type;
} kinds[BIND_KINDS] = {
	[BIND_SESSION]	= { true, false, STORE_BOUND },
	[BIND_SENDER]	= { false, true, STORE_BOUND_SENDER },
	[BIND_MIRROR]	= { true, false, STORE_BOUND },
	[BIND_WEB]	= { true, true, STORE_BOUND_WEB },
};

enum { BOUND_MAX = 4 };

/* What all web sessions of the account have, kept with the one that was just
 * opened; -1: it cannot be had. */
static int
places_of(struct store *st, uint64_t account)
{
	struct client *mine = st->sessions, *c;

	for (c = st->sessions; c != NULL; c = c->next_session)
		if (c->account == account && c->places >= 0)
			break;
	mine->places = c != NULL ? fcntl(c->places, F_DUPFD_CLOEXEC, 0) :
	    memfd_of("places", STR(""));
	return mine->places < 0 ? -1 : fcntl(mine->places, F_DUPFD_CLOEXEC,
	    0);
}

/* How many of fds are open: all that the kind has, or none. */
static size_t
bind(struct store *st, const struct msg_store_bind *m, int fds[BOUND_MAX])
{
	size_t n = 0, open = 0;

	if (kinds[m->kind].session) {
		fds[n++] = pool_session(st, m->account,
		    device_tag(m->device));
		fds[n++] = session_open(st, m, m->kind == BIND_MIRROR ?
		    ROLE_SYNC : ROLE_IMAPD, CLIENT_SESSION);
	}
	if (kinds[m->kind].sender)
		fds[n++] = session_open(st, m, ROLE_SUBMIT, CLIENT_SENDER);
	if (m->kind == BIND_WEB) {
		fds[n] = fds[n - 1] < 0 ? -1 : places_of(st, m->account);
		n++;
	}
	for (size_t i = 0; i < n; i++)
		open += fds[i] >= 0;
	if (open == n)
		return n;
	while (n > 0)
		if (fds[--n] >= 0)
			close(fds[n]);
	return 0;
}

/* The one account that there is, with room for what its box calls its emails;
 * 0: none, several, a sealed one. */
static uint64_t
mirror(struct store *st)
{
	uint64_t n = 0, account = 0;

	if (sql_number(&st->db, &n, "SELECT count(*) FROM accounts"
	    " WHERE removed = 0", "") != SQL_ROW || n != 1 ||
	    sql_number(&st->db, &account, "SELECT id FROM accounts"
	    " WHERE removed = 0 AND sealed = 0", "") != SQL_ROW)
		return 0;
	return remotes_make(st) ? account : 0;
}

bool
ask_bind(struct store *st, struct client *c, const struct msg_store_bind *m)
{
	struct msg_store_bound is = { m->id, VERDICT_LATER };
	int type = STORE_NOT_BOUND, fds[BOUND_MAX];
	struct account a;
	size_t n = 0;

	if ((m->kind == BIND_MIRROR) != (c->kind == CLIENT_SYNC) ||
	    m->kind >= BIND_KINDS)
		return false;
	if (!account_load(st, m->kind == BIND_MIRROR ? mirror(st) :
	    m->account, &a))
		is.verdict = VERDICT_NO;
	else if ((n = bind(st, &(struct msg_store_bind){ m->id, a.id,
	    m->kind, m->device }, fds)) > 0)
		is.verdict = VERDICT_YES;
	if (n > 0)
		device_used(st, m->account, m->device);
	if (n > 0)
		type = kinds[m->kind].type;
	serve_send(st->role, c->peer, msg_store, STORE_TYPES, (unsigned)type,
	    &is, fds, n);
	while (n > 0)
		close(fds[--n]);
	return true;
}
