/*
 * cmd_session.c - the commands that need nothing: CAPABILITY, NOOP, LOGOUT,
 * CHECK, and STARTTLS.
 */

#include "imapd.h"

static void
put_ways_in(struct imap *s)
{
	unsigned char binding[TLS_BINDING];

	if (s->state >= IMAP_AT_AUTH)
		return;
	if (s->state != IMAP_AT_TLS && s->tls_ctx != NULL &&
	    s->child->chan[ROLE_KEYS] >= 0)
		buf_add(&s->out, STR(" STARTTLS"));
	if (s->state == IMAP_AT_CLEAR) {
		buf_add(&s->out, STR(" LOGINDISABLED"));
		return;
	}
	buf_add(&s->out, STR(" SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256"));
	if (s->tls != NULL && tls_binding(s->tls, binding))
		buf_add(&s->out, STR(" AUTH=SCRAM-SHA-256-PLUS"));
}

/* Only what is there.  RFC 3501, 6.1.1. */
void
imap_put_capabilities(struct imap *s)
{
	static const char *const all[] = {
		/* commands and syntax */
		"LITERAL+", "IDLE", "UIDPLUS", "UNSELECT", "ID",
		"MULTIAPPEND", "MOVE", "ESEARCH", "SEARCHRES",
		/* mailboxes */
		"CHILDREN", "SPECIAL-USE", "CREATE-SPECIAL-USE", "NAMESPACE",
		"LIST-EXTENDED", "LIST-STATUS", "STATUS=SIZE", "QUOTA",
		"QUOTA=RES-STORAGE",
		/* what must be enabled */
		"ENABLE", "CONDSTORE", "QRESYNC", "UTF8=ACCEPT",
	};

	buf_add(&s->out, STR("CAPABILITY IMAP4rev1"));
	put_ways_in(s);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		buf_byte(&s->out, ' ');
		buf_add_c(&s->out, all[i]);
	}
	buf_add(&s->out, STR(" APPENDLIMIT="));
	buf_add_u64(&s->out, s->role->conf.size);
}

const char *
cmd_capability(struct imap *s, const struct imap_cmd *cmd)
{
	if (cmd->args.len > 0)
		return reply_syntax;
	buf_add(&s->out, STR("* "));
	imap_put_capabilities(s);
	buf_add(&s->out, STR("\r\n"));
	return "OK Done";
}

/* Who asks wants to know what is there now, not what has got about. */
const char *
cmd_noop(struct imap *s, const struct imap_cmd *cmd)
{
	s->box.ask = true;
	return cmd->args.len > 0 ? reply_syntax : "OK Done";
}

/* All that is acknowledged is on disk already. */
const char *
cmd_check(struct imap *s, const struct imap_cmd *cmd)
{
	return cmd_noop(s, cmd);
}

const char *
cmd_logout(struct imap *s, const struct imap_cmd *cmd)
{
	(void)cmd;
	buf_add(&s->out, STR("* BYE Good-bye\r\n"));
	return "OK Done";
}

const char *
cmd_starttls(struct imap *s, const struct imap_cmd *cmd)
{
	if (cmd->args.len > 0)
		return reply_syntax;
	if (s->tls_ctx == NULL || s->child->chan[ROLE_KEYS] < 0)
		return reply_unavailable;
	imap_reply(s, "OK Begin");
	imap_flush(s);
	/* what was sent behind STARTTLS in clear is forgotten with the old
	 * transport: RFC 9051, 6.2.1 */
	if (!imap_begin_tls(s)) {
		s->bye = "";
		s->mute = true;
	}
	return NULL;
}
