/*
 * imap_fetch.h - what FETCH asks for.
 *
 * Pure.  RFC 3501, 6.4.5 and 9; RFC 7162.  Everything lives in the arena or
 * points into args.  mail/section.h finds the octets that a section names.
 */
#ifndef PROTO_IMAP_FETCH_H
#define PROTO_IMAP_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "proto/imap_set.h"

enum {
	IMAP_ITEMS_MAX = 128,		/* of one FETCH */
	IMAP_PART_DEPTH_MAX = 100,	/* numbers of "1.2.3" */
	IMAP_FIELDS_MAX = 1000,		/* names in one HEADER.FIELDS */
};

enum imap_section_text {
	SECTION_ALL,		/* the part itself */
	SECTION_HEADER, SECTION_FIELDS, SECTION_FIELDS_NOT, SECTION_TEXT,
	SECTION_MIME,
};

struct imap_section {
	uint32_t *part;		/* "1.2.3" */
	size_t parts;
	enum imap_section_text text;
	struct str *field;
	size_t fields;
};

enum imap_item_is {
	ITEM_UID, ITEM_FLAGS, ITEM_INTERNALDATE, ITEM_SIZE, ITEM_ENVELOPE,
	ITEM_BODY,		/* the structure, without extensions */
	ITEM_BODYSTRUCTURE,
	ITEM_RFC822, ITEM_RFC822_HEADER, ITEM_RFC822_TEXT,
	ITEM_SECTION,
	ITEM_MODSEQ,		/* RFC 7162 */
};

struct imap_item {
	struct imap_item *next;
	enum imap_item_is is;
	bool peek;		/* does not set \Seen */
	struct imap_section section;	/* of the RFC822 ones as well */
	bool partial;
	uint32_t offset, length;	/* length is not 0 */
};

struct imap_fetch {
	struct imap_set set;
	struct imap_item *items;	/* in the order asked for */
	size_t n;
	bool conditional;		/* RFC 7162, 3.1.4 */
	uint64_t changed_since;
	bool vanished;			/* 3.2.6 */
};

bool imap_fetch_parse(struct str args, struct arena *, struct imap_fetch *);

/* Append the item's name as the answer has it: "BODY[1.TEXT]<0>". */
void imap_item_put(struct buf *, const struct imap_item *);

#endif
