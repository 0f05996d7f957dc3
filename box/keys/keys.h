/*
 * keys.h - the process that holds the private keys, and hands out none.
 *
 * Files are read, and on the first start made, before the sandbox is entered;
 * after that there are none.  In the folder of its own:
 *
 *	mx.key mx.pem		port 25, unless cert file says otherwise
 *	mail.key mail.pem	everything else, likewise
 *	seal.key		an Ed25519 seed, 64 hex digits
 *	identity.key		another: it signs the list of all these
 *	identity.txt		that list (proto/pli_identity.h)
 *	mail-next.key		if it is there: what mail.key will be
 *	dkim/DOMAIN/pe1.key	what its mail is signed with: Ed25519,
 *	dkim/DOMAIN/pr1.key	RSA of 2048 bits; the names are the selectors
 *
 * The certificates that plid makes are self-signed, for P-256 keys, ten years:
 * what vouches for such a key is its fingerprint, which a client keeps or the
 * zone publishes (TLSA), so that its end serves nobody.  A certificate is made
 * anew, for the same key, when the name in plid.conf changes or it is about to
 * end.
 *
 * Private keys live in OpenSSL's and libsodium's locked memory; the kernel
 * wipes it when the process ends, however that ends.
 */
#ifndef KEYS_KEYS_H
#define KEYS_KEYS_H

#include <openssl/evp.h>

#include "base/buf.h"
#include "base/conf.h"
#include "ipc/msg_keys.h"

enum { KEYS_FILE_MAX = CHAIN_MAX, KEYS_PATH_MAX = 1024 };

struct keys_pair {
	EVP_PKEY *key;
	struct buf chain;		/* PEM, as it is handed out */
};

struct keys_dkim {
	char domain[DOMAIN_OCTETS_MAX];	/* lower case */
	size_t len;
	EVP_PKEY *key[DKIM_ALGORITHMS];	/* NULL: not made yet */
};

struct keys {
	struct keys_pair pair[KEYS_SERVICES];
	unsigned char *seal;		/* libsodium's secret key, locked */
	unsigned char seal_public[32];
	unsigned char *identity;	/* likewise */
	unsigned char identity_public[32];
	struct buf document;		/* what it has signed */
	unsigned char *boot;		/* likewise */
	unsigned char boot_id[BOOT_ID];	/* which one it is */
	struct keys_dkim dkim[CONF_DOMAINS_MAX];
	size_t dkims;
};

/* All that conf and the folder say, made where it is missing.  false, and a
 * sentence in *why that says which file and what to do. */
bool keys_load(struct keys *, const struct conf *, const char *dir,
    struct buf *why);

/* pair.c: a chain and its key from two files, checked. */
bool pair_load(struct keys_pair *, const char *chain, const char *key,
    struct buf *why);
void pair_free(struct keys_pair *);
EVP_PKEY *pair_read_key(const char *path, struct buf *why);

/* made.c: the same from DIR/NAME.key and .pem, made when they are not there
 * or no longer fit the host's name. */
bool made_load(struct keys_pair *, const char *dir, const char *name,
    struct str host, struct buf *why);

/* dkim.c: two keys for each domain, made when they are not there. */
bool dkim_load(struct keys *, const struct conf *, const char *dir,
    struct buf *why);
/* false: not a domain of ours, or no such algorithm. */
bool dkim_sign(const struct keys *, uint32_t algorithm, struct str domain,
    struct str content, struct buf *sig);
/* The selector, and what p= of the record is before base64: appended. */
bool dkim_public(const struct keys *, uint32_t algorithm, struct str domain,
    struct str *selector, struct buf *key);

/* identity.c: the signed list of what keys.h's files are, after all are
 * loaded. */
bool identity_load(struct keys *, const struct conf *, const char *dir,
    struct buf *why);

/* disk.c: whole files.  Written 0600, atomically, on the disk when this
 * returns.  errno is set when they fail. */
bool disk_read(const char *path, struct buf *out);
/* From now on disk_read(path) reads this descriptor, which the parent opened:
 * root's files, that this process's uid may not open. */
void disk_given(struct str path, int fd);
bool disk_write(const char *dir, const char *name, struct str);

/* wrap.c: keys of letters, wrapped by the key that dies with the power:
 *
 *	8 octets which one | 24 nonce | 32 key, sealed | 16 tag
 *
 * boot_load takes it from the parent's memfd. */
bool boot_load(struct keys *, int fd, struct buf *why);
bool key_wrap(const struct keys *, struct str key, struct buf *out);
bool key_unwrap(const struct keys *, struct str wrapped, struct buf *out);

/* sign.c */
bool sign_tls(const struct keys_pair *, unsigned scheme, struct str content,
    struct buf *sig);
bool sign_seal(const struct keys *, struct str content, struct buf *sig);

#endif
