/* imap_append.c - APPEND, without the messages themselves. */

#include "proto/imap_append.h"

#include "proto/imap_lex.h"

/* "{n}", "~{n+}", "UTF8 (~{n}": the last of the line. */
static bool
take_announcement(struct str *in, struct imap_append *out)
{
	out->utf8 = str_take_word(in, STR("UTF8 ("));
	if (!str_take_byte(in, '~') && out->utf8)
		return false;
	if (!str_take_byte(in, '{') || !str_take_u64(in, &out->octets))
		return false;
	out->plus = str_take_byte(in, '+');
	return str_take_byte(in, '}') && in->len == 0;
}

static bool
take_message(struct str *in, struct imap_append *out)
{
	*out = (struct imap_append){ 0 };
	if (str_peek(*in) == '(' && !(imap_take_flags(in, &out->flags,
	    out->keyword, &out->keywords) && str_take_byte(in, ' ')))
		return false;
	if (str_peek(*in) == '"') {
		out->dated = imap_take_date_time(in, &out->date);
		if (!out->dated || !str_take_byte(in, ' '))
			return false;
	}
	return take_announcement(in, out);
}

bool
imap_append_first(struct str in, struct arena *a, struct str *name,
    struct imap_append *out)
{
	return imap_take_astring(&in, a, name) && str_take_byte(&in, ' ') &&
	    take_message(&in, out);
}

bool
imap_append_next(struct str in, struct imap_append *out)
{
	return str_take_byte(&in, ' ') && take_message(&in, out);
}

bool
imap_append_is_message(struct str in, struct arena *a)
{
	struct str name;

	return imap_take_astring(&in, a, &name) && str_take_byte(&in, ' ');
}
