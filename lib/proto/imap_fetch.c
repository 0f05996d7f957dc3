/* imap_fetch.c - what FETCH asks for. */

#include "proto/imap_fetch.h"

#include "proto/imap_lex.h"
#include "proto/imap_put.h"

struct taking {
	struct str in;
	struct arena *arena;
	struct imap_fetch *out;
	struct imap_item *last;
};

static struct imap_item *
add(struct taking *t, enum imap_item_is is)
{
	struct imap_item *item;

	if (t->out->n == IMAP_ITEMS_MAX)
		return NULL;
	item = ARENA_NEW(t->arena, struct imap_item);
	if (item == NULL)
		return NULL;
	item->is = is;
	item->peek = true;
	if (t->last != NULL)
		t->last->next = item;
	else
		t->out->items = item;
	t->last = item;
	t->out->n++;
	return item;
}

/* "1.2." of "1.2.TEXT", all of "1.2"; *ended: no text may follow. */
static bool
take_parts(struct taking *t, struct imap_section *s, bool *ended)
{
	uint32_t part[IMAP_PART_DEPTH_MAX];

	*ended = false;
	while (imap_take_nz_number(&t->in, &part[s->parts])) {
		s->parts++;
		*ended = !str_take_byte(&t->in, '.');
		if (*ended)
			break;
		if (s->parts == IMAP_PART_DEPTH_MAX)
			return false;
	}
	s->part = arena_alloc(t->arena, s->parts, sizeof(*s->part));
	if (s->part == NULL)
		return false;
	for (size_t i = 0; i < s->parts; i++)
		s->part[i] = part[i];
	return true;
}

static bool
take_fields(struct taking *t, struct imap_section *s)
{
	struct str rest;
	size_t room = 1;

	if (!str_take_word(&t->in, STR(" (")))
		return false;
	rest = t->in;
	for (size_t i = 0; i < rest.len && rest.ptr[i] != ')'; i++)
		room += rest.ptr[i] == ' ';
	if (room > IMAP_FIELDS_MAX)
		room = IMAP_FIELDS_MAX;
	s->field = arena_alloc(t->arena, room, sizeof(*s->field));
	if (s->field == NULL)
		return false;
	do {
		if (s->fields == room || !imap_take_astring(&t->in, t->arena,
		    &s->field[s->fields]))
			return false;
		s->fields++;
	} while (str_take_byte(&t->in, ' '));
	return str_take_byte(&t->in, ')');
}

static bool
take_section_text(struct taking *t, struct imap_section *s)
{
	/* the longer names first */
	static const struct {
		struct str name;
		enum imap_section_text text;
	} known[] = {
		{ STR_INIT("HEADER.FIELDS.NOT"), SECTION_FIELDS_NOT },
		{ STR_INIT("HEADER.FIELDS"), SECTION_FIELDS },
		{ STR_INIT("HEADER"), SECTION_HEADER },
		{ STR_INIT("TEXT"), SECTION_TEXT },
		{ STR_INIT("MIME"), SECTION_MIME },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!str_take_word(&t->in, known[i].name))
			continue;
		s->text = known[i].text;
		if (s->text == SECTION_MIME && s->parts == 0)
			return false;
		return (s->text != SECTION_FIELDS &&
		    s->text != SECTION_FIELDS_NOT) || take_fields(t, s);
	}
	return s->parts == 0;	/* BODY[]; but "1." wants a word */
}

/* After "BODY[": section, "]", and perhaps "<offset.length>". */
static bool
take_section(struct taking *t, bool peek)
{
	struct imap_item *item = add(t, ITEM_SECTION);
	bool ended;

	if (item == NULL)
		return false;
	item->peek = peek;
	if (!take_parts(t, &item->section, &ended) ||
	    (!ended && !take_section_text(t, &item->section)) ||
	    !str_take_byte(&t->in, ']'))
		return false;
	if (!str_take_byte(&t->in, '<'))
		return true;
	item->partial = true;
	return imap_take_number(&t->in, &item->offset) &&
	    str_take_byte(&t->in, '.') &&
	    imap_take_nz_number(&t->in, &item->length) &&
	    str_take_byte(&t->in, '>');
}

static bool
is_item_char(unsigned char c)
{
	return imap_is_atom_char(c) && c != '[';
}

static bool
take_plain(struct taking *t, struct str name)
{
	static const struct {
		struct str name;
		enum imap_item_is is;
		bool peek;
		enum imap_section_text text;
	} known[] = {
		{ STR_INIT("UID"), ITEM_UID, true, 0 },
		{ STR_INIT("MODSEQ"), ITEM_MODSEQ, true, 0 },
		{ STR_INIT("FLAGS"), ITEM_FLAGS, true, 0 },
		{ STR_INIT("INTERNALDATE"), ITEM_INTERNALDATE, true, 0 },
		{ STR_INIT("RFC822.SIZE"), ITEM_SIZE, true, 0 },
		{ STR_INIT("ENVELOPE"), ITEM_ENVELOPE, true, 0 },
		{ STR_INIT("BODY"), ITEM_BODY, true, 0 },
		{ STR_INIT("BODYSTRUCTURE"), ITEM_BODYSTRUCTURE, true, 0 },
		{ STR_INIT("RFC822"), ITEM_RFC822, false, SECTION_ALL },
		{ STR_INIT("RFC822.HEADER"), ITEM_RFC822_HEADER, true,
		    SECTION_HEADER },
		{ STR_INIT("RFC822.TEXT"), ITEM_RFC822_TEXT, false,
		    SECTION_TEXT },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct imap_item *item;

		if (!str_eq_nocase(name, known[i].name))
			continue;
		item = add(t, known[i].is);
		if (item == NULL)
			return false;
		item->peek = known[i].peek;
		item->section.text = known[i].text;
		return true;
	}
	return false;
}

static bool
take_item(struct taking *t)
{
	struct str name = str_take_while(&t->in, is_item_char);

	if (str_eq_nocase(name, STR("BODY")) && str_take_byte(&t->in, '['))
		return take_section(t, false);
	if (str_eq_nocase(name, STR("BODY.PEEK")))
		return str_take_byte(&t->in, '[') && take_section(t, true);
	return take_plain(t, name);
}

static bool
take_macro(struct taking *t)
{
	struct str rest = t->in;
	struct str name = str_take_while(&rest, imap_is_atom_char);
	bool all = str_eq_nocase(name, STR("ALL"));
	bool full = str_eq_nocase(name, STR("FULL"));

	if (!all && !full && !str_eq_nocase(name, STR("FAST")))
		return false;
	t->in = rest;
	return add(t, ITEM_FLAGS) && add(t, ITEM_INTERNALDATE) &&
	    add(t, ITEM_SIZE) && (!(all || full) || add(t, ITEM_ENVELOPE)) &&
	    (!full || add(t, ITEM_BODY));
}

static bool
take_items(struct taking *t)
{
	if (take_macro(t))
		return true;
	if (!str_take_byte(&t->in, '('))
		return take_item(t);
	do
		if (!take_item(t))
			return false;
	while (str_take_byte(&t->in, ' '));
	return str_take_byte(&t->in, ')');
}

static bool
asks_modseq(const struct imap_fetch *f)
{
	for (const struct imap_item *i = f->items; i != NULL; i = i->next)
		if (i->is == ITEM_MODSEQ)
			return true;
	return false;
}

/* " (CHANGEDSINCE 7 VANISHED)"; the answers have MODSEQ then. */
static bool
take_modifiers(struct taking *t)
{
	struct imap_fetch *f = t->out;

	if (!str_take_word(&t->in, STR(" (")))
		return false;
	do {
		if (str_take_word(&t->in, STR("VANISHED")))
			f->vanished = true;
		else if (!str_take_word(&t->in, STR("CHANGEDSINCE ")) ||
		    !imap_take_modseq(&t->in, &f->changed_since))
			return false;
		else
			f->conditional = true;
	} while (str_take_byte(&t->in, ' '));
	return str_take_byte(&t->in, ')') && f->conditional &&
	    (asks_modseq(f) || add(t, ITEM_MODSEQ));
}

bool
imap_fetch_parse(struct str args, struct arena *a, struct imap_fetch *out)
{
	struct taking t = { .in = args, .arena = a, .out = out };

	*out = (struct imap_fetch){ 0 };
	return imap_set_take(&t.in, a, &out->set) &&
	    str_take_byte(&t.in, ' ') && take_items(&t) &&
	    (t.in.len == 0 || take_modifiers(&t)) && t.in.len == 0;
}

static void
put_section(struct buf *out, const struct imap_section *s)
{
	static const char *const text[] = {
		[SECTION_ALL] = "", [SECTION_HEADER] = "HEADER",
		[SECTION_FIELDS] = "HEADER.FIELDS (",
		[SECTION_FIELDS_NOT] = "HEADER.FIELDS.NOT (",
		[SECTION_TEXT] = "TEXT", [SECTION_MIME] = "MIME",
	};

	for (size_t i = 0; i < s->parts; i++) {
		if (i > 0)
			buf_byte(out, '.');
		buf_add_u64(out, s->part[i]);
	}
	if (s->parts > 0 && s->text != SECTION_ALL)
		buf_byte(out, '.');
	buf_add_c(out, text[s->text]);
	for (size_t i = 0; i < s->fields; i++) {
		if (i > 0)
			buf_byte(out, ' ');
		imap_put_astring(out, s->field[i]);
	}
	if (s->fields > 0)
		buf_byte(out, ')');
}

void
imap_item_put(struct buf *out, const struct imap_item *item)
{
	static const char *const names[] = {
		[ITEM_UID] = "UID", [ITEM_FLAGS] = "FLAGS",
		[ITEM_INTERNALDATE] = "INTERNALDATE",
		[ITEM_SIZE] = "RFC822.SIZE", [ITEM_ENVELOPE] = "ENVELOPE",
		[ITEM_BODY] = "BODY", [ITEM_BODYSTRUCTURE] = "BODYSTRUCTURE",
		[ITEM_RFC822] = "RFC822",
		[ITEM_RFC822_HEADER] = "RFC822.HEADER",
		[ITEM_RFC822_TEXT] = "RFC822.TEXT", [ITEM_SECTION] = "BODY[",
		[ITEM_MODSEQ] = "MODSEQ",
	};

	buf_add_c(out, names[item->is]);
	if (item->is != ITEM_SECTION)
		return;
	put_section(out, &item->section);
	buf_byte(out, ']');
	if (item->partial) {
		buf_byte(out, '<');
		buf_add_u64(out, item->offset);
		buf_byte(out, '>');
	}
}
