/* boxes.c - what commands that change mailboxes share. */

#include "base/verdict.h"
#include "listing.h"

const char boxes_no_name[] = "NO [CANNOT] No mailbox can have that name";

static const char *const reasons[MADE_REASONS] = {
	[MADE_OK] = "NO [UNAVAILABLE] Try again later",
	[MADE_EXISTS] = "NO [ALREADYEXISTS] There is a mailbox of that name",
	[MADE_MISSING] = "NO [NONEXISTENT] No such mailbox",
	[MADE_INBOX] = "NO [CANNOT] INBOX stays",
	[MADE_CHILDREN] = "NO [HASCHILDREN] Delete the mailboxes below first",
	[MADE_INSIDE] = "NO [CANNOT] A mailbox cannot lie below itself",
	[MADE_NAME] = "NO [CANNOT] No mailbox can have that name",
	[MADE_USE] = "NO [USEATTR] Another mailbox has that use",
	[MADE_LIMIT] = "NO [LIMIT] There are too many mailboxes",
};

const char *
boxes_change(struct imap *s, enum msg_write type, const void *msg)
{
	union msg_written m;

	if (!ask_writer(s, type, msg, WRITE_MADE, &m))
		return reply_unavailable;
	if (m.made.verdict == VERDICT_YES)
		return "OK Done";
	return m.made.verdict == VERDICT_NO && m.made.reason < MADE_REASONS ?
	    reasons[m.made.reason] : reply_unavailable;
}
