/*
 * unseal.h - a stored message, and what was encrypted in it, become the
 * message that its owner reads.
 *
 * Pure.  RFC 3156, RFC 9788 (and protected-headers="v1").
 *
 * What comes out begins with one field "Pli-Status:", the caller's, which says
 * what is known of the message's protection.  No other field whose name begins
 * with "Pli-" is in its header: what a sender writes cannot pass for ours.
 *
 *	stored			what comes out after Pli-Status
 *	sealed by our box	the original message, Return-Path and Received
 *				of the box before it
 *	put there by a device	the original message: what the box seals with,
 *	of the owner's		pli uses for this, too (mail/protect.h)
 *	encrypted by its	fields of the payload's header, if it protects
 *	sender			fields, and those of the outer header that it
 *				has not (by RFC 9788 none of those by which an
 *				answer goes); else the outer header with the
 *				payload's Content-… fields; and its body.  The
 *				payload is the entity, or what of it is signed
 *				apart (RFC 3156, 6.1)
 *	not encrypted		as it is
 */
#ifndef MAIL_UNSEAL_H
#define MAIL_UNSEAL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/* Appends what is to be decrypted: the content of the second part, as armoured
 * or binary as it is.  false: this is no multipart/encrypted of OpenPGP, or
 * there was no room. */
bool unseal_payload(struct str stored, struct arena *, struct buf *out);

enum unseal_kind { UNSEAL_SEALED, UNSEAL_ENCRYPTED, UNSEAL_CLEAR };

struct unseal {
	enum unseal_kind kind;
	struct str stored;
	struct str entity;	/* decrypted; of UNSEAL_CLEAR nothing */
	struct str status;	/* the value of Pli-Status: one line, no CRLF */
};

/* The payload of what its sender encrypted; the tree is the arena's. */
struct str unseal_inner(struct str entity, struct arena *);

/* Is it an original message that was made ready by mail/protect.h?  Whoever
 * did that. */
bool unseal_is_ours(struct str entity);

/* Appends the whole message.  false: no room, or UNSEAL_SEALED of an entity
 * that is none of ours. */
bool unseal_message(const struct unseal *, struct buf *out);

#endif
