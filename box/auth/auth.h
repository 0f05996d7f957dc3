/*
 * auth.h - what the files of auth share.
 *
 * A login is asked for by a child of imapd or submit, one at a time.  It may
 * have to wait its turn (throttle.c), then for the store's verifier, for its
 * password to be hashed (PLAIN) or for the client's proof (SCRAM), and for the
 * store's channels.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <string.h>

#include "base/ascii.h"
#include "base/verdict.h"
#include "base/wipe.h"
#include "ipc/msg_auth.h"
#include "ipc/msg_store.h"
#include "os/crypt.h"
#include "os/log.h"
#include "proto/scram.h"
#include "role/serve.h"

enum {
	LOGINS_MAX = 2048,	/* under way; past it: later */
	NONCE = 18,		/* octets of chance in a nonce */
	NONCE_TEXT = SCRAM_NONCE_MAX + 24 + 1,
	WAIT_MAX_MS = 10000,	/* longer than that: come back later */
	HASHES_MAX = 64,	/* passwords waiting to be hashed, 3 ms each */
};

enum login_state {
	LOGIN_FREE, LOGIN_WAITS, LOGIN_AT_STORE, LOGIN_HASHES, LOGIN_PROOF,
	LOGIN_BINDS,
};

struct login {
	enum login_state state;
	uint64_t id;
	struct peer *child;
	enum auth_mech mech;
	int64_t due_ms;			/* LOGIN_WAITS */
	struct buf secret;		/* the client's first message */
	struct buf user;		/* as the client wrote it */
	struct buf binding;		/* what c= must say, not encoded */
	struct buf server_first;
	bool exists;
	uint64_t account;
	char device[DEVICE_MAX];	/* whose credential it is */
	size_t device_len;
	uint32_t iterations;
	struct buf salt;
	struct crypt_verifier verifier;
	char nonce[NONCE_TEXT];
	size_t nonce_len;
	struct buf final;		/* SCRAM's server-final */
};

/* login.c */
void login_init(void);
bool login_start(struct role *, struct peer *, struct msg_auth_start *);
void login_response(struct role *, struct login *, struct str data);
void login_verifier(struct role *, const struct msg_store_login_is *);
void login_bound(struct role *, uint64_t id, struct chan_msg *, bool ok);
void login_end(struct login *);
struct login *login_of(const struct peer *);
void login_store_gone(struct role *);
void login_due(struct role *);		/* those whose turn has come */
bool login_waiting(void);		/* is anybody's still to come? */
bool login_hash(struct role *);		/* one password; true: more wait */

/* pair.c */
bool pair_start(struct role *, struct peer *, const struct msg_auth_pair *,
    struct chan_msg *);
void pair_answer(struct role *, const struct msg_store_pair_is *);
bool pair_checked(struct role *, struct chan_msg *);
void pair_gone(struct role *, const struct peer *);
void pair_due(struct role *);
bool pair_waiting(void);

/* proof.c: does the client know the password? */
bool proof_plain(struct login *);
bool proof_scram(struct login *, struct str client_final);

/*
 * throttle.c: wrong passwords cost time, per network and per account.  Nobody
 * is ever locked out: an attempt waits its turn, and the right password from a
 * network that made no mistakes never waits longer than a little.
 */
void throttle_init(void);
int64_t throttle_wait_ms(const char *addr, struct str user, int64_t now);
void throttle_wrong(const char *addr, struct str user, int64_t now);
void throttle_right(const char *addr, struct str user, int64_t now);

#endif
