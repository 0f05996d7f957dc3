/* imap_args.c - the arguments of each command but FETCH. */

#include "proto/imap_args.h"

#include "proto/imap_lex.h"

static bool
is_mech_char(unsigned char c)
{
	return imap_is_atom_char(c);
}

static bool
is_base64_char(unsigned char c)
{
	return imap_is_atom_char(c);	/* + / = are; the codec is strict */
}

bool
imap_args_login(struct str in, struct arena *a, struct imap_login *out)
{
	return imap_take_astring(&in, a, &out->user) &&
	    str_take_byte(&in, ' ') &&
	    imap_take_astring(&in, a, &out->password) && in.len == 0;
}

bool
imap_args_authenticate(struct str in, struct imap_authenticate *out)
{
	*out = (struct imap_authenticate){ 0 };
	out->mech = str_take_while(&in, is_mech_char);
	if (out->mech.len == 0)
		return false;
	out->has_initial = str_take_byte(&in, ' ');
	if (out->has_initial) {
		out->initial = str_take_while(&in, is_base64_char);
		if (out->initial.len == 0)
			return false;
	}
	return in.len == 0;
}

bool
imap_args_mailbox(struct str in, struct arena *a, struct str *name)
{
	return imap_take_astring(&in, a, name) && in.len == 0;
}

static bool
take_system_flag(struct str *in, unsigned *flags)
{
	static const struct {
		struct str name;
		unsigned bit;
	} known[] = {
		{ STR_INIT("Seen"), 1 }, { STR_INIT("Answered"), 2 },
		{ STR_INIT("Flagged"), 4 }, { STR_INIT("Deleted"), 8 },
		{ STR_INIT("Draft"), 16 },
	};
	struct str name;

	if (!imap_take_atom(in, &name))
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq_nocase(name, known[i].name)) {
			*flags |= known[i].bit;
			return true;
		}
	return false;		/* \Recent is not the client's */
}

bool
imap_take_flags(struct str *in, unsigned *flags,
    struct str keyword[IMAP_FLAGS_MAX], size_t *keywords)
{
	bool list = str_take_byte(in, '(');

	if (list && str_take_byte(in, ')'))
		return true;
	do {
		if (str_take_byte(in, '\\') ? !take_system_flag(in, flags) :
		    *keywords == IMAP_FLAGS_MAX ||
		    !imap_take_atom(in, &keyword[(*keywords)++]))
			return false;
	} while (str_take_byte(in, ' '));
	return !list || str_take_byte(in, ')');
}

bool
imap_args_store(struct str in, struct arena *a, struct imap_store *out)
{
	*out = (struct imap_store){ .op = IMAP_STORE_SET };
	if (!imap_set_take(&in, a, &out->set) || !str_take_byte(&in, ' '))
		return false;
	out->conditional = str_take_word(&in, STR("(UNCHANGEDSINCE "));
	if (out->conditional && (!imap_take_modseq(&in,
	    &out->unchanged_since) || !str_take_word(&in, STR(") "))))
		return false;
	if (str_take_byte(&in, '+'))
		out->op = IMAP_STORE_ADD;
	else if (str_take_byte(&in, '-'))
		out->op = IMAP_STORE_REMOVE;
	if (!str_take_word(&in, STR("FLAGS")))
		return false;
	out->silent = str_take_word(&in, STR(".SILENT"));
	return str_take_byte(&in, ' ') && imap_take_flags(&in,
	    &out->flags, out->keyword, &out->keywords) && in.len == 0;
}

bool
imap_args_copy(struct str in, struct arena *a, struct imap_set *set,
    struct str *name)
{
	return imap_set_take(&in, a, set) && str_take_byte(&in, ' ') &&
	    imap_take_astring(&in, a, name) && in.len == 0;
}

bool
imap_args_set(struct str in, struct arena *a, struct imap_set *out)
{
	return imap_set_take(&in, a, out) && in.len == 0;
}

bool
imap_args_enable(struct str in, unsigned *what)
{
	static const struct {
		struct str name;
		enum imap_enable is;
	} known[] = {
		{ STR_INIT("CONDSTORE"), IMAP_ENABLE_CONDSTORE },
		{ STR_INIT("QRESYNC"), IMAP_ENABLE_QRESYNC },
		{ STR_INIT("UTF8=ACCEPT"), IMAP_ENABLE_UTF8 },
	};
	struct str word;

	*what = 0;
	do {
		if (!imap_take_atom(&in, &word))
			return false;
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (str_eq_nocase(word, known[i].name))
				*what |= known[i].is;
	} while (str_take_byte(&in, ' '));
	return in.len == 0;
}

static bool
take_nstring(struct str *in, struct arena *a, struct str *out)
{
	return str_take_word(in, STR("NIL")) || imap_take_string(in, a, out);
}

bool
imap_args_id(struct str in, struct arena *a)
{
	struct str word;

	if (str_take_word(&in, STR("NIL")) || str_take_word(&in, STR("()")))
		return in.len == 0;
	if (!str_take_byte(&in, '('))
		return false;
	do
		if (!imap_take_string(&in, a, &word) ||
		    !str_take_byte(&in, ' ') || !take_nstring(&in, a, &word))
			return false;
	while (str_take_byte(&in, ' '));
	return str_take_byte(&in, ')') && in.len == 0;
}
