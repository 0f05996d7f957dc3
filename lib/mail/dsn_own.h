/*
 * dsn_own.h - what this box says itself of a letter, in French.
 *
 * Pure.  Such sentences are made in English, where they come about (box/send,
 * smtp_client, the store), and kept like the replies of other servers.
 */
#ifndef MAIL_DSN_OWN_H
#define MAIL_DSN_OWN_H

#include "base/buf.h"
#include "base/str.h"

/* English that is not known stays as it is. */
void dsn_own_french(struct buf *, struct str english);

#endif
