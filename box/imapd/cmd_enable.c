/*
 * cmd_enable.c - ENABLE.  RFC 5161; RFC 7162 (CONDSTORE, QRESYNC), RFC 6855
 * (UTF8=ACCEPT).
 */

#include "imapd.h"
#include "proto/imap_args.h"

const char *
cmd_enable(struct imap *s, const struct imap_cmd *cmd)
{
	bool knew = s->condstore;
	unsigned what;

	if (!imap_args_enable(cmd->args, &what))
		return reply_syntax;
	s->qresync |= (what & IMAP_ENABLE_QRESYNC) != 0;
	s->condstore |= (what & IMAP_ENABLE_CONDSTORE) != 0 || s->qresync;
	s->utf8 |= (what & IMAP_ENABLE_UTF8) != 0;
	buf_add(&s->out, STR("* ENABLED"));
	if (what & IMAP_ENABLE_CONDSTORE)
		buf_add(&s->out, STR(" CONDSTORE"));
	if (what & IMAP_ENABLE_QRESYNC)
		buf_add(&s->out, STR(" QRESYNC"));
	if (what & IMAP_ENABLE_UTF8)
		buf_add(&s->out, STR(" UTF8=ACCEPT"));
	buf_add(&s->out, STR("\r\n"));
	/* RFC 7162, 3.1: from when on changes are numbered */
	if (s->condstore && !knew && s->box.id != 0)
		mailbox_put_modseq(s);
	return "OK Done";
}
