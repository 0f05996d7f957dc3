/*
 * cmd_rename.c - RENAME.  RFC 3501, 6.3.5.
 */

#include "listing.h"
#include "proto/imap_boxes.h"

const char *
cmd_rename(struct imap *s, const struct imap_cmd *cmd)
{
	struct msg_write_rename m;
	struct str from, to;

	if (!imap_boxes_rename(cmd->args, &s->arena, &from, &to))
		return reply_syntax;
	if (!listing_name(s, from, &m.from))
		return reply_no_mailbox;
	if (!listing_new_name(s, to, &m.to))
		return boxes_no_name;
	return boxes_change(s, WRITE_RENAME, &m);
}
