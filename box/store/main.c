/*
 * main.c - store: mail, accounts, credentials, in one database.
 *
 *	store parent=… work=DIR …	started by plid; with=find: it keeps
 *					an index of texts (find.h)
 *	store --check DIR		looks at it while plid does not run
 *	store --repair DIR		and mends what can be mended
 *
 * dbkey=FD, in all three: every page is sealed under the key in that memfd
 * (os/sqlseal.h).  plid does not give one.
 *
 * What is deleted is not overwritten at once: it is ciphertext, but for
 * accounts that are kept unsealed (SECURITY.md says so).
 */

#include "contacts.h"
#include "submissions.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/log.h"
#include "find.h"
#include "schema.h"

enum {
	FILES = 16384,
	TICK_MS = 1000,
	CLEAN_MS = 20,
	AGE_MS = 60 * 1000,
	GROUP_PATIENCE_MS = 10 * 60 * 1000,	/* twice what a child waits */
};

static struct store store;

static enum client_kind
kind_of(const struct peer *p)
{
	switch (p->from) {
	case ROLE_MX:
	case ROLE_MXTLS:
		return p->child ? CLIENT_CHILD : CLIENT_OTHER;
	case ROLE_SEAL:
		return p->child ? CLIENT_OTHER : CLIENT_SEAL;
	case ROLE_AUTH:
		return p->child ? CLIENT_OTHER : CLIENT_AUTH;
	case ROLE_QUEUE:
		return p->child ? CLIENT_OTHER : CLIENT_QUEUE;
	case ROLE_SYNC:
		return p->child ? CLIENT_OTHER : CLIENT_SYNC;
	case ROLE_CONTROL:
		return p->child ? CLIENT_OTHER : CLIENT_CONTROL;
	default:
		return CLIENT_OTHER;
	}
}

/* What we add ourselves gets its client where it is added. */
static void
joined(struct role *r, struct peer *p)
{
	if (p->from == ROLE_STORE || p->from == ROLE_IMAPD ||
	    p->from == ROLE_SUBMIT || (p->from == ROLE_SYNC && p->child))
		return;
	if (client_new(p, kind_of(p)) == NULL)
		serve_drop(r, p);
}

static void
gone(struct role *r, struct peer *p)
{
	struct client *c = p->data;
	struct arena arena;

	(void)r;
	tx_forget(&store, p);
	if (c == NULL)
		return;
	deliver_forget(&store, c);
	if (c->kind == CLIENT_QUEUE)
		letters_none_out(&store);
	if (c->kind == CLIENT_SESSION || c->kind == CLIENT_SENDER)
		session_end(&store, c);
	if (c->places >= 0)
		close(c->places);
	if (p->from == ROLE_STORE)
		pool_gone(&store, c);
	arena = c->arena;
	arena_reset(&arena);
	p->data = NULL;
}

/* Which kind of peer may send what; nothing else is taken. */
static const unsigned may_send[STORE_TYPES] = {
	[STORE_RCPT]	= 1 << CLIENT_CHILD | 1 << CLIENT_SENDER,
	[STORE_DELIVER]	= 1 << CLIENT_CHILD | 1 << CLIENT_SENDER |
	    1 << CLIENT_SEAL,
	[STORE_MAY_SEND] = 1 << CLIENT_SENDER,
	[STORE_SENT]	= 1 << CLIENT_SENDER,
	[STORE_ENQUEUE]	= 1 << CLIENT_SENDER,
	[STORE_SUBMISSION] = 1 << CLIENT_SENDER,
	[STORE_CONTACT] = 1 << CLIENT_SENDER,
	[STORE_CERT]	= 1 << CLIENT_SEAL,
	[STORE_LOGIN]	= 1 << CLIENT_AUTH,
	[STORE_BIND]	= 1 << CLIENT_AUTH | 1 << CLIENT_SYNC,
	[STORE_PAIR_FIND] = 1 << CLIENT_AUTH,
	[STORE_PAIR]	= 1 << CLIENT_AUTH,
};

union ask {
	struct msg_store_rcpt rcpt;
	struct msg_store_rcpt_is rcpt_is;
	struct msg_store_deliver deliver;
	struct msg_store_cert cert;
	struct msg_store_cert_is cert_is;
	struct msg_store_login login;
	struct msg_store_login_is login_is;
	struct msg_store_bind bind;
	struct msg_store_pair_find pair_find;
	struct msg_store_pair pair;
	struct msg_store_pair_is pair_is;
	struct msg_store_may_send may_send;
	struct msg_store_sent sent;
	struct msg_store_enqueue enqueue;
	struct msg_store_submission submission;
	struct msg_store_contact contact;
	struct msg_store_contact_is contact_is;
	struct msg_child child;
};

static bool
ask(struct store *st, struct client *c, struct chan_msg *in)
{
	union ask m;
	int type = field_get(msg_store, STORE_TYPES, in->wire, &m);

	if (type < 0 || (may_send[type] & 1u << c->kind) == 0 ||
	    in->nfds != msg_store[type].fds)
		return false;
	if (type != STORE_BIND)
		(void)tx_read(st);
	switch (type) {
	case STORE_RCPT:
		return ask_rcpt(st, c, &m.rcpt);
	case STORE_DELIVER:
		return deliver_take(st, c, &m.deliver, in);
	case STORE_MAY_SEND:
		return ask_may_send(st, c, &m.may_send);
	case STORE_SENT:
		return ask_sent(st, c, &m.sent);
	case STORE_ENQUEUE:
		return deliver_letter(st, c, &m.enqueue, in);
	case STORE_SUBMISSION:
		return c->web && deliver_record(st, c, &m.submission, in);
	case STORE_CONTACT:
		return contact_ask(st, c, &m.contact);
	case STORE_CERT:
		ask_cert(st, c, &m.cert);
		return true;
	case STORE_LOGIN:
		ask_login(st, c, &m.login);
		return true;
	case STORE_PAIR_FIND:
		return pair_find(st, c, &m.pair_find);
	case STORE_PAIR:
		return pair_use(st, c, &m.pair);
	default:
		return ask_bind(st, c, &m.bind);
	}
}

static bool
message(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct client *c = p->data;

	(void)r;
	if (c == NULL)
		return false;
	switch (c->kind) {
	case CLIENT_CONTROL:
		return admin_message(&store, c, in);
	case CLIENT_SESSION:
		return session_message(&store, c, in);
	case CLIENT_QUEUE:
		return letter_message(&store, c, in);
	case CLIENT_ZYGOTE:
	case CLIENT_WORKER:
	case CLIENT_CHECKER:
		return pool_message(&store, c, in);
	default:
		return ask(&store, c, in);
	}
}

static void
settle(struct role *r)
{
	(void)r;
	tx_settle(&store);
}

static void
conf(struct role *r)
{
	(void)r;
	domains_load(&store);
}

static void
tick(struct role *r)
{
	static int64_t aged;
	int64_t end = clock_ms() + CLEAN_MS;

	(void)r;
	recent_write(&store);
	if (store.strays)
		letters_lost(&store);
	tx_settle(&store);
	deliver_age(&store, GROUP_PATIENCE_MS);
	blobs_age(&store);
	if (clock_ms() >= aged + AGE_MS) {
		submissions_age(&store);
		aged = clock_ms();
	}
	while (store.cleaning && clock_ms() < end)
		store.cleaning = clean_some(&store);
	tx_idle(&store);
}

static const struct serve_ops ops = {
	.joined = joined, .message = message, .gone = gone, .settle = settle,
	.conf = conf, .tick = tick, .tick_ms = TICK_MS,
};

static void
open_database(struct store *st)
{
	static const char *const words[] = {
		[SCHEMA_NEWER] = "made by a later version of pli",
		[SCHEMA_FOREIGN] = "not a database of pli",
		[SCHEMA_FAILED] = "cannot be prepared: disk full or failing?",
	};
	enum schema_status made;
	enum sql_status s;
	char path[4096];

	if (!store_path(path, sizeof(path), st->dir))
		log_die("store-path-too-long", "dir=%s", st->dir);
	umask(077);
	s = sql_open(&st->db, path, SQL_CREATOR);
	if (s == SQL_KEY)
		log_die("store-refused", "file=%s: %s", path,
		    sql_status_name(s));
	if (s != SQL_DONE)
		log_die("store-open-failed", "why=%s file=%s",
		    sql_status_name(s), path);
	made = schema_prepare(&st->db);
	if (made != SCHEMA_OK)
		log_die("store-refused", "file=%s: %s", path, words[made]);
	if (st->role->with_find && !find_make(&st->db))
		log_die("store-refused", "file=%s: no index of texts", path);
	st->finds = find_there(&st->db);
	sql_checkpoint(&st->db, true);
	st->cleaning = true;
}

static size_t
files_limit(void)
{
	struct rlimit r;

	return getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_max > FILES ?
	    FILES : (size_t)r.rlim_max;
}

int
main(int argc, char **argv)
{
	static struct role role;
	struct sandbox box = {
		.may = SANDBOX_CHANNELS | SANDBOX_DATABASE | SANDBOX_MEMFD,
		.memory = (size_t)512 << 20, .files = files_limit(),
	};
	int zygote;

	if ((argc == 3 || argc == 4) && (strcmp(argv[1], "--check") == 0 ||
	    strcmp(argv[1], "--repair") == 0))
		return offline_main(argv[1][2] == 'r', argv[2], argv[3]);
	role_begin(&role, ROLE_STORE, argc, argv);
	if (role.dir == NULL)
		log_die("role-started-wrong", "role=store: no work=DIR");
	store.role = &role;
	store.dir = role.dir;
	if (!store_lock(role.dir))
		log_die("store-locked", "dir=%s: another one has it",
		    role.dir);
	if (role.dbkey >= 0 && !sql_seal(role.dbkey))
		log_die("store-key-refused", "no memfd of a key, or no memory");
	zygote = pool_zygote(role.dir);
	if (zygote < 0)
		log_die("store-fork-failed", "errno=%d", errno);
	open_database(&store);
	domains_load(&store);
	serve_begin(&role, &ops);
	pool_begin(&store, zygote);
	box.write_dirs[0] = role.dir;
	role_enter(&role, &box);
	serve_run(&role, &ops);
}
