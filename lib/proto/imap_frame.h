/*
 * imap_frame.h - where a command ends, with the literals in it.
 *
 * Pure.  RFC 3501, 2.2.1 and 4.3; RFC 7888 (LITERAL+).  The caller keeps the
 * bytes of the command from its first octet on and calls imap_frame_next when
 * there are more.  A literal is announced before it arrives, so that the
 * caller refuses it before it costs memory:
 *
 *	imap_frame_begin(&f);
 *	switch (imap_frame_next(&f, in, &n)) {
 *	FRAME_MORE	read more
 *	FRAME_LITERAL	n octets follow, f.plus: without asking; f.at octets of
 *			`in` are the text so far.  imap_frame_accept(&f, n)
 *	FRAME_DONE	the first n octets are the command, with its CRLF
 *	FRAME_BARE	the first n octets end in LF without CR: no command
 *	}
 */
#ifndef PROTO_IMAP_FRAME_H
#define PROTO_IMAP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum imap_frame_is { FRAME_MORE, FRAME_LITERAL, FRAME_DONE, FRAME_BARE };

struct imap_frame {
	size_t from;		/* the present line begins here */
	size_t at;		/* everything before has been looked at */
	bool plus;
};

void imap_frame_begin(struct imap_frame *);

enum imap_frame_is imap_frame_next(struct imap_frame *, struct str in,
    uint64_t *n);

/* The literal's octets are data.  at + n must not overflow. */
void imap_frame_accept(struct imap_frame *, size_t n);

#endif
