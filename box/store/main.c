/*
 * main.c - the store: the one who writes the database.
 *
 * Which peer may ask what is the table below; whatever is not in it costs the
 * peer its channel.
 */

#include <stdio.h>
#include <unistd.h>

#include "store.h"

static const struct {
	enum role_id from;
	bool child;
	bool (*take)(struct peer *, struct chan_msg *);
	unsigned types;			/* bits of enum msg_store; 0: all */
} may[] = {
	{ ROLE_MX,	true,	rcpt_take,	1u << STORE_RCPT },
	{ ROLE_MX,	true,	deliver_take,	1u << STORE_DELIVER },
	{ ROLE_MXTLS,	true,	rcpt_take,	1u << STORE_RCPT },
	{ ROLE_MXTLS,	true,	deliver_take,	1u << STORE_DELIVER },
	{ ROLE_SEAL,	false,	deliver_take,	1u << STORE_DELIVER },
	{ ROLE_SEAL,	false,	cert_take,	1u << STORE_CERT },
	{ ROLE_AUTH,	false,	bind_take,
	    1u << STORE_LOGIN | 1u << STORE_BIND },
	{ ROLE_IMAPD,	true,	session_take,	0 },
	{ ROLE_CONTROL,	false,	admin_take_call, 0 },
};

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	int type = field_type_of(in->wire);

	(void)r;
	if (type < 0 || type > 31)
		return false;
	for (size_t i = 0; i < sizeof(may) / sizeof(may[0]); i++)
		if (may[i].from == p->from && may[i].child == p->child &&
		    (may[i].types == 0 || (may[i].types & 1u << type) != 0))
			return may[i].take(p, in);
	return false;
}

static bool
is_sender(const struct peer *p)
{
	return p->child && (p->from == ROLE_MX || p->from == ROLE_MXTLS);
}

static void
on_joined(struct role *r, struct peer *p)
{
	(void)r;
	if (is_sender(p))
		deliver_joined(p);
}

static void
on_gone(struct role *r, struct peer *p)
{
	(void)r;
	if (is_sender(p))
		deliver_gone(p);
	else if (p->child && p->from == ROLE_IMAPD)
		session_gone(p);
	else if (p->from == ROLE_STORE)
		log_die("reader-died", "the store starts anew with it");
}

static void
on_tick(struct role *r)
{
	(void)r;
	sql_checkpoint(&store.db, false);
}

static void
open_database(struct role *r, char path[PATH_LEN])
{
	if (r->dir == NULL || snprintf(path, PATH_LEN, "%s/mail.db", r->dir)
	    >= PATH_LEN)
		log_die("role-started-wrong", "work= is missing or too long");
	if (sql_open(&store.db, path, SQL_CREATOR) != SQL_DONE ||
	    !schema_bring_up(&store.db))
		log_die("database-unusable", "path=%s: plictl repair store",
		    path);
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.joined = on_joined, .message = on_message, .gone = on_gone,
		.settle = commit_settle, .tick = on_tick, .tick_ms = 1000,
	};
	static struct role r;
	char path[PATH_LEN];
	struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_DATABASE, .files = 16384,
	};

	if (argc == 3 && strcmp(argv[1], "--check") == 0)
		return check_main(argv[2], false);
	if (argc == 3 && strcmp(argv[1], "--repair") == 0)
		return check_main(argv[2], true);
	role_begin(&r, ROLE_STORE, argc, argv);
	store.role = &r;
	open_database(&r, path);
	/* a connection must not cross a fork */
	sql_close(&store.db);
	if (!bind_readers(path))
		log_die("reader-failed", "fork");
	open_database(&r, path);
	sandbox.write_dirs[0] = r.dir;
	serve_begin(&r, &ops);
	bind_connect(&r);
	role_enter(&r, &sandbox);
	serve_run(&r, &ops);
}
