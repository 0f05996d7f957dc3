/*
 * cmd_select.c - SELECT and EXAMINE.  RFC 3501, 6.3.1 and 6.3.2; RFC 7162.
 */

#include "imapd.h"
#include "listing.h"
#include "proto/imap_boxes.h"

static void
put_number(struct buf *out, const char *before, uint64_t n, const char *after)
{
	buf_add_c(out, before);
	buf_add_u64(out, n);
	buf_add_c(out, after);
}

static void
put_unseen(struct imap *s)
{
	for (size_t i = 0; i < mailbox_count(&s->box); i++)
		if ((mailbox_mail(&s->box, i)->flags & FLAG_SEEN) == 0) {
			put_number(&s->out, "* OK [UNSEEN ", i + 1,
			    "] The first that is unseen\r\n");
			return;
		}
}

/* The index may be newer than the list was. */
static uint32_t
uidnext_of(const struct imap *s, const struct box_row *row)
{
	size_t n = mailbox_count(&s->box);
	uint32_t last = n > 0 ? mailbox_mail(&s->box, n - 1)->uid : 0;

	return last >= row->uidnext ? last + 1 : row->uidnext;
}

static void
put_all(struct imap *s, const struct box_row *row, bool read_only)
{
	mailbox_put_known(s, read_only);
	s->box.recent = row->first_recent;
	mailbox_put_count(s, !read_only);
	put_unseen(s);
	put_number(&s->out, "* OK [UIDVALIDITY ", row->uidvalidity,
	    "] Uids hold as long as this\r\n");
	put_number(&s->out, "* OK [UIDNEXT ", uidnext_of(s, row),
	    "] The next uid\r\n");
	mailbox_put_modseq(s);
}

/* What has changed while the client was away.  RFC 7162, 3.2.5.1. */
static bool
put_changes(struct imap *s, struct imap_select *args)
{
	const struct imap_set *only = args->has_known ? &args->known : NULL;

	imap_set_resolve(&args->known, UINT32_MAX);
	if (!mailbox_put_earlier(s, args->modseq, only))
		return false;
	for (size_t i = 0; i < mailbox_count(&s->box); i++) {
		const struct mail *m = mailbox_mail(&s->box, i);

		if (m->modseq > args->modseq &&
		    (only == NULL || imap_set_has(only, m->uid)))
			mailbox_put_mail(s, i, true, true);
	}
	return true;
}

/* NULL: it is open. */
static const char *
enter(struct imap *s, struct imap_select *args, bool read_only)
{
	struct box_row row;
	const char *no = listing_find(s, args->name, &row);

	if (no != NULL)
		return no;
	if (!mailbox_open(s, row.id, row.modseq)) {
		mailbox_close(s);
		return reply_unavailable;
	}
	put_all(s, &row, read_only);
	if (args->qresync && args->uidvalidity == row.uidvalidity &&
	    !put_changes(s, args))
		return reply_unavailable;
	return NULL;
}

const char *
cmd_select(struct imap *s, const struct imap_cmd *cmd)
{
	bool read_only = cmd->verb == IMAP_EXAMINE;
	struct imap_select args;
	const char *no;

	if (!imap_boxes_select(cmd->args, &s->arena, &args))
		return reply_syntax;
	if (args.qresync && !s->qresync)
		return "BAD Enable QRESYNC first";
	s->condstore |= args.condstore;
	/* RFC 7162, 3.2.11: what comes now is about another one */
	if (s->box.id != 0)
		buf_add(&s->out, STR("* OK [CLOSED] The one before\r\n"));
	mailbox_close(s);
	no = enter(s, &args, read_only);
	if (no != NULL)
		return no;
	return read_only ? "OK [READ-ONLY] Open" : "OK [READ-WRITE] Open";
}
