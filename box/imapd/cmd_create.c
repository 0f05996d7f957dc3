/*
 * cmd_create.c - CREATE.  RFC 3501, 6.3.3; RFC 6154 (CREATE-SPECIAL-USE).
 */

#include "listing.h"
#include "proto/imap_boxes.h"

const char *
cmd_create(struct imap *s, const struct imap_cmd *cmd)
{
	static const char no_use[] =
	    "NO [USEATTR] No mailbox can be made for that use";
	struct msg_write_create m;
	struct imap_create args;

	if (!imap_boxes_create(cmd->args, &s->arena, &args))
		return reply_syntax;
	if (!listing_new_name(s, args.name, &m.name))
		return boxes_no_name;
	m.special = args.uses == 0 ? SPECIAL_NONE : listing_use(args.use);
	if (args.uses > 1 || m.special == SPECIALS)
		return no_use;
	return boxes_change(s, WRITE_CREATE, &m);
}
