/*
 * main.c - keys: signs, never hands out.
 *
 * Who may ask what is the table below; anything else costs the asker its
 * channel.
 */

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/verdict.h"
#include "base/wipe.h"
#include "keys.h"
#include "os/log.h"
#include "role/serve.h"

static struct keys keys;
static struct buf out;		/* a signature */

union message {
	struct msg_child child;
	struct msg_keys_sign sign;
	struct msg_keys_sign_seal seal;
	struct msg_keys_chain_is chain;
	struct msg_keys_signed sig;
	struct msg_keys_seal_public_is public;
	struct msg_keys_key key;
	struct msg_keys_sign_dkim dkim;
	struct msg_keys_dkim_public dkim_public;
	struct msg_keys_dkim_public_is dkim_public_is;
	struct msg_keys_key_is key_is;
	struct msg_keys_boot_is boot_is;
	struct msg_keys_identity identity;
	struct msg_keys_identity_is identity_is;
};

static enum keys_service
service_of(const struct peer *p)
{
	return p->from == ROLE_MXTLS ? KEYS_MX : KEYS_MAIL;
}

static bool
answer(struct role *r, struct peer *p, uint64_t id, bool ok)
{
	struct msg_keys_signed m = { .id = id,
	    .verdict = ok ? VERDICT_YES : VERDICT_NO };

	if (ok)
		m.signature = buf_str(&out);
	serve_send(r, p, msg_keys, KEYS_TYPES, KEYS_SIGNED, &m, NULL, 0);
	return true;
}

static bool
on_chain(struct role *r, struct peer *p, const union message *m)
{
	struct msg_keys_chain_is is = { .verdict = VERDICT_YES,
	    .pem = buf_str(&keys.pair[service_of(p)].chain) };

	(void)m;
	serve_send(r, p, msg_keys, KEYS_TYPES, KEYS_CHAIN_IS, &is, NULL, 0);
	return true;
}

/* Whose children have mail signed, and go on with the channel. */
static bool
sends_mail(const struct peer *p)
{
	return p->from == ROLE_SUBMIT || p->from == ROLE_HTTPD;
}

/* One signature a channel: who takes a child over has spent it. */
static bool
on_sign(struct role *r, struct peer *p, const union message *m)
{
	static char spent;
	bool ok;

	if (p->data != NULL)
		return false;
	p->data = &spent;
	buf_clear(&out);
	ok = sign_tls(&keys.pair[service_of(p)], m->sign.scheme,
	    m->sign.content, &out);
	if (!ok)
		log_event("sign-refused", "from=%s scheme=%04x octets=%zu",
		    role_name(p->from), (unsigned)m->sign.scheme,
		    m->sign.content.len);
	answer(r, p, 0, ok);
	if (!sends_mail(p))
		serve_drop(r, p);
	return true;
}

static bool
on_sign_seal(struct role *r, struct peer *p, const union message *m)
{
	buf_clear(&out);
	return answer(r, p, m->seal.id,
	    sign_seal(&keys, m->seal.content, &out));
}

static bool
on_seal_public(struct role *r, struct peer *p, const union message *m)
{
	struct msg_keys_seal_public_is is = {
	    .key = { (const char *)keys.seal_public,
	    sizeof(keys.seal_public) } };

	(void)m;
	serve_send(r, p, msg_keys, KEYS_TYPES, KEYS_SEAL_PUBLIC_IS, &is, NULL,
	    0);
	return true;
}

static bool
answer_key(struct role *r, struct peer *p, uint64_t id, bool ok)
{
	struct msg_keys_key_is is = { id, ok ? VERDICT_YES : VERDICT_NO,
	    ok ? buf_str(&out) : STR("") };

	serve_send(r, p, msg_keys, KEYS_TYPES, KEYS_KEY_IS, &is, NULL, 0);
	if (out.len > 0)
		wipe(out.ptr, out.len);
	return true;
}

static bool
on_wrap(struct role *r, struct peer *p, const union message *m)
{
	buf_clear(&out);
	return answer_key(r, p, m->key.id, key_wrap(&keys, m->key.key, &out));
}

static bool
on_unwrap(struct role *r, struct peer *p, const union message *m)
{
	buf_clear(&out);
	return answer_key(r, p, m->key.id,
	    key_unwrap(&keys, m->key.key, &out));
}

static bool
on_boot(struct role *r, struct peer *p, const union message *m)
{
	struct msg_keys_boot_is is = { { (const char *)keys.boot_id,
	    sizeof(keys.boot_id) } };

	(void)m;
	serve_send(r, p, msg_keys, KEYS_TYPES, KEYS_BOOT_IS, &is, NULL, 0);
	return true;
}

static bool
on_sign_dkim(struct role *r, struct peer *p, const union message *m)
{
	buf_clear(&out);
	return answer(r, p, m->dkim.id, dkim_sign(&keys, m->dkim.algorithm,
	    m->dkim.domain, m->dkim.content, &out));
}

static bool
on_dkim_public(struct role *r, struct peer *p, const union message *m)
{
	struct msg_keys_dkim_public_is is = { .id = m->dkim_public.id,
	    .verdict = VERDICT_NO };

	buf_clear(&out);
	if (r->conf.no_dkim)
		is.verdict = VERDICT_YES;
	else if (dkim_public(&keys, m->dkim_public.algorithm,
	    m->dkim_public.domain, &is.selector, &out)) {
		is.verdict = VERDICT_YES;
		is.key = buf_str(&out);
	}
	serve_send(r, p, msg_keys, KEYS_TYPES, KEYS_DKIM_PUBLIC_IS, &is, NULL,
	    0);
	return true;
}

/* Only what was signed at the start: who asks has nothing signed. */
static bool
on_identity(struct role *r, struct peer *p, const union message *m)
{
	struct msg_keys_identity_is is = { .id = m->identity.id,
	    .document = buf_str(&keys.document) };

	serve_send(r, p, msg_keys, KEYS_TYPES, KEYS_IDENTITY_IS, &is, NULL,
	    0);
	return true;
}

static const struct {
	enum role_id from;
	bool child;
	int type;
	bool (*take)(struct role *, struct peer *, const union message *);
} may[] = {
	{ ROLE_MXTLS,	false,	KEYS_CHAIN,		on_chain },
	{ ROLE_MXTLS,	true,	KEYS_SIGN,		on_sign },
	{ ROLE_IMAPD,	false,	KEYS_CHAIN,		on_chain },
	{ ROLE_IMAPD,	true,	KEYS_SIGN,		on_sign },
	{ ROLE_HTTPD,	false,	KEYS_CHAIN,		on_chain },
	{ ROLE_HTTPD,	true,	KEYS_SIGN,		on_sign },
	{ ROLE_HTTPD,	false,	KEYS_IDENTITY,		on_identity },
	{ ROLE_HTTPD,	true,	KEYS_SIGN_DKIM,		on_sign_dkim },
	{ ROLE_HTTPD,	true,	KEYS_DKIM_PUBLIC,	on_dkim_public },
	{ ROLE_HTTPD,	true,	KEYS_WRAP,		on_wrap },
	{ ROLE_CONTROL,	false,	KEYS_IDENTITY,		on_identity },
	{ ROLE_SEAL,	false,	KEYS_SIGN_SEAL,		on_sign_seal },
	{ ROLE_SEAL,	false,	KEYS_SEAL_PUBLIC,	on_seal_public },
	{ ROLE_SUBMIT,	false,	KEYS_CHAIN,		on_chain },
	{ ROLE_SUBMIT,	true,	KEYS_SIGN,		on_sign },
	{ ROLE_SUBMIT,	true,	KEYS_SIGN_DKIM,		on_sign_dkim },
	{ ROLE_SUBMIT,	true,	KEYS_DKIM_PUBLIC,	on_dkim_public },
	{ ROLE_CONTROL,	false,	KEYS_DKIM_PUBLIC,	on_dkim_public },
	{ ROLE_SUBMIT,	true,	KEYS_WRAP,		on_wrap },
	{ ROLE_QUEUE,	false,	KEYS_UNWRAP,		on_unwrap },
	{ ROLE_QUEUE,	false,	KEYS_BOOT,		on_boot },
};

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	union message m;
	int type = field_get(msg_keys, KEYS_TYPES, in->wire, &m);

	if (type < 0 || in->nfds != msg_keys[type].fds)
		return false;
	for (size_t i = 0; i < sizeof(may) / sizeof(may[0]); i++)
		if (may[i].from == p->from && may[i].child == p->child &&
		    may[i].type == type)
			return may[i].take(r, p, &m);
	return false;
}

/* keys --check CHAIN KEY: would they do?  For plictl and scripts. */
static int
check(const char *chain, const char *key)
{
	struct keys_pair pair;
	struct buf why;
	bool ok;

	buf_init(&why, WHY_MAX);
	ok = pair_load(&pair, chain, key, &why);
	if (ok)
		pair_free(&pair);
	else
		fprintf(stderr, "%.*s\n", (int)why.len, why.ptr);
	buf_free(&why);
	return ok ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = { .message = on_message };
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS, .files = 8192,
	};
	static const struct rlimit no_core;
	static struct role r;
	struct buf why;

	(void)setrlimit(RLIMIT_CORE, &no_core);
	if (argc == 4 && strcmp(argv[1], "--check") == 0)
		return check(argv[2], argv[3]);
	role_begin(&r, ROLE_KEYS, argc, argv);
	if (r.dir == NULL)
		log_die("role-started-wrong", "work= is missing");
	disk_given(r.conf.chain, r.chain);
	disk_given(r.conf.key, r.key);
	buf_init(&why, WHY_MAX);
	buf_init(&out, SIGNATURE_MAX);
	if (!keys_load(&keys, &r.conf, r.dir, &why))
		log_die("keys-unusable", "why=\"%.*s\"", (int)why.len,
		    why.ptr);
	if (!boot_load(&keys, r.boot, &why))
		log_die("keys-unusable", "why=\"%.*s\"", (int)why.len,
		    why.ptr);
	buf_free(&why);
	if (r.chain >= 0)
		close(r.chain);
	if (r.key >= 0)
		close(r.key);
	role_enter(&r, &sandbox);
	serve_run(&r, &ops);
}
