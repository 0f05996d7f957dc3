/* main.c - auth: who is this? */

#include "auth.h"

enum { TICK_MS = 100 };

/* Passwords are hashed one at a time: this channel to itself wakes the loop
 * for the next one, after whatever else has come in. */
static int again[2];

static void on_settle(struct role *);

static bool
from_store(struct role *r, struct chan_msg *in)
{
	union {
		struct msg_store_login_is login;
		struct msg_store_bound bound;
		struct msg_store_pair_is pair;
	} m;
	int type = field_get(msg_store, STORE_TYPES, in->wire, &m);

	if (type < 0 || in->nfds != msg_store[type].fds)
		return false;
	switch (type) {
	case STORE_LOGIN_IS:
		login_verifier(r, &m.login);
		return true;
	case STORE_PAIR_IS:
		pair_answer(r, &m.pair);
		return true;
	case STORE_BOUND:
	case STORE_BOUND_SENDER:
	case STORE_BOUND_WEB:
	case STORE_NOT_BOUND:
		login_bound(r, m.bound.id, in, type != STORE_NOT_BOUND);
		return true;
	default:
		return false;
	}
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	union {
		struct msg_auth_start start;
		struct msg_auth_data data;
		struct msg_auth_pair pair;
	} m;
	struct login *l;
	int type;

	if (p->from == ROLE_AUTH)
		return true;
	if (p->from == ROLE_STORE && !p->child)
		return from_store(r, in);
	if (p->from == ROLE_SEAL && !p->child)
		return pair_checked(r, in);
	if (!p->child || (p->from != ROLE_IMAPD && p->from != ROLE_SUBMIT &&
	    p->from != ROLE_HTTPD))
		return false;
	type = field_get(msg_auth, AUTH_TYPES, in->wire, &m);
	if (type < 0 || in->nfds != msg_auth[type].fds)
		return false;
	switch (type) {
	case AUTH_START:
		return login_start(r, p, &m.start);
	case AUTH_RESPONSE:
		l = login_of(p);
		if (l == NULL || l->state != LOGIN_PROOF)
			return false;
		login_response(r, l, m.data.data);
		return true;
	case AUTH_PAIR:
	case AUTH_PAIR_BARE:
		return p->from == ROLE_HTTPD && pair_start(r, p, &m.pair, in);
	default:
		return false;
	}
}

static void
on_gone(struct role *r, struct peer *p)
{
	if (p->child && login_of(p) != NULL)
		login_end(login_of(p));
	else if (p->from == ROLE_STORE)
		login_store_gone(r);
	pair_gone(r, p);
}

static void
on_tick(struct role *r)
{
	login_due(r);
	pair_due(r);
}

/* The clock ticks only while somebody waits for a turn. */
static struct serve_ops ops = {
	.message = on_message, .gone = on_gone, .settle = on_settle,
	.tick = on_tick,
};

static void
on_settle(struct role *r)
{
	if (login_hash(r))
		(void)chan_send(again[1], false, STR("!"), NULL, 0);
	ops.tick_ms = login_waiting() || pair_waiting() ? TICK_MS : 0;
}

int
main(int argc, char **argv)
{
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS, .files = 8192,
	};
	static struct role r;
	struct crypt_verifier v;

	role_begin(&r, ROLE_AUTH, argc, argv);
	login_init();
	/* what the library loads late, it loads now */
	crypt_verifier(&v, STR("password"), STR("salt"), 1);
	serve_begin(&r, &ops);
	if (!chan_pair(again))
		log_die("channel-failed", "with=auth");
	serve_add(&r, again[0], ROLE_AUTH, false, 0, STR(""));
	role_enter(&r, &sandbox);
	serve_run(&r, &ops);
}
