/*
 * cmd_id.c - ID (RFC 2971) and NAMESPACE (RFC 2342).
 */

#include "imapd.h"
#include "proto/imap_args.h"

/* Who we are, without a version that somebody could look holes up for; who
 * they are is not asked. */
const char *
cmd_id(struct imap *s, const struct imap_cmd *cmd)
{
	if (!imap_args_id(cmd->args, &s->arena))
		return reply_syntax;
	buf_add(&s->out, STR("* ID (\"name\" \"pli\")\r\n"));
	return "OK Done";
}

/* All is one's own. */
const char *
cmd_namespace(struct imap *s, const struct imap_cmd *cmd)
{
	if (cmd->args.len > 0)
		return reply_syntax;
	buf_add(&s->out, STR("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"));
	return "OK Done";
}
