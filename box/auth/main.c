/* main.c - auth: who is this? */

#include "auth.h"

static bool
from_store(struct role *r, struct chan_msg *in)
{
	union {
		struct msg_store_login_is login;
		struct msg_store_bound bound;
	} m;
	int type = field_get(msg_store, STORE_TYPES, in->wire, &m);

	if (type < 0 || in->nfds != msg_store[type].fds)
		return false;
	switch (type) {
	case STORE_LOGIN_IS:
		login_verifier(r, &m.login);
		return true;
	case STORE_BOUND:
	case STORE_NOT_BOUND:
		login_bound(r, m.bound.id, in, type == STORE_BOUND);
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
	} m;
	struct login *l;

	if (p->from == ROLE_STORE && !p->child)
		return from_store(r, in);
	if (p->from != ROLE_IMAPD || !p->child)
		return false;
	switch (field_get(msg_auth, AUTH_TYPES, in->wire, &m)) {
	case AUTH_START:
		return login_start(r, p, &m.start);
	case AUTH_RESPONSE:
		l = login_of(p);
		if (l == NULL || l->state != LOGIN_PROOF)
			return false;
		login_response(r, l, m.data.data);
		return true;
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
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.message = on_message, .gone = on_gone, .tick = login_due,
		.tick_ms = 200,
	};
	static const struct sandbox sandbox = { .files = 8192 };
	static struct role r;
	struct crypt_verifier v;

	role_begin(&r, ROLE_AUTH, argc, argv);
	login_init();
	/* what the library loads late, it loads now */
	crypt_verifier(&v, STR("password"), STR("salt"), 1);
	role_enter(&r, &sandbox);
	serve_run(&r, &ops);
}
