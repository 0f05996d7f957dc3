/*
 * msg_admin.h - the operator's verbs, from plictl by control to the store.
 *
 * plictl speaks this on /run/plid/control.sock; control answers what concerns
 * the box (status, reload), asks seal about certificates, and passes the rest
 * to the store with its own ids.  Arguments and rows are packed pairs:
 *
 *	u32 length, key | u32 length, value | …
 *
 *	verb		arguments
 *			rows
 *	user add	name quota sealed(1|0) cert_use cert_raw? cert_fpr
 *			cert_uid cert_algo cert_created cert_expires (when
 *			sealed, from seal's answer) salt iterations stored_key
 *			server_key; or pair_hash: it waits for its device,
 *			which is answered as "user pair" is
 *	user list	-
 *			name sealed quota used messages cert_fpr cert_expires
 *			created
 *	user show	name
 *			as list, and its aliases, devices, certificates
 *	user remove	name
 *	user password	name device salt iterations stored_key server_key
 *	user cert	name cert_*
 *	user quota	name quota
 *	user pair	name pair_hash
 *			name expires
 *	alias add	address target...
 *	alias list	-
 *			address target
 *	alias remove	address target?
 *	contact add	name address how cert_*
 *			address fingerprint uid
 *	contact list	name
 *			address fingerprint how since
 *	contact remove	name address
 *	queue list	-
 *			id recipient state next attempts sender entered octets
 *			status reply host tried facts
 *	queue show	id
 *			as list
 *	queue retry	id (or "all": what waits)
 *	queue hold	id
 *	queue cancel	id
 *	store status	-
 *			key value: accounts, unsealed (names), messages,
 *			octets, version
 *	store check	-
 *			one row a finding
 *
 * Numbers are decimal text; keys and salts binary.  An alias address may be
 * "@domain": the catch-all.  quota is in octets, 0: none.
 *
 * A list does not fit a channel: "user list", "alias list" and "store check"
 * take an argument "after" and answer with ADMIN_ROWS_MAX rows at most; when
 * there are more, the END's why is "more" and its detail what "after" is to be
 * next (verdict yes).
 *
 * Words of END's why, when the verdict is not yes; plictl's table translates
 * them, and shows others as they are:
 *
 *	no-user no-alias no-domain exists alias-exists bad-name bad-address
 *	no-device bad-device device-exists devices-full cert-other wrong-code
 *	no-contact no-letter bad-argument bad-quota sealed unsealed no-verb full
 *	store-away seal-away keys-away parent-away busy reload-refused
 *	and those of pgp/cert.h
 *
 *	identity show	-
 *			document host port: from keys, and of the configuration
 *	dkim show	domain?
 *			domain name type value: a row a record, from keys
 *
 *	agent		-
 *			a channel for msg_agent.h; where there is an agent
 *
 * control itself answers "status" (what the parent says, a row a line with
 * the line's keys, then the rows of "store status") and "reload".
 */
#ifndef IPC_MSG_ADMIN_H
#define IPC_MSG_ADMIN_H

#include "ipc/msg_store.h"

enum { ADMIN_ARGS_MAX = 60000, ADMIN_VERB_MAX = 64, ADMIN_ROWS_MAX = 64 };

enum msg_admin {
	ADMIN_CALL = 1,
	ADMIN_CALL_FILE,	/* + memfd: a certificate */
	ADMIN_ROW,
	ADMIN_END,
	ADMIN_CHANNEL,		/* + a channel to the agent; then END */
	ADMIN_TYPES,
};

struct msg_admin_call {
	uint64_t id;
	struct str verb;	/* "user add" */
	struct str args;
};

struct msg_admin_row {
	uint64_t id;
	struct str row;
};

struct msg_admin_channel {
	uint64_t id;
};

struct msg_admin_end {
	uint64_t id;
	uint32_t verdict;
	struct str why;		/* a word that plictl's table translates */
	struct str detail;	/* what it is about: a name, a number */
};

extern const struct field_msg msg_admin[ADMIN_TYPES];

/* Pairs.  admin_take moves *in on; false at the end or when malformed. */
void admin_put(struct buf *, struct str key, struct str value);
void admin_put_u64(struct buf *, struct str key, uint64_t value);
bool admin_take(struct str *in, struct str *key, struct str *value);

/* The first value of key, or false. */
bool admin_get(struct str pairs, struct str key, struct str *value);

#endif
