/* listing.c - an account's mailboxes, as the store lists them. */

#include "listing.h"

#include <string.h>

#include "base/verdict.h"
#include "codec/utf8.h"
#include "proto/imap_put.h"
#include "proto/imap_utf7.h"

bool
listing_ask(struct imap *s, struct reading *a)
{
	return ask(s, READ_LIST, NULL, a) && a->verdict == VERDICT_YES;
}

bool
listing_next(struct str *data, struct box_row *row)
{
	return field_take_u64(data, &row->id) &&
	    field_take_u32(data, &row->uidvalidity) &&
	    field_take_u32(data, &row->uidnext) &&
	    field_take_u64(data, &row->modseq) &&
	    field_take_u32(data, &row->messages) &&
	    field_take_u32(data, &row->unseen) &&
	    field_take_u64(data, &row->octets) &&
	    field_take_u32(data, &row->special) &&
	    field_take_u32(data, &row->subscribed) &&
	    field_take_u32(data, &row->first_recent) &&
	    field_take_u64(data, &row->born) &&
	    field_take_u64(data, &row->changed) &&
	    field_take_str(data, &row->name);
}

/* INBOX is INBOX in any case, also above others. */
static void
fold_inbox(char *name, size_t n)
{
	static const char inbox[] = "INBOX";
	struct str rest = { name, n };

	if (str_take_word(&rest, STR("INBOX")) &&
	    (rest.len == 0 || rest.ptr[0] == '/'))
		memcpy(name, inbox, sizeof(inbox) - 1);
}

bool
listing_decode(struct imap *s, struct buf *out, struct str sent)
{
	if (!s->utf8)
		return imap_utf7_decode(out, sent);
	buf_add(out, sent);
	return utf8_valid(sent);
}

void
listing_put_name(struct imap *s, struct str name)
{
	if (s->utf8)
		imap_put_utf8(&s->out, name);
	else
		imap_put_mailbox(&s->out, name);
}

bool
listing_name(struct imap *s, struct str sent, struct str *name)
{
	struct buf utf8;
	bool ok;

	buf_init(&utf8, MAILBOX_NAME_MAX);
	ok = listing_decode(s, &utf8, sent) && !utf8.failed;
	if (ok) {
		fold_inbox(utf8.ptr, utf8.len);
		*name = arena_str(&s->arena, buf_str(&utf8));
	}
	buf_free(&utf8);
	return ok && name->ptr != NULL;
}

bool
listing_new_name(struct imap *s, struct str sent, struct str *name)
{
	if (sent.len > 1 && sent.ptr[sent.len - 1] == '/')
		sent.len--;
	return listing_name(s, sent, name);
}

static const struct str uses[SPECIALS] = {
	[SPECIAL_ARCHIVE] = STR_INIT("\\Archive"),
	[SPECIAL_DRAFTS] = STR_INIT("\\Drafts"),
	[SPECIAL_JUNK] = STR_INIT("\\Junk"),
	[SPECIAL_SENT] = STR_INIT("\\Sent"),
	[SPECIAL_TRASH] = STR_INIT("\\Trash"),
};

uint32_t
listing_use(struct str name)
{
	for (uint32_t i = SPECIAL_NONE + 1; i < SPECIALS; i++)
		if (str_eq_nocase(name, (struct str){ uses[i].ptr + 1,
		    uses[i].len - 1 }))
			return i;
	return SPECIALS;
}

const char *
listing_use_name(uint32_t special)
{
	return special > SPECIAL_NONE && special < SPECIALS ?
	    uses[special].ptr : NULL;
}

const char *
listing_find(struct imap *s, struct str sent, struct box_row *row)
{
	const char *text = reply_no_mailbox;
	struct reading a = { 0 };
	struct str rest, name;

	if (!listing_name(s, sent, &name))
		return reply_no_mailbox;
	if (!listing_ask(s, &a))
		text = reply_unavailable;
	for (rest = a.data; text == reply_no_mailbox &&
	    listing_next(&rest, row); )
		if (row->id != 0 && str_eq(row->name, name))
			text = NULL;
	row->name = name;
	reading_end(&a);
	return text;
}
