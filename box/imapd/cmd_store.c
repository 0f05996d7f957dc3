/*
 * cmd_store.c - STORE and UID STORE.  RFC 3501, 6.4.6.
 *
 * The store changes and numbers the change; then the mailbox is looked at as
 * for anybody's change, and what the client cannot know is told.
 */

#include "ask.h"
#include "base/verdict.h"
#include "proto/imap_args.h"

enum { UID_BYTES = 4 };

static const char too_many[] = "NO [LIMIT] Too many keywords in this mailbox";

static bool
pack_keywords(struct buf *out, const struct imap_store *st)
{
	for (size_t i = 0; i < st->keywords; i++) {
		if (st->keyword[i].len > KEYWORD_MAX)
			return false;
		field_put_u32(out, (uint32_t)st->keyword[i].len);
		buf_add(out, st->keyword[i]);
	}
	return !out->failed;
}

static const char *
write_flags(struct imap *s, const struct imap_store *st, struct str keywords,
    struct str uids)
{
	static const uint32_t ops[] = {
		[IMAP_STORE_SET] = FLAGS_SET, [IMAP_STORE_ADD] = FLAGS_ADD,
		[IMAP_STORE_REMOVE] = FLAGS_REMOVE,
	};
	struct msg_write_done done;

	while (uids.len > 0) {
		struct str some = uids;
		struct msg_write_flags m = { s->box.id, ops[st->op],
		    st->flags, keywords, 0, STR("") };

		if (some.len > UIDS_MAX * UID_BYTES)
			some.len = UIDS_MAX * UID_BYTES;
		m.uids = some;
		if (!ask_write(s, WRITE_FLAGS, &m, &done) ||
		    done.verdict == VERDICT_LATER)
			return reply_unavailable;
		if (done.verdict != VERDICT_YES)
			return st->keywords > 0 ? too_many :
			    reply_unavailable;
		if (done.modseq > s->box.target)
			s->box.target = done.modseq;
		uids.ptr += some.len;
		uids.len -= some.len;
	}
	return NULL;
}

static uint32_t
after(const struct imap *s, const struct imap_store *st, uint32_t was)
{
	uint32_t bits = st->flags;

	for (size_t i = 0; i < st->keywords; i++)
		bits |= mailbox_keyword(&s->box, st->keyword[i]);
	switch (st->op) {
	case IMAP_STORE_ADD:
		return was | bits;
	case IMAP_STORE_REMOVE:
		return was & ~bits;
	default:
		return bits;
	}
}

/* A loud STORE tells of all its messages, a silent one only of those that are
 * not as the client must think they are. */
static void
mark(struct imap *s, const struct imap_store *st, const struct places *p,
    struct str was)
{
	uint32_t flags;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = p->range[i].from; k < p->range[i].to &&
		    field_take_u32(&was, &flags); k++) {
			struct mail *m = mailbox_mail(&s->box, k);

			m->tell = !st->silent ||
			    m->flags != after(s, st, flags);
			s->box.news |= m->tell;
		}
}

static const char *
store(struct imap *s, const struct imap_store *st, const struct places *p)
{
	size_t room = (mailbox_count(&s->box) + 1) * UID_BYTES;
	struct buf uids, keywords, was;
	const char *no = too_many;

	buf_init(&uids, room);
	buf_init(&was, room);
	buf_init(&keywords, KEYWORDS_MAX * (KEYWORD_MAX + UID_BYTES));
	mailbox_pack(&uids, &s->box, p);
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = p->range[i].from; k < p->range[i].to; k++)
			field_put_u32(&was, mailbox_mail(&s->box, k)->flags);
	if (pack_keywords(&keywords, st))
		no = write_flags(s, st, buf_str(&keywords), buf_str(&uids));
	/* names first, so that a new keyword's bit is known */
	if (no == NULL && !(mailbox_pull(s) && mailbox_learn(s)))
		no = reply_unavailable;
	if (no == NULL)
		mark(s, st, p, buf_str(&was));
	buf_free(&keywords);
	buf_free(&was);
	buf_free(&uids);
	return no != NULL ? no : "OK Done";
}

const char *
cmd_store(struct imap *s, const struct imap_cmd *cmd)
{
	struct imap_store st;
	struct places p;

	if (!imap_args_store(cmd->args, &s->arena, &st))
		return reply_syntax;
	if (!mailbox_places(s, &st.set, cmd->verb == IMAP_UID_STORE, &p))
		return reply_no_message;
	return p.n == 0 ? "OK Nothing to do" : store(s, &st, &p);
}
