/* login.c - a login, from the first word to the store's channels. */

#include "auth.h"

#include <time.h>
#include <unistd.h>

#include "codec/base64.h"
#include "os/clock.h"

static struct login logins[LOGINS_MAX];
static unsigned char fake[CRYPT_HASH];	/* salts of users who are not */
static uint64_t last_id;
static size_t high;		/* logins above were never used */
static size_t hashing;		/* how many are LOGIN_HASHES */

void
login_init(void)
{
	crypt_random(fake, sizeof(fake));
	throttle_init();
}

static struct login *
by_id(uint64_t id)
{
	for (size_t i = 0; i < high; i++)
		if (logins[i].state != LOGIN_FREE && logins[i].id == id)
			return &logins[i];
	return NULL;
}

struct login *
login_of(const struct peer *p)
{
	return p->data;
}

static struct login *
login_new(struct peer *p)
{
	for (size_t i = 0; i < LOGINS_MAX; i++) {
		struct login *l = &logins[i];

		if (l->state != LOGIN_FREE)
			continue;
		if (i >= high)
			high = i + 1;
		*l = (struct login){ .state = LOGIN_WAITS, .id = ++last_id,
		    .child = p };
		buf_init(&l->secret, SASL_MAX);
		buf_init(&l->user, USER_MAX);
		buf_init(&l->binding, SASL_MAX + BINDING_MAX);
		buf_init(&l->server_first, SASL_MAX);
		buf_init(&l->salt, SALT_MAX);
		buf_init(&l->final, SASL_MAX);
		p->data = l;
		return l;
	}
	return NULL;
}

void
login_end(struct login *l)
{
	hashing -= l->state == LOGIN_HASHES;
	buf_free(&l->secret);
	buf_free(&l->user);
	buf_free(&l->binding);
	buf_free(&l->server_first);
	buf_free(&l->salt);
	buf_free(&l->final);
	wipe(&l->verifier, sizeof(l->verifier));
	if (l->child != NULL)
		l->child->data = NULL;
	l->state = LOGIN_FREE;
}

static void
refuse(struct role *r, struct peer *child, enum verdict verdict)
{
	struct msg_auth_failed m = { verdict, STR("") };

	serve_send(r, child, msg_auth, AUTH_TYPES, AUTH_FAILED, &m, NULL, 0);
}

static void
fail(struct role *r, struct login *l, enum verdict verdict)
{
	if (verdict == VERDICT_NO) {
		throttle_wrong(l->child->addr, buf_str(&l->user), clock_ms());
		log_event("login-refused", "mech=%u", l->mech);
	}
	refuse(r, l->child, verdict);
	login_end(l);
}

/* The flag of the GS2 header must fit what was offered (RFC 5802, 6): "y" is
 * a client that thinks we have no -PLUS, and where we have, somebody between
 * us has taken it out of the list. */
static bool
take_scram(struct login *l, const struct msg_auth_start *m)
{
	bool have = m->binding_name.len > 0;
	struct scram_first f;

	/* nobody may act for somebody else */
	if (!scram_first_parse(m->initial, &f) || (f.authorize.len > 0 &&
	    !str_eq(f.authorize, f.user)) || !scram_name(f.user, &l->user))
		return false;
	if (l->mech == AUTH_SCRAM_PLUS ? f.flag != 'p' || !have ||
	    !str_eq(f.binding, m->binding_name) :
	    f.flag == 'p' || (f.flag == 'y' && have))
		return false;
	buf_add(&l->binding, f.gs2);
	if (f.flag == 'p')
		buf_add(&l->binding, m->binding);
	if (f.nonce.len > SCRAM_NONCE_MAX)
		return false;
	memcpy(l->nonce, f.nonce.ptr, f.nonce.len);
	l->nonce_len = f.nonce.len;
	return !l->binding.failed;
}

static bool
take_plain(struct login *l, const struct msg_auth_start *m)
{
	struct sasl_plain p;

	if (!sasl_plain_parse(m->initial, &p))
		return false;
	/* nobody may act for somebody else */
	if (p.authorize.len > 0 && !str_eq(p.authorize, p.user))
		return false;
	buf_add(&l->user, p.user);
	return !l->user.failed;
}

static void
ask_store(struct role *r, struct login *l)
{
	struct msg_store_login m = { l->id, buf_str(&l->user) };

	l->state = LOGIN_AT_STORE;
	if (!serve_send(r, serve_edge(r, ROLE_STORE, 0), msg_store,
	    STORE_TYPES, STORE_LOGIN, &m, NULL, 0))
		fail(r, l, VERDICT_LATER);
}

bool
login_start(struct role *r, struct peer *p, struct msg_auth_start *m)
{
	struct login *l;
	int64_t wait;

	if (m->mech >= AUTH_MECHS)
		return false;
	if (login_of(p) != NULL)
		login_end(login_of(p));
	l = login_new(p);
	if (l == NULL) {
		refuse(r, p, VERDICT_LATER);
		return true;
	}
	l->mech = (enum auth_mech)m->mech;
	buf_add(&l->secret, m->initial);
	if (l->secret.failed || !(l->mech == AUTH_PLAIN ? take_plain(l, m) :
	    take_scram(l, m))) {
		fail(r, l, VERDICT_NO);
		return true;
	}
	wait = throttle_wait_ms(p->addr, buf_str(&l->user), clock_ms());
	if (wait > WAIT_MAX_MS)
		fail(r, l, VERDICT_LATER);
	else if (wait > 0)
		l->due_ms = clock_ms() + wait;
	else
		ask_store(r, l);
	return true;
}

void
login_due(struct role *r)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < high; i++)
		if (logins[i].state == LOGIN_WAITS && logins[i].due_ms <= now)
			ask_store(r, &logins[i]);
}

bool
login_waiting(void)
{
	for (size_t i = 0; i < high; i++)
		if (logins[i].state == LOGIN_WAITS)
			return true;
	return false;
}

/* What whose child is bound to; and how it is told. */
struct binding {
	enum bind_kind kind;
	enum msg_auth type;
	size_t fds;
};

static struct binding
binding_of(const struct login *l)
{
	switch (l->child->from) {
	case ROLE_SUBMIT:
		return (struct binding){ BIND_SENDER, AUTH_SENDER, 1 };
	case ROLE_HTTPD:
		return (struct binding){ BIND_WEB, AUTH_WEB, 4 };
	default:
		return (struct binding){ BIND_SESSION, AUTH_OK, 2 };
	}
}

static void
bind_now(struct role *r, struct login *l)
{
	struct msg_store_bind m = { l->id, l->account, binding_of(l).kind,
	    { l->device, l->device_len } };

	throttle_right(l->child->addr, buf_str(&l->user), clock_ms());
	l->state = LOGIN_BINDS;
	if (!serve_send(r, serve_edge(r, ROLE_STORE, 0), msg_store,
	    STORE_TYPES, STORE_BIND, &m, NULL, 0))
		fail(r, l, VERDICT_LATER);
}

static void
challenge(struct role *r, struct login *l)
{
	struct msg_auth_data m;
	char chance[NONCE];

	crypt_random(chance, sizeof(chance));
	l->nonce_len += base64_encode(l->nonce + l->nonce_len,
	    (struct str){ chance, sizeof(chance) });
	scram_server_first(&l->server_first,
	    (struct str){ l->nonce, l->nonce_len }, buf_str(&l->salt),
	    l->iterations);
	m.data = buf_str(&l->server_first);
	l->state = LOGIN_PROOF;
	serve_send(r, l->child, msg_auth, AUTH_TYPES, AUTH_CHALLENGE, &m, NULL,
	    0);
}

/* A user who does not exist has a salt as well, always the same one, however
 * the name is written. */
static void
pretend(struct login *l, struct str name)
{
	unsigned char salt[CRYPT_HASH];

	crypt_hmac(salt, (struct str){ (char *)fake, sizeof(fake) }, name);
	l->exists = false;
	l->iterations = CRYPT_ITERATIONS;
	buf_add_mem(&l->salt, salt, 16);
	crypt_random(&l->verifier, sizeof(l->verifier));
}

/* The one form of a name is ADDRESS/DEVICE. */
static void
keep_device(struct login *l, struct str name)
{
	const char *slash = memrchr(name.ptr, '/', name.len);
	size_t n = slash == NULL ? 0 :
	    (size_t)(name.ptr + name.len - slash) - 1;

	l->device_len = n > sizeof(l->device) ? 0 : n;
	if (l->device_len > 0)
		memcpy(l->device, slash + 1, n);
}

void
login_verifier(struct role *r, const struct msg_store_login_is *m)
{
	struct login *l = by_id(m->id);

	if (l == NULL || l->state != LOGIN_AT_STORE)
		return;
	if (m->verdict == VERDICT_LATER) {
		fail(r, l, VERDICT_LATER);
		return;
	}
	if (m->verdict == VERDICT_YES && m->stored_key.len == CRYPT_HASH &&
	    m->server_key.len == CRYPT_HASH && m->iterations > 0) {
		l->exists = true;
		l->account = m->account;
		keep_device(l, m->name);
		l->iterations = m->iterations;
		buf_add(&l->salt, m->salt);
		memcpy(l->verifier.stored_key, m->stored_key.ptr, CRYPT_HASH);
		memcpy(l->verifier.server_key, m->server_key.ptr, CRYPT_HASH);
	} else {
		pretend(l, m->name);
	}
	if (l->mech != AUTH_PLAIN) {
		challenge(r, l);
	} else if (hashing == HASHES_MAX) {
		fail(r, l, VERDICT_LATER);
	} else {
		l->state = LOGIN_HASHES;
		hashing++;
	}
}

/* The one that has waited longest; others are answered in between. */
bool
login_hash(struct role *r)
{
	struct login *first = NULL;

	for (size_t i = 0; hashing > 0 && i < high; i++)
		if (logins[i].state == LOGIN_HASHES &&
		    (first == NULL || logins[i].id < first->id))
			first = &logins[i];
	if (first == NULL)
		return false;
	first->state = LOGIN_PROOF;
	hashing--;
	if (proof_plain(first))
		bind_now(r, first);
	else
		fail(r, first, VERDICT_NO);
	return hashing > 0;
}

void
login_response(struct role *r, struct login *l, struct str data)
{
	if (proof_scram(l, data))
		bind_now(r, l);
	else
		fail(r, l, VERDICT_NO);
}

void
login_bound(struct role *r, uint64_t id, struct chan_msg *in, bool ok)
{
	struct login *l = by_id(id);
	struct msg_auth_ok m;
	struct binding to;

	if (l == NULL || l->state != LOGIN_BINDS)
		return;		/* its child is gone; so are the channels */
	to = binding_of(l);
	if (!ok || in->nfds != to.fds) {
		fail(r, l, VERDICT_LATER);
		return;
	}
	m.data = buf_str(&l->final);
	m.user = buf_str(&l->user);
	m.account = l->account;
	log_event("login", "mech=%u account=%u", l->mech,
	    (unsigned)l->account);
	serve_send(r, l->child, msg_auth, AUTH_TYPES, to.type, &m, in->fds,
	    in->nfds);
	login_end(l);
}

void
login_store_gone(struct role *r)
{
	for (size_t i = 0; i < high; i++)
		if (logins[i].state == LOGIN_AT_STORE ||
		    logins[i].state == LOGIN_BINDS)
			fail(r, &logins[i], VERDICT_LATER);
}
