/*
 * imap_utf7.h - mailbox names: modified UTF-7 outside, UTF-8 inside.
 *
 * Pure.  RFC 3501, 5.1.3.
 */
#ifndef PROTO_IMAP_UTF7_H
#define PROTO_IMAP_UTF7_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* Append as UTF-8; false: not one that the RFC permits (8-bit octets, control
 * characters, broken or needless base64, lone surrogates). */
bool imap_utf7_decode(struct buf *, struct str name);

/* Append as modified UTF-7.  Octets that are no UTF-8 become U+FFFD. */
void imap_utf7_encode(struct buf *, struct str utf8);

#endif
