/*
 * status.h - the value of Pli-Status: what is known of a message's protection.
 *
 * Pure.  The field is the first of a message in the mirror; mail/unseal.h sees
 * to it that nobody else can write one.  Facts, no judgement:
 *
 *	value	= kind *("; " key "=" word)
 *	kind	= "sealed"	came in clear, was sealed on arrival: our box
 *				says so, and signed it
 *		| "e2e"		was encrypted by who sent it
 *		| "own"		was put there by a device of its owner's,
 *				which signed it
 *		| "clear"	is stored as it came, in clear
 *		| "locked"	could not be opened, and is as it came
 *	key	= 1*(a-z 0-9)	at most once each
 *	word	= 1*(visible ASCII but ";")
 *
 *	of	key	what
 *	sealed, clear	sig, key, made, of, first, how	as of e2e: it is signed
 *	sealed	t	when, seconds since 1970
 *		with	how it came: esmtps, append, …
 *		…	all else that the box stated (mail/pliseal.h)
 *	e2e	cipher	AES256
 *		sig	good | bad | unknown | none, or another word of
 *			pgp/open.h; of several a good one, else the first;
 *			"other": good, but not by whose the From is
 *		key	fingerprint (sig=good), or number, of the signing key
 *		made	when the signature was made, by its own account
 *		of	the contact whose key that is, and whose the From is
 *			that is shown
 *		first	when that key was first known here
 *		how	it was learnt: file, …
 *		forged	1: it bears a Pli-Seal which is not our box's
 *	own	key	fingerprint of the owner's key
 *		made	as above
 *	locked	why	word of pgp/open.h or ipc/msg_agent.h; "seal": sealed,
 *			but what was in it is not what our box seals
 *
 * What one does not know one passes over.
 */
#ifndef SYNC_STATUS_H
#define SYNC_STATUS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

enum { STATUS_MAX_OCTETS = 3000 };

/* A stamp that mail/pliseal.h took apart.  Items that are no key and word are
 * left out. */
void status_sealed(struct buf *, struct str stamp);

struct status_signature {
	struct str verdict, key_id, fingerprint;
	uint64_t made;
};

/* Whose the From is that is shown, if that is a contact. */
struct status_known {
	struct str address, fingerprint, how;
	uint64_t since;
};

/* Of a kind that says nothing of signatures yet: appends what is known, if
 * there are any. */
bool status_signed(struct buf *, struct str signatures,
    const struct status_known *);

/* signatures: as AGENT_OPENED packs them; without a contact (NULL) none of them
 * is good.  false: they are not so packed. */
bool status_e2e(struct buf *, struct str cipher, struct str signatures,
    bool forged, const struct status_known *);
/* false, and nothing is written: none of the signatures is a good one of the
 * owner's. */
bool status_own(struct buf *, struct str signatures, struct str fingerprint);
void status_clear(struct buf *);
void status_locked(struct buf *, struct str why);

#endif
