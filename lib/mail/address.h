/*
 * address.h - the mailboxes and groups of From, To, Cc and their kin.
 *
 * Pure, nothing is copied.  RFC 5322, 3.4 and 4.4; RFC 6532 (UTF-8); RFC 6854.
 * Reading never fails: what is no address comes back as a name without one.
 * Whether an address is correct is mail/addr_spec.h.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum { ADDRESSES_MAX = 20000 };	/* of one list; the rest is dropped */

enum address_kind { ADDRESS_MAILBOX, ADDRESS_GROUP, ADDRESS_GROUP_END };

/* All raw: see address_put_. */
struct address {
	enum address_kind kind;
	struct str name;	/* of the mailbox or the group; may be empty */
	bool is_comment;	/* the name stood in parentheses */
	struct str route;	/* "@a,@b", obsolete */
	struct str local;	/* before the "@", or all if there is none */
	struct str domain;	/* empty: there is none */
};

struct address_list {
	struct str rest;
	bool in_group;
	size_t given;
};

/* value: a field's, raw (header_field.value). */
void address_begin(struct address_list *, struct str value);
bool address_next(struct address_list *, struct address *);

/* Append the part as it is meant: quotes, escapes, folds and comments gone;
 * between the words of a name one blank.  RFC 2047 words stay as they are
 * (codec/word2047.h). */
void address_put_name(struct buf *, const struct address *);
void address_put_route(struct buf *, const struct address *);
void address_put_local(struct buf *, const struct address *);
void address_put_domain(struct buf *, const struct address *);

/* local@domain as a path has it (RFC 5321, 4.1.2): the local part in quotes
 * where it needs them.  Without a domain there is no "@" either. */
void address_put_path(struct buf *, const struct address *);

#endif
