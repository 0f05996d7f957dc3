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

/* " (41,43 1:2)" of numbers and the uids that they had: a hint, for servers
 * that forget what was expunged.  We do not. */
static bool
take_match_data(struct str *in, struct arena *a)
{
	struct imap_set numbers, uids;

	return imap_set_take(in, a, &numbers) && str_take_byte(in, ' ') &&
	    imap_set_take(in, a, &uids) && str_take_byte(in, ')') &&
	    !numbers.star && !uids.star;
}

/* "QRESYNC (uidvalidity modseq uids (match-data))", after its name. */
static bool
take_qresync(struct str *in, struct arena *a, struct imap_select *out)
{
	out->qresync = true;
	if (!str_take_word(in, STR(" (")) ||
	    !imap_take_nz_number(in, &out->uidvalidity) ||
	    !str_take_byte(in, ' ') || !imap_take_modseq(in, &out->modseq) ||
	    out->modseq == 0)
		return false;
	if (str_take_byte(in, ')'))
		return true;
	if (!str_take_byte(in, ' '))
		return false;
	if (str_take_byte(in, '('))
		return take_match_data(in, a) && str_take_byte(in, ')');
	out->has_known = true;
	if (!imap_set_take(in, a, &out->known) || out->known.star)
		return false;
	if (str_take_word(in, STR(" (")) && !take_match_data(in, a))
		return false;
	return str_take_byte(in, ')');
}

bool
imap_boxes_select(struct str in, struct arena *a, struct imap_select *out)
{
	*out = (struct imap_select){ 0 };
	if (!imap_take_astring(&in, a, &out->name))
		return false;
	if (in.len == 0)
		return true;
	if (!str_take_word(&in, STR(" (")))
		return false;
	do {
		if (str_take_word(&in, STR("CONDSTORE")))
			out->condstore = true;
		else if (!str_take_word(&in, STR("QRESYNC")) ||
		    !take_qresync(&in, a, out))
			return false;
	} while (str_take_byte(&in, ' '));
	return str_take_byte(&in, ')') && in.len == 0;
}

static bool
take_status_item(struct str *in, unsigned *items)
{
	static const struct {
		struct str name;
		enum imap_status item;
	} known[] = {
		{ STR_INIT("MESSAGES"), IMAP_STATUS_MESSAGES },
		{ STR_INIT("RECENT"), IMAP_STATUS_RECENT },
		{ STR_INIT("UIDNEXT"), IMAP_STATUS_UIDNEXT },
		{ STR_INIT("UIDVALIDITY"), IMAP_STATUS_UIDVALIDITY },
		{ STR_INIT("UNSEEN"), IMAP_STATUS_UNSEEN },
		{ STR_INIT("SIZE"), IMAP_STATUS_SIZE },
		{ STR_INIT("APPENDLIMIT"), IMAP_STATUS_APPENDLIMIT },
		{ STR_INIT("DELETED-STORAGE"), IMAP_STATUS_DELETED_STORAGE },
		{ STR_INIT("HIGHESTMODSEQ"), IMAP_STATUS_HIGHESTMODSEQ },
	};
	struct str word;

	if (!imap_take_atom(in, &word))
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq_nocase(word, known[i].name)) {
			*items |= known[i].item;
			return true;
		}
	return false;
}

/* "(MESSAGES UNSEEN)" */
static bool
take_status(struct str *in, unsigned *items)
{
	*items = 0;
	if (!str_take_byte(in, '('))
		return false;
	do
		if (!take_status_item(in, items))
			return false;
	while (str_take_byte(in, ' '));
	return str_take_byte(in, ')');
}

bool
imap_boxes_status(struct str in, struct arena *a, struct str *name,
    unsigned *items)
{
	return imap_take_astring(&in, a, name) && str_take_byte(&in, ' ') &&
	    take_status(&in, items) && in.len == 0;
}

/* RFC 5258, section 6, list-select-opts: after its "(". */
static bool
take_selection(struct str *in, struct imap_list *out)
{
	if (str_take_byte(in, ')'))
		return true;
	do {
		struct str word;

		if (!imap_take_atom(in, &word))
			return false;
		if (str_eq_nocase(word, STR("SUBSCRIBED")))
			out->subscribed = out->say_subscribed = true;
		else if (str_eq_nocase(word, STR("SPECIAL-USE")))
			out->special = true;
		else if (str_eq_nocase(word, STR("RECURSIVEMATCH")))
			out->recursive = true;
		else if (!str_eq_nocase(word, STR("REMOTE")))
			return false;	/* nothing of ours is */
	} while (str_take_byte(in, ' '));
	/* it says which children count: there must be something to say */
	return str_take_byte(in, ')') &&
	    (!out->recursive || out->subscribed || out->special);
}

/* return-option: after its "(". */
static bool
take_return(struct str *in, struct imap_list *out)
{
	if (str_take_byte(in, ')'))
		return true;
	do {
		struct str word;

		if (!imap_take_atom(in, &word))
			return false;
		if (str_eq_nocase(word, STR("SUBSCRIBED")))
			out->say_subscribed = true;
		else if (str_eq_nocase(word, STR("STATUS"))) {
			if (!str_take_byte(in, ' ') ||
			    !take_status(in, &out->status))
				return false;
		} else if (!str_eq_nocase(word, STR("CHILDREN")) &&
		    !str_eq_nocase(word, STR("SPECIAL-USE")))
			return false;	/* these two are said anyway */
	} while (str_take_byte(in, ' '));
	return str_take_byte(in, ')');
}

static bool
take_patterns(struct str *in, struct arena *a, struct imap_list *out)
{
	if (!str_take_byte(in, '(')) {
		out->patterns = 1;
		return imap_take_list_mailbox(in, a, &out->pattern[0]);
	}
	out->extended = true;
	do {
		if (out->patterns == IMAP_PATTERNS_MAX ||
		    !imap_take_list_mailbox(in, a,
		    &out->pattern[out->patterns++]))
			return false;
	} while (str_take_byte(in, ' '));
	return str_take_byte(in, ')');
}

bool
imap_boxes_list(struct str in, struct arena *a, struct imap_list *out)
{
	*out = (struct imap_list){ 0 };
	if (str_take_byte(&in, '(')) {
		out->extended = true;
		if (!take_selection(&in, out) || !str_take_byte(&in, ' '))
			return false;
	}
	if (!imap_take_astring(&in, a, &out->reference) ||
	    !str_take_byte(&in, ' ') || !take_patterns(&in, a, out))
		return false;
	if (str_take_word(&in, STR(" RETURN ("))) {
		out->extended = true;
		if (!take_return(&in, out))
			return false;
	}
	return in.len == 0;
}

/* As if it were LIST (SUBSCRIBED RECURSIVEMATCH): RFC 5258, 3.1. */
bool
imap_boxes_lsub(struct str in, struct arena *a, struct imap_list *out)
{
	*out = (struct imap_list){ .patterns = 1, .subscribed = true,
	    .recursive = true };
	return imap_take_astring(&in, a, &out->reference) &&
	    str_take_byte(&in, ' ') &&
	    imap_take_list_mailbox(&in, a, &out->pattern[0]) && in.len == 0;
}
