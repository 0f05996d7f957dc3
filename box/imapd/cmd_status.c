/* cmd_status.c - STATUS.  RFC 3501, 6.3.10. */

#include "imapd.h"
#include "listing.h"
#include "proto/imap_args.h"
#include "proto/imap_put.h"

static void
put(struct buf *out, bool wanted, const char *name, uint32_t n, bool *first)
{
	if (!wanted)
		return;
	buf_byte(out, *first ? '(' : ' ');
	*first = false;
	buf_add_c(out, name);
	buf_byte(out, ' ');
	buf_add_u64(out, n);
}

const char *
cmd_status(struct imap *s, const struct imap_cmd *cmd)
{
	struct box_row row;
	struct str name;
	unsigned items;
	bool first = true;
	const char *no;

	if (!imap_args_status(cmd->args, &s->arena, &name, &items))
		return reply_syntax;
	no = listing_find(s, name, &row);
	if (no != NULL)
		return no;
	buf_add(&s->out, STR("* STATUS "));
	imap_put_string(&s->out, name);
	buf_byte(&s->out, ' ');
	put(&s->out, items & IMAP_STATUS_MESSAGES, "MESSAGES", row.messages,
	    &first);
	put(&s->out, items & IMAP_STATUS_RECENT, "RECENT", 0, &first);
	put(&s->out, items & IMAP_STATUS_UIDNEXT, "UIDNEXT", row.uidnext,
	    &first);
	put(&s->out, items & IMAP_STATUS_UIDVALIDITY, "UIDVALIDITY",
	    row.uidvalidity, &first);
	put(&s->out, items & IMAP_STATUS_UNSEEN, "UNSEEN", row.unseen, &first);
	buf_add(&s->out, STR(")\r\n"));
	return "OK Done";
}
