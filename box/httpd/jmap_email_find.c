/* jmap_email_find.c - where emails are, their keywords and text. */

#include "jmap_email.h"

#include "base/ascii.h"
#include "base/verdict.h"

static bool
take(struct str *data, struct email *e)
{
	return field_take_u64(data, &e->id) &&
	    field_take_u64(data, &e->thread) &&
	    field_take_u64(data, &e->mailbox) &&
	    field_take_u32(data, &e->uid) && field_take_u32(data, &e->flags) &&
	    field_take_u64(data, &e->modseq) &&
	    field_take_u64(data, &e->size) && field_take_u64(data, &e->date) &&
	    field_take_u32(data, &e->head_len);
}

bool
email_find(struct jmap *j, const uint64_t *ids, size_t n, struct email *out,
    size_t *found)
{
	struct msg_read_emails m = { 0 };
	struct reading a;
	struct buf packed;
	uint64_t modseq;
	bool ok;

	*found = 0;
	buf_init(&packed, EMAILS_MAX * 8);
	for (size_t i = 0; i < n; i++)
		field_put_u64(&packed, ids[i]);
	m.ids = buf_str(&packed);
	ok = jmap_ask(j, READ_EMAILS, &m, &a);
	buf_free(&packed);
	if (!ok)
		return false;
	ok = a.verdict == VERDICT_YES && field_take_u64(&a.data, &modseq);
	while (ok && *found < n && take(&a.data, &out[*found]))
		++*found;
	reading_end(&a);
	if (!ok)
		jmap_fail(j, "serverUnavailable", NULL);
	return ok;
}

bool
email_find_one(struct jmap *j, uint64_t id, struct email *e)
{
	size_t n;

	return email_find(j, &id, 1, e, &n) && n == 1;
}

bool
email_learn_keywords(struct jmap *j, struct email_keywords *k,
    uint64_t mailbox)
{
	struct msg_read_index m = { .mailbox = mailbox };
	struct reading a;
	struct str rest;

	if (k->mailbox == mailbox)
		return true;
	if (k->text.limit == 0)
		buf_init(&k->text, KEYWORDS_MAX * (KEYWORD_MAX + 4));
	if (!jmap_ask(j, READ_KEYWORDS, &m, &a))
		return false;
	buf_clear(&k->text);
	buf_add(&k->text, a.data);
	reading_end(&a);
	for (size_t i = 0; i < k->text.len; i++)
		k->text.ptr[i] = ascii_lower(k->text.ptr[i]);
	rest = buf_str(&k->text);
	for (k->n = 0; k->n < KEYWORDS_MAX && field_take_str(&rest,
	    &k->name[k->n]); k->n++)
		;
	k->mailbox = mailbox;
	return true;
}

static const struct {
	struct str name;
	uint32_t flag;
} flags_of[] = {
	{ STR_INIT("$seen"), FLAG_SEEN },
	{ STR_INIT("$answered"), FLAG_ANSWERED },
	{ STR_INIT("$flagged"), FLAG_FLAGGED },
	{ STR_INIT("$draft"), FLAG_DRAFT },
};

uint32_t
email_system_flag(struct str keyword)
{
	for (size_t i = 0; i < sizeof(flags_of) / sizeof(flags_of[0]); i++)
		if (str_eq_nocase(keyword, flags_of[i].name))
			return flags_of[i].flag;
	return 0;
}

json_t *
email_keywords_json(const struct email_keywords *k, uint32_t flags)
{
	json_t *o = json_object();

	for (size_t i = 0; i < sizeof(flags_of) / sizeof(flags_of[0]); i++)
		if ((flags & flags_of[i].flag) != 0)
			json_object_set_new(o, flags_of[i].name.ptr,
			    json_true());
	for (size_t i = 0; i < k->n; i++)
		if ((flags & 1u << (FLAG_KEYWORD_SHIFT + i)) != 0)
			json_object_setn_new(o, k->name[i].ptr,
			    k->name[i].len, json_true());
	return o;
}

/* The next piece of one message; false: it is gone. */
static bool
read_piece(struct jmap *j, const struct email *e, bool whole,
    struct buf *text)
{
	char packed[4];
	struct msg_read_messages m = { .mailbox = e->mailbox,
	    .what = whole ? READ_BODY : READ_HEAD, .offset = text->len };
	struct reading a;
	struct email is;
	struct str data;
	bool ok;

	for (int i = 0; i < 4; i++)
		packed[i] = (char)(e->uid >> (8 * i) & 0xff);
	m.uids = (struct str){ packed, sizeof(packed) };
	if (!jmap_ask(j, READ_MESSAGES, &m, &a))
		return false;
	ok = field_take_u32(&a.data, &is.uid) &&
	    field_take_u32(&a.data, &is.flags) &&
	    field_take_u64(&a.data, &is.modseq) &&
	    field_take_u64(&a.data, &is.size) &&
	    field_take_u64(&a.data, &is.date) &&
	    field_take_u32(&a.data, &is.head_len) &&
	    field_take_str(&a.data, &data) && data.len > 0;
	if (ok)
		buf_add(text, data);
	reading_end(&a);
	return ok && !text->failed;
}

bool
email_open(struct jmap *j, const struct email *e, bool whole,
    struct email_open *o)
{
	size_t want = whole ? (size_t)e->size : e->head_len;

	*o = (struct email_open){ .whole = whole };
	arena_init(&o->arena, JMAP_ARENA_MAX);
	buf_init(&o->text, want);
	if (want > 0 && buf_room(&o->text, want) == NULL)
		return false;
	while (o->text.len < want)
		if (!read_piece(j, e, whole, &o->text))
			return false;
	return !whole || mime_parse(&o->mime, buf_str(&o->text), &o->arena);
}

void
email_close(struct email_open *o)
{
	arena_reset(&o->arena);
	buf_free(&o->text);
}
