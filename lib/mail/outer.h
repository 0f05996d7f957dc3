/*
 * outer.h - is this a block of header fields that may stay outside?
 *
 * Pure.  Whole lines that end in CRLF, none of them blank; fields From, To,
 * Cc, Date, Message-ID, In-Reply-To, References, and "Subject: [...]"; no NUL,
 * no CR or LF elsewhere.  mail/protect.h makes such blocks; seal looks whether
 * it was given one, since whoever made it talks to strangers.
 */
#ifndef MAIL_OUTER_H
#define MAIL_OUTER_H

#include <stdbool.h>

#include "base/str.h"

bool outer_is_sound(struct str block);

#endif
