/*
 * pair.c - a new device, from its code to its credential.
 *
 * Asked by a child of httpd, before any login.  The code's token is looked up
 * first, then seal looks at the certificate, and last the store does all at
 * once: so nobody has certificates parsed who has no code.  An account that is
 * not sealed has none, and the store knows which is.  Wrong tokens are
 * throttled like wrong passwords, all of them as one account's; of 128 random
 * bits that is not what makes them safe.
 */

#include "auth.h"

#include <unistd.h>

#include "ipc/msg_admin.h"
#include "ipc/msg_seal.h"
#include "os/clock.h"

enum { PAIRINGS_MAX = 64, TOKEN = 16 };

enum pair_state { PAIR_FREE, PAIR_WAITS, PAIR_FINDS, PAIR_AT_SEAL,
    PAIR_STORES };

static struct pairing {
	enum pair_state state;
	uint64_t id;
	struct peer *child;
	int64_t due_ms;			/* PAIR_WAITS */
	char hash[CRYPT_HASH];
	struct buf args;		/* for the store */
	int file;			/* the certificate; -1: passed on, or
					   there is none */
	uint64_t size;
} pairings[PAIRINGS_MAX];

static uint64_t last_id;

static struct str
whose(void)
{
	return STR("/pair");	/* no login has this name */
}

static struct pairing *
by_id(uint64_t id, enum pair_state state)
{
	for (size_t i = 0; i < PAIRINGS_MAX; i++)
		if (pairings[i].state == state && pairings[i].id == id)
			return &pairings[i];
	return NULL;
}

/* One that the child has; NULL as a child: a free one. */
static struct pairing *
of(const struct peer *child)
{
	for (size_t i = 0; i < PAIRINGS_MAX; i++)
		if (pairings[i].child == child)
			return &pairings[i];
	return NULL;
}

static void
forget(struct pairing *x)
{
	if (x->file >= 0)
		close(x->file);
	buf_free(&x->args);
	*x = (struct pairing){ .file = -1 };
}

static void
say(struct role *r, struct peer *child, enum verdict verdict, struct str why,
    struct str user)
{
	struct msg_auth_paired m = { verdict, why, user };

	serve_send(r, child, msg_auth, AUTH_TYPES, AUTH_PAIRED, &m, NULL, 0);
}

static void
refuse(struct role *r, struct pairing *x, enum verdict verdict,
    struct str why)
{
	if (verdict == VERDICT_NO && str_eq(why, STR("wrong-code")))
		throttle_wrong(x->child->addr, whose(), clock_ms());
	log_event("pair-refused", "why=%.*s", (int)why.len, why.ptr);
	say(r, x->child, verdict, why, STR(""));
	forget(x);
}

static void
find(struct role *r, struct pairing *x)
{
	struct msg_store_pair_find m = { x->id, { x->hash, CRYPT_HASH } };

	x->state = PAIR_FINDS;
	if (!serve_send(r, serve_edge(r, ROLE_STORE, 0), msg_store,
	    STORE_TYPES, STORE_PAIR_FIND, &m, NULL, 0))
		refuse(r, x, VERDICT_LATER, STR("store-away"));
}

static void
keep(struct pairing *x, const struct msg_auth_pair *m)
{
	crypt_sha256((unsigned char *)x->hash, m->token);
	x->size = m->size;
	buf_init(&x->args, PAIR_ARGS_MAX);
	admin_put(&x->args, STR("device"), m->device);
	admin_put(&x->args, STR("salt"), m->salt);
	admin_put_u64(&x->args, STR("iterations"), m->iterations);
	admin_put(&x->args, STR("stored_key"), m->stored_key);
	admin_put(&x->args, STR("server_key"), m->server_key);
}

bool
pair_start(struct role *r, struct peer *p, const struct msg_auth_pair *m,
    struct chan_msg *in)
{
	struct pairing *x;
	int64_t wait;

	if (of(p) != NULL || m->token.len != TOKEN)
		return false;
	x = of(NULL);
	if (x == NULL) {
		say(r, p, VERDICT_LATER, STR("busy"), STR(""));
		return true;
	}
	*x = (struct pairing){ .state = PAIR_WAITS, .id = ++last_id,
	    .child = p, .file = in->nfds > 0 ? in->fds[0] : -1 };
	in->nfds = 0;
	keep(x, m);
	wait = throttle_wait_ms(p->addr, whose(), clock_ms());
	x->due_ms = clock_ms() + wait;
	if (wait > WAIT_MAX_MS)
		refuse(r, x, VERDICT_LATER, STR("busy"));
	else if (wait == 0)
		find(r, x);
	return true;
}

void
pair_due(struct role *r)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < PAIRINGS_MAX; i++)
		if (pairings[i].state == PAIR_WAITS &&
		    pairings[i].due_ms <= now)
			find(r, &pairings[i]);
}

bool
pair_waiting(void)
{
	for (size_t i = 0; i < PAIRINGS_MAX; i++)
		if (pairings[i].state == PAIR_WAITS)
			return true;
	return false;
}

static void
to_seal(struct role *r, struct pairing *x)
{
	struct msg_seal_check_cert m = { x->id, x->size };
	bool sent = serve_send(r, serve_edge(r, ROLE_SEAL, 0), msg_seal,
	    SEAL_TYPES, SEAL_CHECK_CERT, &m, &x->file, 1);

	close(x->file);
	x->file = -1;
	x->state = PAIR_AT_SEAL;
	if (!sent)
		refuse(r, x, VERDICT_LATER, STR("seal-away"));
}

static void
to_store(struct role *r, struct pairing *x)
{
	struct msg_store_pair m = { x->id, { x->hash, CRYPT_HASH },
	    buf_str(&x->args) };

	x->state = PAIR_STORES;
	if (x->args.failed || !serve_send(r, serve_edge(r, ROLE_STORE, 0),
	    msg_store, STORE_TYPES, STORE_PAIR, &m, NULL, 0))
		refuse(r, x, VERDICT_LATER, STR("store-away"));
}

void
pair_answer(struct role *r, const struct msg_store_pair_is *m)
{
	struct pairing *x = by_id(m->id, PAIR_FINDS);

	if (x != NULL && m->verdict == VERDICT_YES) {
		if (x->file >= 0)
			to_seal(r, x);
		else
			to_store(r, x);
		return;
	}
	if (x == NULL)
		x = by_id(m->id, PAIR_STORES);
	if (x == NULL)
		return;		/* its child is gone */
	if (m->verdict != VERDICT_YES) {
		refuse(r, x, m->verdict == VERDICT_NO ? VERDICT_NO :
		    VERDICT_LATER, m->why);
		return;
	}
	throttle_right(x->child->addr, whose(), clock_ms());
	log_event("paired", " ");
	say(r, x->child, VERDICT_YES, STR(""), m->name);
	forget(x);
}

/* seal's answer: what the store is given is what seal has written anew. */
bool
pair_checked(struct role *r, struct chan_msg *in)
{
	struct msg_seal_cert_is m;
	struct pairing *x;

	if (in->nfds != 0 || field_get(msg_seal, SEAL_TYPES, in->wire, &m) !=
	    SEAL_CERT_IS || m.verdict >= VERDICTS)
		return false;
	x = by_id(m.id, PAIR_AT_SEAL);
	if (x == NULL)
		return true;
	if (m.verdict != VERDICT_YES) {
		refuse(r, x, (enum verdict)m.verdict, m.why);
		return true;
	}
	admin_put(&x->args, STR("cert_use"), m.use);
	admin_put(&x->args, STR("cert_fpr"), m.fingerprint);
	admin_put(&x->args, STR("cert_uid"), m.user_id);
	admin_put(&x->args, STR("cert_algo"), m.algorithm);
	admin_put_u64(&x->args, STR("cert_created"), m.created);
	admin_put_u64(&x->args, STR("cert_expires"), m.expires);
	to_store(r, x);
	return true;
}

/* A child, or who was asked. */
void
pair_gone(struct role *r, const struct peer *p)
{
	struct pairing *x = p->child ? of(p) : NULL;

	if (x != NULL)
		forget(x);
	if (p->child)
		return;
	for (size_t i = 0; i < PAIRINGS_MAX; i++) {
		x = &pairings[i];
		if (p->from == ROLE_STORE && (x->state == PAIR_FINDS ||
		    x->state == PAIR_STORES))
			refuse(r, x, VERDICT_LATER, STR("store-away"));
		else if (p->from == ROLE_SEAL && x->state == PAIR_AT_SEAL)
			refuse(r, x, VERDICT_LATER, STR("seal-away"));
	}
}
