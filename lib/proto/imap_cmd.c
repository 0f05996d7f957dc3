/* imap_cmd.c - one IMAP command: its tag, its name, the rest. */

#include "proto/imap_cmd.h"

#include "base/ascii.h"
#include "proto/imap_lex.h"

static const struct str names[IMAP_VERBS] = {
	[IMAP_CAPABILITY]	= STR_INIT("CAPABILITY"),
	[IMAP_NOOP]		= STR_INIT("NOOP"),
	[IMAP_LOGOUT]		= STR_INIT("LOGOUT"),
	[IMAP_STARTTLS]		= STR_INIT("STARTTLS"),
	[IMAP_LOGIN]		= STR_INIT("LOGIN"),
	[IMAP_AUTHENTICATE]	= STR_INIT("AUTHENTICATE"),
	[IMAP_LIST]		= STR_INIT("LIST"),
	[IMAP_LSUB]		= STR_INIT("LSUB"),
	[IMAP_STATUS]		= STR_INIT("STATUS"),
	[IMAP_SELECT]		= STR_INIT("SELECT"),
	[IMAP_EXAMINE]		= STR_INIT("EXAMINE"),
	[IMAP_IDLE]		= STR_INIT("IDLE"),
	[IMAP_ENABLE]		= STR_INIT("ENABLE"),
	[IMAP_ID]		= STR_INIT("ID"),
	[IMAP_NAMESPACE]	= STR_INIT("NAMESPACE"),
	[IMAP_GETQUOTA]		= STR_INIT("GETQUOTA"),
	[IMAP_GETQUOTAROOT]	= STR_INIT("GETQUOTAROOT"),
	[IMAP_CREATE]		= STR_INIT("CREATE"),
	[IMAP_DELETE]		= STR_INIT("DELETE"),
	[IMAP_RENAME]		= STR_INIT("RENAME"),
	[IMAP_SUBSCRIBE]	= STR_INIT("SUBSCRIBE"),
	[IMAP_UNSUBSCRIBE]	= STR_INIT("UNSUBSCRIBE"),
	[IMAP_APPEND]		= STR_INIT("APPEND"),
	[IMAP_CHECK]		= STR_INIT("CHECK"),
	[IMAP_CLOSE]		= STR_INIT("CLOSE"),
	[IMAP_UNSELECT]		= STR_INIT("UNSELECT"),
	[IMAP_FETCH]		= STR_INIT("FETCH"),
	[IMAP_STORE]		= STR_INIT("STORE"),
	[IMAP_EXPUNGE]		= STR_INIT("EXPUNGE"),
	[IMAP_COPY]		= STR_INIT("COPY"),
	[IMAP_SEARCH]		= STR_INIT("SEARCH"),
	[IMAP_MOVE]		= STR_INIT("MOVE"),
	[IMAP_UID_FETCH]	= STR_INIT("UID FETCH"),
	[IMAP_UID_STORE]	= STR_INIT("UID STORE"),
	[IMAP_UID_SEARCH]	= STR_INIT("UID SEARCH"),
	[IMAP_UID_COPY]		= STR_INIT("UID COPY"),
	[IMAP_UID_MOVE]		= STR_INIT("UID MOVE"),
	[IMAP_UID_EXPUNGE]	= STR_INIT("UID EXPUNGE"),
};

struct str
imap_verb_name(enum imap_verb verb)
{
	return names[verb];
}

bool
imap_verb_is_uid(enum imap_verb verb)
{
	return verb >= IMAP_UID_FETCH && verb <= IMAP_UID_EXPUNGE;
}

/* "FETCH", or both words of "UID FETCH". */
static struct str
take_name(struct str *in)
{
	struct str whole = *in, rest;
	struct str word = str_take_while(in, is_alpha);

	if (!str_eq_nocase(word, STR("UID")))
		return word;
	rest = *in;
	if (!str_take_byte(&rest, ' ') ||
	    str_take_while(&rest, is_alpha).len == 0)
		return word;
	*in = rest;
	return str_before(whole, rest);
}

enum imap_parse
imap_cmd_parse(struct imap_cmd *out, struct str line)
{
	struct str in = line, name, tag = str_take_while(&in, imap_is_tag_char);

	*out = (struct imap_cmd){ .verb = IMAP_VERBS };
	if (tag.len == 0 || tag.len > IMAP_TAG_MAX || !str_take_byte(&in, ' '))
		return IMAP_PARSE_TAG;
	out->tag = tag;
	name = take_name(&in);
	if (in.len > 0 && !str_take_byte(&in, ' '))
		return IMAP_PARSE_VERB;
	out->args = in;
	for (int verb = 0; verb < IMAP_VERBS; verb++)
		if (str_eq_nocase(name, names[verb])) {
			out->verb = (enum imap_verb)verb;
			return IMAP_PARSE_OK;
		}
	return IMAP_PARSE_VERB;
}
