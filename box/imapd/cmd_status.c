/*
 * cmd_status.c - STATUS.  RFC 3501, 6.3.10; RFC 8438 (SIZE), RFC 7889
 * (APPENDLIMIT), RFC 9208 (DELETED-STORAGE), RFC 7162 (HIGHESTMODSEQ).
 */

#include "base/verdict.h"
#include "imapd.h"
#include "listing.h"
#include "proto/imap_boxes.h"
#include "proto/imap_put.h"

struct status {
	struct buf *out;
	unsigned items;
	bool first;
};

static void
put(struct status *st, enum imap_status item, const char *name, uint64_t n)
{
	if ((st->items & item) == 0)
		return;
	buf_byte(st->out, st->first ? '(' : ' ');
	st->first = false;
	buf_add_c(st->out, name);
	buf_byte(st->out, ' ');
	buf_add_u64(st->out, n);
}

/* Only who asks for it pays for the counting. */
static bool
count_recent(struct imap *s, const struct box_row *row, uint64_t *n)
{
	struct msg_read_index m = { row->id, row->first_recent, 0 };
	bool more = row->first_recent < row->uidnext, ok = true;

	while (ok && more) {
		struct reading a;
		struct str data;
		uint64_t modseq;
		uint32_t flags;

		if (!ask(s, READ_INDEX, &m, &a))
			return false;
		data = a.data;
		ok = a.verdict == VERDICT_YES;
		more = a.more && data.len > 0;
		for (; ok && field_take_u32(&data, &m.from) &&
		    field_take_u32(&data, &flags) &&
		    field_take_u64(&data, &modseq); m.from++)
			++*n;
		reading_end(&a);
	}
	return ok;
}

const char *
status_put(struct imap *s, const struct box_row *row, unsigned items)
{
	struct status st = { &s->out, items, true };
	struct quota q = { 0 };
	uint64_t recent = 0;

	if ((items & IMAP_STATUS_RECENT) != 0 &&
	    !count_recent(s, row, &recent))
		return reply_unavailable;
	if ((items & IMAP_STATUS_DELETED_STORAGE) != 0 &&
	    !quota_ask(s, row->id, &q))
		return reply_unavailable;
	buf_add(&s->out, STR("* STATUS "));
	listing_put_name(s, row->name);
	buf_byte(&s->out, ' ');
	put(&st, IMAP_STATUS_MESSAGES, "MESSAGES", row->messages);
	put(&st, IMAP_STATUS_RECENT, "RECENT", recent);
	put(&st, IMAP_STATUS_UIDNEXT, "UIDNEXT", row->uidnext);
	put(&st, IMAP_STATUS_UIDVALIDITY, "UIDVALIDITY", row->uidvalidity);
	put(&st, IMAP_STATUS_UNSEEN, "UNSEEN", row->unseen);
	put(&st, IMAP_STATUS_SIZE, "SIZE", row->octets);
	put(&st, IMAP_STATUS_APPENDLIMIT, "APPENDLIMIT",
	    s->role->conf.size);
	put(&st, IMAP_STATUS_DELETED_STORAGE, "DELETED-STORAGE",
	    (q.deleted + QUOTA_UNIT - 1) / QUOTA_UNIT);
	put(&st, IMAP_STATUS_HIGHESTMODSEQ, "HIGHESTMODSEQ", row->modseq);
	s->condstore |= (items & IMAP_STATUS_HIGHESTMODSEQ) != 0;
	buf_add(&s->out, STR(")\r\n"));
	imap_put_more(s);
	return NULL;
}

const char *
cmd_status(struct imap *s, const struct imap_cmd *cmd)
{
	struct box_row row;
	struct str name;
	unsigned items;
	const char *no;

	if (!imap_boxes_status(cmd->args, &s->arena, &name, &items))
		return reply_syntax;
	no = listing_find(s, name, &row);
	if (no == NULL)
		no = status_put(s, &row, items);
	return no != NULL ? no : "OK Done";
}
