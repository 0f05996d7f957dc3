/* cmd_close.c - CLOSE (RFC 3501, 6.4.2) and UNSELECT (RFC 3691). */

#include "ask.h"
#include "base/verdict.h"

const char *
cmd_close(struct imap *s, const struct imap_cmd *cmd)
{
	struct msg_write_expunge m = { s->box.id, 0, STR("") };
	struct msg_write_done done;

	if (cmd->args.len > 0)
		return reply_syntax;
	if (s->state == IMAP_AT_SELECTED && (!ask_write(s, WRITE_EXPUNGE, &m,
	    &done) || done.verdict != VERDICT_YES))
		return reply_unavailable;
	return "OK Closed";
}

const char *
cmd_unselect(struct imap *s, const struct imap_cmd *cmd)
{
	(void)s;
	return cmd->args.len > 0 ? reply_syntax : "OK Closed";
}
