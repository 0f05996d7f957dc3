/* listing.c - an account's mailboxes, as the store lists them. */

#include "listing.h"

#include "base/verdict.h"
#include "proto/imap_match.h"
#include "proto/imap_utf7.h"

bool
listing_ask(struct imap *s, struct answer *a)
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
	    field_take_str(data, &row->name);
}

const char *
listing_find(struct imap *s, struct str name, struct box_row *row)
{
	const char *text = reply_no_mailbox;
	struct answer a = { 0 };
	struct buf utf8;
	struct str rest;

	buf_init(&utf8, MAILBOX_NAME_MAX);
	if (!imap_utf7_decode(&utf8, name)) {
		buf_free(&utf8);
		return reply_no_mailbox;
	}
	if (!listing_ask(s, &a))
		text = reply_unavailable;
	for (rest = a.data; text == reply_no_mailbox &&
	    listing_next(&rest, row); )
		if (str_eq(row->name, buf_str(&utf8)) ||
		    (imap_is_inbox(row->name) &&
		    imap_is_inbox(buf_str(&utf8))))
			text = NULL;
	ask_forget(&a);
	buf_free(&utf8);
	return text;
}
