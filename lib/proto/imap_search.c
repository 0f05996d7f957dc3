/* imap_search.c - SEARCH, made into a tree of keys. */

#include "proto/imap_search.h"

#include "base/ascii.h"
#include "proto/imap_lex.h"

struct parse {
	struct str in;
	struct arena *arena;
	struct imap_search *out;
	unsigned depth;
};

/* What follows a key's name. */
enum args { NOTHING, SET, DATE, NUMBER, ATOM, STRING, NAME_STRING, ENTRY,
    ONE_KEY, TWO_KEYS };

static const struct word {
	struct str name;
	enum imap_key_is is;
	enum args args;
	bool not;
	unsigned flag;			/* or enum imap_when */
	struct str field;
} words[] = {
	{ STR_INIT("ALL"), KEY_ALL, NOTHING, false, 0, { 0 } },
	{ STR_INIT("ANSWERED"), KEY_FLAG, NOTHING, false, 2, { 0 } },
	{ STR_INIT("BCC"), KEY_HEADER, STRING, false, 0, STR_INIT("Bcc") },
	{ STR_INIT("BEFORE"), KEY_DATE, DATE, false, WHEN_BEFORE, { 0 } },
	{ STR_INIT("BODY"), KEY_BODY, STRING, false, 0, { 0 } },
	{ STR_INIT("CC"), KEY_HEADER, STRING, false, 0, STR_INIT("Cc") },
	{ STR_INIT("DELETED"), KEY_FLAG, NOTHING, false, 8, { 0 } },
	{ STR_INIT("DRAFT"), KEY_FLAG, NOTHING, false, 16, { 0 } },
	{ STR_INIT("FLAGGED"), KEY_FLAG, NOTHING, false, 4, { 0 } },
	{ STR_INIT("FROM"), KEY_HEADER, STRING, false, 0, STR_INIT("From") },
	{ STR_INIT("HEADER"), KEY_HEADER, NAME_STRING, false, 0, { 0 } },
	{ STR_INIT("KEYWORD"), KEY_KEYWORD, ATOM, false, 0, { 0 } },
	{ STR_INIT("LARGER"), KEY_LARGER, NUMBER, false, 0, { 0 } },
	{ STR_INIT("MODSEQ"), KEY_MODSEQ, ENTRY, false, 0, { 0 } },
	/* RECENT UNSEEN */
	{ STR_INIT("NEW"), KEY_RECENT, NOTHING, false, 1, { 0 } },
	{ STR_INIT("NOT"), KEY_AND, ONE_KEY, true, 0, { 0 } },
	{ STR_INIT("OLD"), KEY_RECENT, NOTHING, true, 0, { 0 } },
	{ STR_INIT("ON"), KEY_DATE, DATE, false, WHEN_ON, { 0 } },
	{ STR_INIT("OR"), KEY_OR, TWO_KEYS, false, 0, { 0 } },
	{ STR_INIT("RECENT"), KEY_RECENT, NOTHING, false, 0, { 0 } },
	{ STR_INIT("SEEN"), KEY_FLAG, NOTHING, false, 1, { 0 } },
	{ STR_INIT("SENTBEFORE"), KEY_SENT, DATE, false, WHEN_BEFORE, { 0 } },
	{ STR_INIT("SENTON"), KEY_SENT, DATE, false, WHEN_ON, { 0 } },
	{ STR_INIT("SENTSINCE"), KEY_SENT, DATE, false, WHEN_SINCE, { 0 } },
	{ STR_INIT("SINCE"), KEY_DATE, DATE, false, WHEN_SINCE, { 0 } },
	{ STR_INIT("SMALLER"), KEY_SMALLER, NUMBER, false, 0, { 0 } },
	{ STR_INIT("SUBJECT"), KEY_HEADER, STRING, false, 0,
	    STR_INIT("Subject") },
	{ STR_INIT("TEXT"), KEY_TEXT, STRING, false, 0, { 0 } },
	{ STR_INIT("TO"), KEY_HEADER, STRING, false, 0, STR_INIT("To") },
	{ STR_INIT("UID"), KEY_UID, SET, false, 0, { 0 } },
	{ STR_INIT("UNANSWERED"), KEY_FLAG, NOTHING, true, 2, { 0 } },
	{ STR_INIT("UNDELETED"), KEY_FLAG, NOTHING, true, 8, { 0 } },
	{ STR_INIT("UNDRAFT"), KEY_FLAG, NOTHING, true, 16, { 0 } },
	{ STR_INIT("UNFLAGGED"), KEY_FLAG, NOTHING, true, 4, { 0 } },
	{ STR_INIT("UNKEYWORD"), KEY_KEYWORD, ATOM, true, 0, { 0 } },
	{ STR_INIT("UNSEEN"), KEY_FLAG, NOTHING, true, 1, { 0 } },
};

enum imap_needs
imap_key_needs(enum imap_key_is is)
{
	static const enum imap_needs needs[KEY_KINDS] = {
		[KEY_DATE] = NEEDS_META, [KEY_LARGER] = NEEDS_META,
		[KEY_SMALLER] = NEEDS_META,
		[KEY_SENT] = NEEDS_HEAD, [KEY_HEADER] = NEEDS_HEAD,
		[KEY_BODY] = NEEDS_BODY, [KEY_TEXT] = NEEDS_BODY,
	};

	return needs[is];
}

static struct imap_key *
new_key(struct parse *p, enum imap_key_is is)
{
	struct imap_key *k;

	if (p->out->keys == IMAP_KEYS_MAX)
		return NULL;
	k = ARENA_NEW(p->arena, struct imap_key);
	if (k == NULL)
		return NULL;
	k->is = is;
	k->id = p->out->keys++;
	return k;
}

static struct imap_key *take_key(struct parse *);

/* One key after the other, with blanks between: all of them, as an AND. */
static struct imap_key *
take_keys(struct parse *p)
{
	struct imap_key *all = new_key(p, KEY_AND), **at;

	if (all == NULL)
		return NULL;
	at = &all->child;
	do {
		*at = take_key(p);
		if (*at == NULL)
			return NULL;
		at = &(*at)->next;
	} while (str_take_byte(&p->in, ' '));
	return all;
}

static bool
take_two(struct parse *p, struct imap_key *k)
{
	k->child = take_key(p);
	if (k->child == NULL || !str_take_byte(&p->in, ' '))
		return false;
	k->child->next = take_key(p);
	return k->child->next != NULL;
}

/* RFC 7162, 3.1.5: ["/flags/\\Seen" all] number.  What the entry says does
 * not count: there is one modseq for all flags. */
static bool
take_modseq(struct parse *p, struct imap_key *k)
{
	struct str entry, type;

	p->out->modseq = true;
	if (str_peek(p->in) == '"') {
		if (!imap_take_string(&p->in, p->arena, &entry) ||
		    !str_take_byte(&p->in, ' ') ||
		    !imap_take_atom(&p->in, &type) ||
		    !str_take_byte(&p->in, ' ') ||
		    !(str_eq_nocase(type, STR("all")) ||
		    str_eq_nocase(type, STR("priv")) ||
		    str_eq_nocase(type, STR("shared"))))
			return false;
	}
	return str_take_u64(&p->in, &k->number) && k->number <= INT64_MAX;
}

static bool
take_args(struct parse *p, struct imap_key *k, enum args args)
{
	switch (args) {
	case NOTHING:
		return true;
	case SET:
		return imap_set_take(&p->in, p->arena, &k->set);
	case DATE:
		return imap_take_date(&p->in, &k->date);
	case NUMBER:
		return str_take_u64(&p->in, &k->number);
	case ATOM:
		return imap_take_atom(&p->in, &k->name);
	case STRING:
		return imap_take_astring(&p->in, p->arena, &k->text);
	case NAME_STRING:
		return imap_take_astring(&p->in, p->arena, &k->name) &&
		    k->name.len > 0 && str_take_byte(&p->in, ' ') &&
		    imap_take_astring(&p->in, p->arena, &k->text);
	case ENTRY:
		return take_modseq(p, k);
	case ONE_KEY:
		k->child = take_key(p);
		return k->child != NULL;
	case TWO_KEYS:
		return take_two(p, k);
	}
	return false;
}

static struct imap_key *
take_word(struct parse *p)
{
	struct str name = str_take_while(&p->in, is_alpha);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct word *w = &words[i];
		struct imap_key *k;

		if (!str_eq_nocase(name, w->name))
			continue;
		k = new_key(p, w->is);
		if (k == NULL || (w->args != NOTHING &&
		    !str_take_byte(&p->in, ' ')))
			return NULL;
		k->not = w->not;
		k->flag = w->args == NOTHING ? w->flag : 0;
		k->when = (enum imap_when)(w->args == DATE ? w->flag : 0);
		k->name = w->field;
		return take_args(p, k, w->args) ? k : NULL;
	}
	return NULL;
}

static struct imap_key *
take_set(struct parse *p)
{
	struct imap_key *k = new_key(p, KEY_SEQ);

	return k != NULL && imap_set_take(&p->in, p->arena, &k->set) ? k :
	    NULL;
}

static struct imap_key *
take_key_of(struct parse *p)
{
	struct imap_key *k;
	int c = str_peek(p->in);

	if (c == '(') {
		str_take_byte(&p->in, '(');
		k = take_keys(p);
		return k != NULL && str_take_byte(&p->in, ')') ? k : NULL;
	}
	return c == '*' || c == '$' || (c >= '0' && c <= '9') ? take_set(p) :
	    take_word(p);
}

static struct imap_key *
take_key(struct parse *p)
{
	struct imap_key *k;

	if (p->depth == IMAP_KEY_DEPTH_MAX)
		return NULL;
	p->depth++;
	k = take_key_of(p);
	p->depth--;
	return k;
}

static bool
take_options(struct str *in, struct imap_search *out)
{
	static const struct {
		struct str name;
		unsigned bit;
	} known[] = {
		{ STR_INIT("MIN"), SEARCH_MIN },
		{ STR_INIT("MAX"), SEARCH_MAX },
		{ STR_INIT("ALL"), SEARCH_EACH },
		{ STR_INIT("COUNT"), SEARCH_COUNT },
		{ STR_INIT("SAVE"), SEARCH_SAVE },
	};
	struct str word;

	do {
		unsigned was = out->want;

		if (!imap_take_atom(in, &word))
			return false;
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (str_eq_nocase(word, known[i].name))
				out->want |= known[i].bit;
		if (out->want == was)
			return false;	/* unknown, or said twice */
	} while (str_take_byte(in, ' '));
	return str_take_byte(in, ')');
}

static bool
take_return(struct str *in, struct imap_search *out)
{
	if (!str_take_word(in, STR("RETURN (")))
		return true;
	out->extended = true;
	if (!str_take_byte(in, ')') && !take_options(in, out))
		return false;
	if (out->want == 0)
		out->want = SEARCH_EACH;
	return str_take_byte(in, ' ');
}

bool
imap_search_parse(struct str args, struct arena *a, struct imap_search *out)
{
	struct parse p = { .in = args, .arena = a, .out = out };

	*out = (struct imap_search){ 0 };
	if (!take_return(&p.in, out))
		return false;
	if (str_take_word(&p.in, STR("CHARSET ")) &&
	    (!imap_take_astring(&p.in, a, &out->charset) ||
	    !str_take_byte(&p.in, ' ')))
		return false;
	out->root = take_keys(&p);
	return out->root != NULL && p.in.len == 0;
}
