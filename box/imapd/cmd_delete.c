/*
 * cmd_delete.c - DELETE.  RFC 3501, 6.3.4.
 */

#include "listing.h"
#include "proto/imap_args.h"

/* Is it the one that is selected? */
static bool
is_open(struct imap *s, struct str sent)
{
	struct box_row row;

	return s->box.id != 0 && listing_find(s, sent, &row) == NULL &&
	    row.id == s->box.id;
}

const char *
cmd_delete(struct imap *s, const struct imap_cmd *cmd)
{
	struct msg_write_delete m;
	struct str sent;
	const char *text;
	bool open;

	if (!imap_args_mailbox(cmd->args, &s->arena, &sent))
		return reply_syntax;
	if (!listing_name(s, sent, &m.name))
		return reply_no_mailbox;
	open = is_open(s, sent);
	text = boxes_change(s, WRITE_DELETE, &m);
	if (!open || text[0] != 'O')
		return text;
	mailbox_close(s);
	buf_add(&s->out, STR("* OK [CLOSED] It was open\r\n"));
	return text;
}
