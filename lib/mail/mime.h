/*
 * mime.h - the parts of a message and exactly where they are.
 *
 * Pure.  RFC 2045, 2046.  Nothing is copied or decoded: ranges point into the
 * message, the tree itself lives in the arena.  One pass, in linear time.
 *
 * A line is a boundary only if it is "--", the whole boundary, perhaps "--",
 * perhaps blanks.  A boundary of an outer multipart ends all inner ones.  The
 * line end before a boundary belongs to the boundary.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "mail/param.h"

enum {
	MIME_DEPTH_MAX = 100,	/* deeper parts are leaves */
	MIME_PARTS_MAX = 2000,	/* more are text of the last one */
	MIME_BOUNDARY_MAX = 256,	/* a longer one is none */
};

enum mime_kind {
	MIME_LEAF,
	MIME_MULTIPART,		/* children: any number, also none (no boundary
				   parameter, or none in the text) */
	MIME_MESSAGE,		/* message/rfc822, /global: one child, whose
				   header and body are its body; encoded
				   ones are leaves */
};

struct mime_part {
	struct mime_part *parent, *child, *next;
	size_t children;
	unsigned depth;		/* 0: the root */
	enum mime_kind kind;
	struct str header;	/* with its empty line */
	struct str body;	/* of a multipart: preamble to epilogue */
	size_t lines;		/* line ends in the body */
	size_t header_lines;
	/* Content-Type: never empty, the default where there is none; the
	 * parameters as sent (param_get joins RFC 2231 sections). */
	struct param_field type;
	bool type_implied;	/* there was no usable Content-Type */
	struct str encoding;	/* Content-Transfer-Encoding; may be empty */
	/* of a multipart */
	struct str preamble, epilogue;
	bool closed;		/* its last boundary is there */
	size_t first_line;	/* mime.c's own */
	struct mime_part *last;
};

struct mime {
	struct mime_part *root;
	size_t parts;
	bool limited;		/* some limit was met */
};

/* false: the arena is full.  A part takes some 250 octets and 40 for each of
 * its parameters. */
bool mime_parse(struct mime *, struct str message, struct arena *);

bool mime_is(const struct mime_part *, struct str type, struct str subtype);

/* The n-th child from 1, or NULL. */
struct mime_part *mime_child(const struct mime_part *, size_t n);

#endif
