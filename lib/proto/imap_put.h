/*
 * imap_put.h - strings as IMAP's answers have them.
 *
 * Pure.  RFC 3501, 4.3 and 9.
 */
#ifndef PROTO_IMAP_PUT_H
#define PROTO_IMAP_PUT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Quoted if that is allowed (printable ASCII, short), else a literal.  NUL,
 * which has no place in IMAP, becomes 0x80. */
void imap_put_string(struct buf *, struct str);

/* As a string; NIL if it is empty. */
void imap_put_nstring(struct buf *, struct str);

/* An atom if it is one, else a string. */
void imap_put_astring(struct buf *, struct str);

/* A mailbox's name, handed in as UTF-8. */
void imap_put_mailbox(struct buf *, struct str utf8);

/* The same as it is, quoted: RFC 6855, section 3.  No CR, LF or NUL in it. */
void imap_put_utf8(struct buf *, struct str utf8);

/* "4" or "4:7": a range of uids, with both. */
void imap_put_range(struct buf *, uint32_t from, uint32_t to);

/* "{n}CRLF": n octets are to follow. */
void imap_put_literal(struct buf *, uint64_t n);

/* The octets of a literal, NUL replaced. */
void imap_put_octets(struct buf *, struct str);

/* "\Seen \Flagged", by the bits of ipc/msg_session.h. */
void imap_put_system_flags(struct buf *, uint32_t flags);

#endif
