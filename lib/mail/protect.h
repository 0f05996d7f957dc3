/*
 * protect.h - a message made ready for sealing: what stays outside, and the
 * entity to encrypt.
 *
 * Pure.  RFC 9788 (hp="cipher", HP-Outer), and the older form that
 * Thunderbird and K-9 read (protected-headers="v1").
 *
 * Outside stay From, To, Cc, Date, Message-ID, In-Reply-To and References as
 * they came, and "Subject: [...]".  The entity to encrypt is
 *
 *	Return-Path: <…>		the caller's
 *	Received: …			the caller's
 *	MIME-Version: 1.0		if the original has no usable
 *	Content-Type: text/plain; …	Content-Type
 *	HP-Outer: From: …		one for each field outside
 *	HP-Outer: Subject: [...]
 *	Pli-Edit: 0+16, 210+40
 *	the original message, edited
 *
 * Edits are insertions only.  Each is told in Pli-Edit as offset+length, the
 * offset counted from the octet after the Pli-Edit field in the text as it
 * stands, in ascending order; "none" stands for no edit.  Whoever cuts them
 * out has the original message to the octet (protect_restore).
 *
 * What is inserted:
 *  - after type/subtype of each usable Content-Type the two parameters: so
 *    broken quotes, comments and folds after it do no harm;
 *  - "X-" before an unusable Content-Type, and before the names of fields
 *    HP-Outer and Pli-… and of parameters hp and protected-headers that the
 *    sender wrote: they are not ours and must not pass for it.  A reader
 *    believes the first Pli-Edit of the entity, and Pli-Seal only outside and
 *    signed;
 *  - "X-Mailbox-Line: " before a first line "From …";
 *  - the empty line after the header, where the message has none.
 */
#ifndef MAIL_PROTECT_H
#define MAIL_PROTECT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	PROTECT_OUTER_MAX = 32768,	/* as ipc/msg_seal.h's OUTER_MAX */
	PROTECT_INNER_MAX = 1 << 22,	/* room that inner never passes: limit
					   of the buf, not memory taken */
};

struct protect_in {
	/* As header_end() delimits it: from the first octet of the message to
	 * and with the empty line; the whole message if it has no body.  At
	 * most HEADER_MAX. */
	struct str header;
	/* Whole fields with their CRLF; may be empty. */
	struct str return_path;
	struct str received;
};

/*
 * Append to *outer the fields that stay outside (whole lines, CRLF, no empty
 * line, at most PROTECT_OUTER_MAX: a field that does not fit is only inside),
 * and to *inner all of the entity but the body, which follows as it came.
 * false: out of memory, or a buf at its limit.
 */
bool protect_header(const struct protect_in *, struct buf *outer,
    struct buf *inner);

/*
 * The original message out of the entity: appended to *out.  Of no use for a
 * message that pli did not make: false if there is no Pli-Edit, if it makes
 * no sense, or if *out is full.
 */
bool protect_restore(struct str entity, struct buf *out);

/*
 * Does the header announce multipart/encrypted with the protocol
 * application/pgp-encrypted, and nothing that contradicts it?  Then keep the
 * message as it came and look at its end (mail/pgpmime.h).
 */
bool protect_is_announced(struct str header);

#endif
