/*
 * bodies.h - which parts of a message are its text, and which are attached.
 *
 * Pure.  RFC 8621, section 4.1.4: textBody, htmlBody and attachments are the
 * lists that the RFC's algorithm makes.  A part may be in both of the first
 * two.  Only leaves are listed, and message/rfc822 parts as a whole.
 */
#ifndef MAIL_BODIES_H
#define MAIL_BODIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/mime.h"

struct bodies_list {
	const struct mime_part *part[MIME_PARTS_MAX];
	size_t n;
};

struct bodies {
	struct bodies_list text, html, attached;
};

/* Large: not for a stack.  The arena holds a field while it is looked at. */
void bodies_find(struct bodies *, const struct mime_part *root,
    struct arena *);

/* Content-Disposition is "attachment". */
bool bodies_is_attached(const struct mime_part *, struct arena *);

/* Has a whole message anything that one would save?  What is shown in its
 * place does not count, nor what is found no room for. */
bool bodies_has_attached(struct str message, struct arena *);

/* The file name of a part, decoded (RFC 2231, RFC 2047), as sent otherwise:
 * bodies_safe_name before it is shown.  Empty: it has none. */
struct str bodies_name(const struct mime_part *, struct arena *);

/* Appends a name that can be shown and saved: no path, no control or direction
 * characters, nothing that a system reserves; "attachment" when nothing is
 * left. */
void bodies_safe_name(struct str name, struct buf *out);

/* The content decoded: base64, quoted-printable or as it is.  Appends. */
void bodies_decode(const struct mime_part *, struct buf *out);

/* Content-ID without its brackets; empty: none. */
struct str bodies_cid(const struct mime_part *, struct arena *);

#endif
