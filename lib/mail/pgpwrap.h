/*
 * pgpwrap.h - the octets around an OpenPGP message: RFC 3156, 4.
 *
 *	the caller's fields
 *	pgpwrap_fields		MIME-Version, Content-Type, the empty line
 *	pgpwrap_before		the first part, the second one's header
 *	-----BEGIN PGP MESSAGE-----
 *	…
 *	-----END PGP MESSAGE-----
 *	pgpwrap_after		the end of the multipart
 *
 * Pure.
 */
#ifndef MAIL_PGPWRAP_H
#define MAIL_PGPWRAP_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

extern const struct str pgpwrap_fields, pgpwrap_before, pgpwrap_after;

/* Appends the whole: fields are whole lines, armoured is a message from BEGIN
 * to END, whatever its line ends.  false: no room. */
bool pgpwrap_put(struct buf *, struct str fields, struct str armoured);

#endif
