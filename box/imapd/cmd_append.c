/*
 * cmd_append.c - APPEND.  RFC 3501, 6.3.11; RFC 3502; RFC 4315 (APPENDUID).
 *
 * input.c hands the command over before its first message has arrived; all
 * that follows is read here, to the end of the command, whatever becomes of
 * it.
 */

#include "bring.h"
#include "listing.h"
#include "proto/imap_lex.h"

/* What follows a message.  false: the connection is over. */
static bool
take_rest(struct imap *s, bool utf8, struct str *rest)
{
	struct str line;

	if (!imap_line(s, COMMAND_MAX, &line))
		return false;
	if (utf8 && !str_take_byte(&line, ')'))
		line = STR("?");	/* no good for anything */
	*rest = arena_str(&s->arena, line);
	return rest->ptr != NULL;
}

/* Refused before its octets: those that come unasked are skipped, and so is
 * the rest of the command. */
static const char *
refuse(struct imap *s, const char *no, uint64_t n, bool plus)
{
	if (!imap_skip_command(s, n, plus))
		s->mute = s->bye == NULL || s->bye[0] == '\0';
	return no;
}

static const char *
take_all(struct bring *b, struct imap_append *m)
{
	struct imap *s = b->s;
	struct str rest;

	for (;;) {
		if (b->no != NULL && !m->plus)
			return b->no;
		if (m->octets > s->role->conf.size)
			return refuse(s, reply_too_big, m->octets, m->plus);
		if (!m->plus) {
			buf_add(&s->out, STR("+ Go on\r\n"));
			imap_flush(s);
		}
		if (!bring_message(b, m) || !take_rest(s, m->utf8, &rest)) {
			imap_why_ended(s);
			return reply_unavailable;
		}
		if (rest.len == 0)
			return b->no != NULL ? b->no : bring_commit(b);
		if (!imap_append_next(rest, m)) {
			uint64_t n;
			bool plus;

			return imap_literal_at_end(rest, &n, &plus) ?
			    refuse(s, reply_syntax, n, plus) : reply_syntax;
		}
	}
}

const char *
cmd_append(struct imap *s, const struct imap_cmd *cmd)
{
	struct imap_append m;
	struct bring b;
	struct box_row row;
	struct str name;
	const char *no;
	uint64_t n;
	bool plus;

	if (!imap_literal_at_end(cmd->args, &n, &plus))
		return reply_syntax;
	if (!imap_append_first(cmd->args, &s->arena, &name, &m))
		return refuse(s, reply_syntax, n, plus);
	no = listing_find(s, name, &row);
	if (no != NULL)
		return refuse(s, no == reply_no_mailbox ?
		    "NO [TRYCREATE] No such mailbox" : no, n, plus);
	bring_begin(&b, s, row.id);
	no = take_all(&b, &m);
	bring_end(&b);
	return no;
}
