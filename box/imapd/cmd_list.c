/*
 * cmd_list.c - LIST and LSUB.  RFC 3501, 6.3.8 and 6.3.9; RFC 3348
 * (\HasChildren), RFC 6154 (\Sent …).
 *
 * The levels of a name are divided by "/".  A level that is no mailbox itself
 * is listed as \Noselect when a pattern names it.
 */

#include "imapd.h"
#include "listing.h"
#include "proto/imap_args.h"
#include "proto/imap_match.h"
#include "proto/imap_put.h"
#include "proto/imap_utf7.h"

struct listing {
	struct imap *s;
	struct imap_list args;
	struct buf pattern[IMAP_PATTERNS_MAX];	/* with reference, in UTF-8 */
	struct str rows;	/* all of them */
	bool lsub;
	struct buf told;	/* levels listed so far: "\0name\0…" */
};

static bool
is_below(struct str name, struct str above)
{
	return name.len > above.len + 1 && name.ptr[above.len] == '/' &&
	    str_eq((struct str){ name.ptr, above.len }, above);
}

/* A name without a mailbox is there for LSUB alone. */
static bool
next(const struct listing *l, struct str *rest, struct box_row *row)
{
	while (listing_next(rest, row))
		if (row->id != 0 || l->lsub)
			return true;
	return false;
}

static bool
has_children(const struct listing *l, struct str name)
{
	struct str rest = l->rows;
	struct box_row row;

	while (next(l, &rest, &row))
		if (is_below(row.name, name))
			return true;
	return false;
}

static bool
exists(const struct listing *l, struct str name)
{
	struct str rest = l->rows;
	struct box_row row;

	while (next(l, &rest, &row))
		if (str_eq(row.name, name) && (!l->lsub || row.subscribed))
			return true;
	return false;
}

static bool
is_matched(const struct listing *l, struct str name)
{
	for (size_t i = 0; i < l->args.patterns; i++)
		if (imap_match(buf_str(&l->pattern[i]), name))
			return true;
	return false;
}

static void
put(struct listing *l, struct str name, const struct box_row *row)
{
	struct buf *out = &l->s->out;

	buf_add_c(out, l->lsub ? "* LSUB (" : "* LIST (");
	if (row == NULL)
		buf_add(out, STR("\\Noselect "));
	buf_add_c(out, has_children(l, name) ? "\\HasChildren" :
	    "\\HasNoChildren");
	if (!l->lsub && row != NULL && listing_use_name(row->special)) {
		buf_byte(out, ' ');
		buf_add_c(out, listing_use_name(row->special));
	}
	buf_add(out, STR(") \"/\" "));
	imap_put_mailbox(out, name);
	buf_add(out, STR("\r\n"));
	imap_put_more(l->s);
}

static bool
is_told(struct listing *l, struct str name)
{
	struct str rest = buf_str(&l->told), one;

	while (field_take_str(&rest, &one))
		if (str_eq(one, name))
			return true;
	field_put_u32(&l->told, (uint32_t)name.len);
	buf_add(&l->told, name);
	return false;
}

/* "a" and "a/b" of "a/b/c", where they are no mailboxes. */
static void
put_levels(struct listing *l, struct str name)
{
	for (size_t i = 1; i < name.len; i++) {
		struct str level = { name.ptr, i };

		if (name.ptr[i] == '/' && is_matched(l, level) &&
		    !exists(l, level) && !is_told(l, level))
			put(l, level, NULL);
	}
}

static void
put_all(struct listing *l)
{
	struct str rest = l->rows;
	struct box_row row;

	while (next(l, &rest, &row)) {
		if ((l->lsub && !row.subscribed) ||
		    (l->args.special_only && row.special == SPECIAL_NONE))
			continue;
		if (!l->args.special_only)
			put_levels(l, row.name);
		if (is_matched(l, row.name))
			put(l, row.name, &row);
	}
}

static const char *
list(struct listing *l)
{
	struct answer a = { 0 };
	bool ok = true;

	buf_init(&l->told, 1 << 20);
	for (size_t i = 0; i < l->args.patterns; i++)
		buf_init(&l->pattern[i], 2 * MAILBOX_NAME_MAX);
	for (size_t i = 0; i < l->args.patterns; i++)
		ok = ok && imap_utf7_decode(&l->pattern[i],
		    l->args.reference) && imap_utf7_decode(&l->pattern[i],
		    l->args.pattern[i]);
	/* a name that nobody can have matches nothing */
	if (ok && listing_ask(l->s, &a)) {
		l->rows = a.data;
		put_all(l);
		ask_forget(&a);
	} else if (ok) {
		ask_forget(&a);
		ok = false;
	} else {
		ok = true;
	}
	for (size_t i = 0; i < l->args.patterns; i++)
		buf_free(&l->pattern[i]);
	buf_free(&l->told);
	return ok ? "OK Done" : reply_unavailable;
}

const char *
cmd_list(struct imap *s, const struct imap_cmd *cmd)
{
	struct listing l = { .s = s };

	if (!imap_args_list(cmd->args, &s->arena, &l.args))
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

	if (!imap_args_lsub(cmd->args, &s->arena, &l.args))
		return reply_syntax;
	return list(&l);
}
