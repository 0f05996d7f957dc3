/*
 * cmd_subscribe.c - SUBSCRIBE and UNSUBSCRIBE.  RFC 3501, 6.3.6 and 6.3.7.
 *
 * Also of names that are no mailboxes yet, or any more.
 */

#include "listing.h"
#include "proto/imap_args.h"

const char *
cmd_subscribe(struct imap *s, const struct imap_cmd *cmd)
{
	struct msg_write_subscribe m = { .on = cmd->verb == IMAP_SUBSCRIBE };
	struct str sent;

	if (!imap_args_mailbox(cmd->args, &s->arena, &sent))
		return reply_syntax;
	if (!listing_new_name(s, sent, &m.name))
		return boxes_no_name;
	return boxes_change(s, WRITE_SUBSCRIBE, &m);
}
