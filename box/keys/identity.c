/*
 * identity.c - the key that says which of the others are the box's.
 *
 * It signs one kind of text, which is written here: nobody asks for a
 * signature.  The last document is kept; a start that finds the same keys hands
 * it out again, so that its serial counts changes, not starts.
 */

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "base/ascii.h"
#include "keys.h"
#include "proto/pli_identity.h"

_Static_assert((int)PLI_SIGNATURE == (int)crypto_sign_BYTES, "Ed25519");
_Static_assert((int)PLI_IDENTITY_MAX == (int)IDENTITY_MAX, "one limit");

static bool
fail(struct buf *why, const char *path, const char *what)
{
	buf_add_c(why, path);
	buf_add_c(why, ": ");
	buf_add_c(why, what);
	return false;
}

/* RFC 6698's 1 1: SHA-256 of the SubjectPublicKeyInfo. */
static bool
spki_hash(EVP_PKEY *key, unsigned char out[PLI_KEY])
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	bool ok = n > 0 && EVP_Digest(der, (size_t)n, out, NULL, EVP_sha256(),
	    NULL) == 1;

	OPENSSL_free(der);
	return ok;
}

/* mail-next.key, if it is there. */
static bool
take_next(struct pli_identity *d, const char *dir, struct buf *why)
{
	char path[KEYS_PATH_MAX];
	EVP_PKEY *key;

	snprintf(path, sizeof(path), "%s/mail-next.key", dir);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return true;
	key = pair_read_key(path, why);
	d->has_next = key != NULL && spki_hash(key, d->tls_next);
	EVP_PKEY_free(key);
	return d->has_next || why->len > 0 ? d->has_next :
	    fail(why, path, "cannot be hashed");
}

/* Do they say the same but for serial and time? */
static bool
same(const struct pli_identity *a, const struct pli_identity *b)
{
	return str_eq(a->host, b->host) &&
	    memcmp(a->key, b->key, PLI_KEY) == 0 &&
	    memcmp(a->tls, b->tls, PLI_KEY) == 0 &&
	    a->has_next == b->has_next &&
	    memcmp(a->tls_next, b->tls_next, PLI_KEY) == 0 &&
	    a->seals == b->seals &&
	    memcmp(a->seal, b->seal, a->seals * PLI_KEY) == 0;
}

/* The last document, if it is one and ours. */
static bool
read_last(const struct keys *k, const char *path, struct buf *text,
    struct pli_identity *last)
{
	return disk_read(path, text) &&
	    pli_identity_parse(buf_str(text), last) &&
	    memcmp(last->key, k->identity_public, PLI_KEY) == 0 &&
	    crypto_sign_verify_detached(last->signature,
	    (const unsigned char *)last->text.ptr, last->text.len,
	    k->identity_public) == 0;
}

static void
write_signed(struct keys *k, const struct pli_identity *d)
{
	unsigned char signature[PLI_SIGNATURE];

	buf_clear(&k->document);
	pli_identity_put(&k->document, d);
	crypto_sign_detached(signature, NULL,
	    (const unsigned char *)k->document.ptr, k->document.len,
	    k->identity);
	pli_identity_put_signature(&k->document, signature);
}

static bool
make(struct keys *k, struct pli_identity *d, const char *dir,
    struct buf *why)
{
	struct pli_identity last = { .serial = 0 };
	char path[KEYS_PATH_MAX];
	struct buf text;
	bool ok = true;

	snprintf(path, sizeof(path), "%s/identity.txt", dir);
	buf_init(&text, KEYS_FILE_MAX + 1);
	buf_init(&k->document, PLI_IDENTITY_MAX);
	if (read_last(k, path, &text, &last) && same(&last, d)) {
		buf_add(&k->document, buf_str(&text));
	} else {
		d->serial = last.serial + 1;
		d->time = (uint64_t)time(NULL);
		/* without the file a serial must not begin anew */
		if (last.serial == 0 && d->time > d->serial)
			d->serial = d->time;
		write_signed(k, d);
		ok = !k->document.failed && pli_identity_parse(
		    buf_str(&k->document), &last) ? disk_write(dir,
		    "identity.txt", buf_str(&k->document)) ||
		    fail(why, path, strerror(errno)) :
		    fail(why, path, "cannot be written of this host");
	}
	buf_free(&text);
	return ok;
}

bool
identity_load(struct keys *k, const struct conf *conf, const char *dir,
    struct buf *why)
{
	struct pli_identity d = { .seals = 1 };
	char host[PLI_HOST_MAX];

	if (conf->host.len > sizeof(host))
		return fail(why, "host", "too long");
	for (size_t i = 0; i < conf->host.len; i++)
		host[i] = ascii_lower(conf->host.ptr[i]);
	d.host = (struct str){ host, conf->host.len };
	memcpy(d.key, k->identity_public, PLI_KEY);
	memcpy(d.seal[0], k->seal_public, PLI_KEY);
	if (!spki_hash(k->pair[KEYS_MAIL].key, d.tls))
		return fail(why, "identity", "a key cannot be hashed");
	return take_next(&d, dir, why) && make(k, &d, dir, why);
}
