/*
 * recipients.h - whom a header is addressed to.
 *
 * Pure, nothing is copied.  The mailboxes of To, Cc and Bcc (RFC 5322, 3.6.3),
 * those of groups too, in the order in which they stand there.  One that stands
 * there twice comes twice.
 */
#ifndef MAIL_RECIPIENTS_H
#define MAIL_RECIPIENTS_H

#include "mail/address.h"
#include "mail/header.h"

struct recipients {
	struct header header;
	struct address_list list;
};

void recipients_begin(struct recipients *, struct str header);
bool recipients_next(struct recipients *, struct address *);

#endif
