/*
 * cmd_copy.c - COPY, MOVE and their UID forms.  RFC 3501, 6.4.7; RFC 6851;
 * RFC 4315 (COPYUID).
 *
 * One request for all messages, so that all are copied or none.
 */

#include "base/verdict.h"
#include "listing.h"
#include "proto/imap_args.h"
#include "proto/imap_put.h"

enum { COPYUID_MAX = 32768 };	/* a longer one is left out: clients read
				   lines */

static bool
pack_ranges(struct buf *out, const struct mailbox *box,
    const struct places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		field_put_u32(out, mailbox_mail(box, p->range[i].from)->uid);
		field_put_u32(out,
		    mailbox_mail(box, p->range[i].to - 1)->uid);
	}
	return !out->failed;
}

/* "[COPYUID validity from to] " or nothing. */
static void
put_copyuid(struct buf *out, const struct msg_write_copied *is)
{
	struct str in = is->uids;
	uint32_t from, to;
	bool first = true;

	if (in.len == 0 || is->messages == 0)
		return;
	buf_add(out, STR("[COPYUID "));
	buf_add_u64(out, is->uidvalidity);
	buf_byte(out, ' ');
	for (; field_take_u32(&in, &from) && field_take_u32(&in, &to);
	    first = false) {
		if (!first)
			buf_byte(out, ',');
		imap_put_range(out, from, to);
	}
	buf_byte(out, ' ');
	imap_put_range(out, is->first, is->first + is->messages - 1);
	buf_add(out, STR("] "));
}

static const char *
refusal(const struct msg_write_copied *is)
{
	if (is->reason == RCPT_FULL)
		return "NO [OVERQUOTA] The account is full";
	if (is->reason == RCPT_NO_MAILBOX)
		return "NO [TRYCREATE] No such mailbox";
	return reply_unavailable;
}

/* MOVE tells the new uids before the old ones go: RFC 6851, 4.3. */
static const char *
tell(struct imap *s, const struct msg_write_copied *is, bool move)
{
	const char *text = "OK Done";
	struct buf out;

	buf_init(&out, COPYUID_MAX);
	buf_add(&out, move ? STR("* OK ") : STR("OK "));
	put_copyuid(&out, is);
	if (out.len < sizeof("* OK ")) {
		buf_free(&out);
		return text;
	}
	buf_add(&out, move ? STR("Moved\r\n") :
	    (struct str){ "Done", sizeof("Done") });
	if (!out.failed && move)
		buf_add(&s->out, buf_str(&out));
	else if (!out.failed)
		text = arena_str(&s->arena, buf_str(&out)).ptr;
	buf_free(&out);
	return text != NULL ? text : "OK Done";
}

static const char *
copy(struct imap *s, const struct places *p, uint64_t target, bool move)
{
	struct msg_write_copy m = { s->box.id, target, move, STR("") };
	union msg_written is;
	struct buf uids;
	const char *text = NULL;

	buf_init(&uids, UID_RANGES_MAX * 8);
	if (!pack_ranges(&uids, &s->box, p))
		text = "NO [LIMIT] That is too many ranges at once";
	m.uids = buf_str(&uids);
	if (text == NULL && !ask_writer(s, WRITE_COPY, &m, WRITE_COPIED, &is))
		text = reply_unavailable;
	buf_free(&uids);
	if (text != NULL)
		return text;
	if (is.copied.verdict != VERDICT_YES)
		return refusal(&is.copied);
	if (is.copied.modseq > s->box.target)
		s->box.target = is.copied.modseq;
	text = tell(s, &is.copied, move);
	/* RFC 6851, 4.4; RFC 7162, 3.2.7 */
	return move && s->qresync ? imap_text(s, "OK [HIGHESTMODSEQ ",
	    is.copied.modseq, "] Done") : text;
}

const char *
cmd_copy(struct imap *s, const struct imap_cmd *cmd)
{
	bool move = cmd->verb == IMAP_MOVE || cmd->verb == IMAP_UID_MOVE;
	struct imap_set set;
	struct places p;
	struct box_row row;
	struct str name;
	const char *no;

	if (!imap_args_copy(cmd->args, &s->arena, &set, &name))
		return reply_syntax;
	if (!mailbox_places(s, &set, imap_verb_is_uid(cmd->verb), &p))
		return reply_no_message;
	no = listing_find(s, name, &row);
	if (no != NULL)
		return no == reply_no_mailbox ?
		    "NO [TRYCREATE] No such mailbox" : no;
	return p.n == 0 ? "OK Nothing to do" : copy(s, &p, row.id, move);
}
