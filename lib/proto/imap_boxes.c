/* imap_boxes.c - the arguments of commands about mailboxes. */

#include "proto/imap_boxes.h"

#include "proto/imap_lex.h"

/* " (USE (\Drafts))": RFC 6154, section 6. */
static bool
take_uses(struct str *in, struct imap_create *out)
{
	if (!str_take_word(in, STR(" (USE (")))
		return false;
	if (str_take_word(in, STR("))")))
		return true;
	do {
		struct str use;

		if (!str_take_byte(in, '\\') || !imap_take_atom(in, &use))
			return false;
		if (out->uses++ == 0)
			out->use = use;
	} while (str_take_byte(in, ' '));
	return str_take_word(in, STR("))"));
}

bool
imap_boxes_create(struct str in, struct arena *a, struct imap_create *out)
{
	*out = (struct imap_create){ 0 };
	return imap_take_astring(&in, a, &out->name) &&
	    (in.len == 0 || take_uses(&in, out)) && in.len == 0;
}

bool
imap_boxes_rename(struct str in, struct arena *a, struct str *from,
    struct str *to)
{
	return imap_take_astring(&in, a, from) && str_take_byte(&in, ' ') &&
	    imap_take_astring(&in, a, to) && in.len == 0;
}
