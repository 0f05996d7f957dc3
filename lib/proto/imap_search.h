/*
 * imap_search.h - SEARCH, made into a tree of keys.
 *
 * Pure.  RFC 3501, 6.4.4; RFC 4731 (RETURN); RFC 5182 ($); RFC 7162 (MODSEQ).
 * The tree lives in the arena, its strings there or in args.  Whether a
 * message matches is decided elsewhere, key by key: what a key needs to know
 * of it is imap_key_needs.
 */
#ifndef PROTO_IMAP_SEARCH_H
#define PROTO_IMAP_SEARCH_H

#include "proto/imap_date.h"
#include "proto/imap_set.h"

enum { IMAP_KEYS_MAX = 1024, IMAP_KEY_DEPTH_MAX = 64 };

enum imap_key_is {
	KEY_ALL, KEY_RECENT,
	KEY_SEQ, KEY_UID,
	KEY_FLAG, KEY_KEYWORD, KEY_MODSEQ,
	KEY_DATE, KEY_LARGER, KEY_SMALLER,
	KEY_SENT, KEY_HEADER,
	KEY_BODY, KEY_TEXT,
	KEY_AND, KEY_OR,
	KEY_KINDS,
};

/* In this order each is dearer than the last. */
enum imap_needs { NEEDS_INDEX, NEEDS_META, NEEDS_HEAD, NEEDS_BODY };

enum imap_when { WHEN_BEFORE, WHEN_ON, WHEN_SINCE };

struct imap_key {
	enum imap_key_is is;
	bool not;			/* the opposite is meant */
	size_t id;			/* from 0, of all keys */
	struct imap_key *child, *next;	/* KEY_AND, KEY_OR: of any number */
	struct imap_set set;		/* KEY_SEQ, KEY_UID */
	unsigned flag;			/* KEY_FLAG: a bit, see imap_args.h;
					   KEY_RECENT: not with this one */
	enum imap_when when;		/* KEY_DATE, KEY_SENT */
	struct imap_date date;
	uint64_t number;		/* KEY_LARGER, KEY_SMALLER, MODSEQ */
	struct str name;		/* of a header field, a keyword */
	struct str text;
};

enum {
	SEARCH_MIN = 1, SEARCH_MAX = 2, SEARCH_EACH = 4, SEARCH_COUNT = 8,
	SEARCH_SAVE = 16,
};

struct imap_search {
	bool extended;			/* RETURN: answer by ESEARCH */
	unsigned want;			/* set of SEARCH_… */
	struct str charset;		/* as sent; empty: none */
	struct imap_key *root;
	size_t keys;
	bool modseq;			/* one of them is MODSEQ */
};

bool imap_search_parse(struct str args, struct arena *, struct imap_search *);

enum imap_needs imap_key_needs(enum imap_key_is);

#endif
