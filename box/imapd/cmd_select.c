/*
 * cmd_select.c - SELECT and EXAMINE.  RFC 3501, 6.3.1 and 6.3.2.
 *
 * \Recent is not kept: the number of recent messages is always 0, as in
 * RFC 9051, which has done away with it.
 */

#include "imapd.h"
#include "listing.h"
#include "proto/imap_args.h"

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

const char *
cmd_select(struct imap *s, const struct imap_cmd *cmd)
{
	bool read_only = cmd->verb == IMAP_EXAMINE;
	struct box_row row;
	struct str name;
	const char *no;

	if (!imap_args_mailbox(cmd->args, &s->arena, &name))
		return reply_syntax;
	mailbox_close(s);
	no = listing_find(s, name, &row);
	if (no != NULL)
		return no;
	if (!mailbox_open(s, row.id, row.modseq)) {
		mailbox_close(s);
		return reply_unavailable;
	}
	mailbox_put_known(s, read_only);
	put_number(&s->out, "* ", mailbox_count(&s->box),
	    " EXISTS\r\n* 0 RECENT\r\n");
	put_unseen(s);
	put_number(&s->out, "* OK [UIDVALIDITY ", row.uidvalidity,
	    "] Uids hold as long as this\r\n");
	put_number(&s->out, "* OK [UIDNEXT ", uidnext_of(s, &row),
	    "] The next uid\r\n");
	return read_only ? "OK [READ-ONLY] Open" : "OK [READ-WRITE] Open";
}
