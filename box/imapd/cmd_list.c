/*
 * cmd_list.c - LIST and LSUB.  RFC 3501, 6.3.8 and 6.3.9; RFC 5258 (extended),
 * RFC 3348 (\HasChildren), RFC 5819 (STATUS), RFC 6154 (\Sent …).
 *
 * The levels of a name are divided by "/".  A level that is no mailbox itself
 * is listed when a pattern names it.
 *
 * Rows are put in an order in which all that is below a name follows it at
 * once, so that one pass tells levels and children.
 */

#include <stdlib.h>

#include "imapd.h"
#include "listing.h"
#include "proto/imap_boxes.h"
#include "proto/imap_match.h"

struct entry {
	struct box_row row;
	bool matched;		/* by a pattern */
	bool selected;		/* by the options */
};

struct listing {
	struct imap *s;
	struct imap_list args;
	struct buf pattern[IMAP_PATTERNS_MAX];	/* with reference, in UTF-8 */
	bool lsub;
	struct buf rows;	/* of struct entry */
	struct entry *entry;
	size_t n;
	const char *no;
};

enum { ENTRIES_MAX = 16 << 20 };	/* octets */

static bool
is_below(struct str name, struct str above)
{
	return name.len > above.len && name.ptr[above.len] == '/' &&
	    str_eq((struct str){ name.ptr, above.len }, above);
}

static bool
is_matched(const struct listing *l, struct str name)
{
	for (size_t i = 0; i < l->args.patterns; i++)
		if (imap_match(buf_str(&l->pattern[i]), name))
			return true;
	return false;
}

/* INBOX and what is below it. */
static bool
is_inboxs(struct str name)
{
	return is_below(name, STR("INBOX")) || imap_is_inbox(name);
}

/* INBOX first, "/" before everything else. */
static int
compare(const void *a, const void *b)
{
	struct str x = ((const struct entry *)a)->row.name;
	struct str y = ((const struct entry *)b)->row.name;

	if (is_inboxs(x) != is_inboxs(y))
		return is_inboxs(x) ? -1 : 1;
	for (size_t i = 0; i < x.len && i < y.len; i++) {
		unsigned char c = (unsigned char)x.ptr[i];
		unsigned char d = (unsigned char)y.ptr[i];

		if (c != d)
			return c == '/' ? -1 : d == '/' ? 1 : c < d ? -1 : 1;
	}
	return x.len < y.len ? -1 : x.len > y.len;
}

static void
collect(struct listing *l, struct str rows)
{
	struct entry e = { 0 };

	buf_init(&l->rows, ENTRIES_MAX);
	while (listing_next(&rows, &e.row)) {
		/* a name without a mailbox is there for who subscribed */
		if (e.row.id == 0 && !l->args.subscribed)
			continue;
		e.matched = is_matched(l, e.row.name);
		e.selected = (!l->args.subscribed || e.row.subscribed) &&
		    (!l->args.special || e.row.special != SPECIAL_NONE);
		buf_add_mem(&l->rows, &e, sizeof(e));
	}
	l->entry = (struct entry *)(void *)l->rows.ptr;
	l->n = l->rows.len / sizeof(e);
	if (l->n > 0)
		qsort(l->entry, l->n, sizeof(e), compare);
	if (l->rows.failed)
		l->no = reply_unavailable;
}

/* Is there a mailbox below the name?  The entries from `at` on are. */
static bool
has_children(const struct listing *l, struct str name, size_t at)
{
	for (; at < l->n && is_below(l->entry[at].row.name, name); at++)
		if (l->entry[at].row.id != 0)
			return true;
	return false;
}

/* Is something selected below it, that is not going to be told?  RFC 5258,
 * section 3.5. */
static bool
stands_for(const struct listing *l, struct str name, size_t at)
{
	if (!l->args.recursive)
		return false;
	for (; at < l->n && is_below(l->entry[at].row.name, name); at++)
		if (l->entry[at].selected && !l->entry[at].matched)
			return true;
	return false;
}

/* Plain LIST is as clients of RFC 3501 know it. */
static const char *
nonexistent(const struct listing *l)
{
	return l->lsub || !l->args.extended ? "\\Noselect " :
	    "\\NonExistent ";
}

static void
put_attributes(struct listing *l, struct str name, const struct entry *e,
    size_t below)
{
	struct buf *out = &l->s->out;
	bool there = e != NULL && e->row.id != 0;

	if (e != NULL && e->row.subscribed && l->args.say_subscribed)
		buf_add(out, STR("\\Subscribed "));
	if (!there && (!l->lsub || e == NULL))
		buf_add_c(out, nonexistent(l));
	else if (l->lsub && !e->selected)
		buf_add(out, STR("\\Noselect "));
	buf_add_c(out, has_children(l, name, below) ? "\\HasChildren" :
	    "\\HasNoChildren");
	if (!l->lsub && there && listing_use_name(e->row.special)) {
		buf_byte(out, ' ');
		buf_add_c(out, listing_use_name(e->row.special));
	}
}

static void
put(struct listing *l, struct str name, const struct entry *e, size_t below,
    bool stands)
{
	struct buf *out = &l->s->out;

	buf_add_c(out, l->lsub ? "* LSUB (" : "* LIST (");
	put_attributes(l, name, e, below);
	buf_add(out, STR(") \"/\" "));
	listing_put_name(l->s, name);
	if (stands && !l->lsub)
		buf_add_c(out, l->args.subscribed ?
		    " (\"CHILDINFO\" (\"SUBSCRIBED\"))" :
		    " (\"CHILDINFO\" (\"SPECIAL-USE\"))");
	buf_add(out, STR("\r\n"));
	imap_put_more(l->s);
}

/* "a" and "a/b" of "a/b/c", where they are not there and no entry before had
 * them as well. */
static void
put_levels(struct listing *l, size_t at)
{
	bool all = !l->args.subscribed && !l->args.special;
	struct str name = l->entry[at].row.name;

	for (size_t i = 1; i < name.len; i++) {
		struct str level = { name.ptr, i };
		struct str before = at > 0 ? l->entry[at - 1].row.name :
		    STR("");
		bool stands;

		if (name.ptr[i] != '/' || str_eq(before, level) ||
		    is_below(before, level) || !is_matched(l, level))
			continue;
		stands = stands_for(l, level, at);
		if (all || stands)
			put(l, level, NULL, at, stands);
	}
}

static void
put_one(struct listing *l, size_t at)
{
	const struct entry *e = &l->entry[at];
	bool stands = e->matched && stands_for(l, e->row.name, at + 1);

	if (!e->matched || (!e->selected && !stands))
		return;
	put(l, e->row.name, e, at + 1, stands);
	if (l->args.status != 0 && e->row.id != 0)
		l->no = status_put(l->s, &e->row, l->args.status);
}

/* A name that nobody can have matches nothing. */
static bool
set_patterns(struct listing *l)
{
	bool ok = true;

	for (size_t i = 0; i < l->args.patterns; i++) {
		struct buf *p = &l->pattern[i];

		buf_init(p, 2 * MAILBOX_NAME_MAX);
		ok = ok && listing_decode(l->s, p, l->args.reference) &&
		    listing_decode(l->s, p, l->args.pattern[i]);
	}
	return ok;
}

static void
put_all(struct listing *l)
{
	struct reading a = { 0 };
	struct buf text;

	/* a copy, for STATUS may ask the store as well */
	buf_init(&text, 2 * READ_CHUNK);
	if (listing_ask(l->s, &a))
		buf_add(&text, a.data);
	else
		l->no = reply_unavailable;
	reading_end(&a);
	collect(l, buf_str(&text));
	for (size_t i = 0; l->no == NULL && i < l->n; i++) {
		put_levels(l, i);
		put_one(l, i);
	}
	buf_free(&l->rows);
	buf_free(&text);
}

static const char *
list(struct listing *l)
{
	if (set_patterns(l))
		put_all(l);
	for (size_t i = 0; i < l->args.patterns; i++)
		buf_free(&l->pattern[i]);
	return l->no == NULL ? "OK Done" : l->no;
}

const char *
cmd_list(struct imap *s, const struct imap_cmd *cmd)
{
	struct listing l = { .s = s };

	if (!imap_boxes_list(cmd->args, &s->arena, &l.args))
		return reply_syntax;
	/* "" asks for the delimiter and the root */
	if (l.args.patterns == 1 && l.args.pattern[0].len == 0) {
		buf_add(&s->out, STR("* LIST (\\Noselect) \"/\" \"\"\r\n"));
		return "OK Done";
	}
	return list(&l);
}

const char *
cmd_lsub(struct imap *s, const struct imap_cmd *cmd)
{
	struct listing l = { .s = s, .lsub = true };

	if (!imap_boxes_lsub(cmd->args, &s->arena, &l.args))
		return reply_syntax;
	return list(&l);
}
