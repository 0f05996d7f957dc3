/*
 * cmd_store.c - STORE and UID STORE.  RFC 3501, 6.4.6; RFC 7162, 3.1.3.
 *
 * The store changes and numbers the change; then the mailbox is looked at as
 * for anybody's change, and what the client cannot know is told.
 */

#include "base/verdict.h"
#include "index.h"
#include "proto/imap_args.h"
#include "proto/imap_runs.h"

enum { UID_BYTES = 4 };

static const char too_many[] = "NO [LIMIT] Too many keywords in this mailbox";

static bool
pack_keywords(struct buf *out, const struct imap_store *st)
{
	for (size_t i = 0; i < st->keywords; i++) {
		if (st->keyword[i].len > KEYWORD_MAX)
			return false;
		field_put_str(out, st->keyword[i]);
	}
	return !out->failed;
}

/* failed: uids that UNCHANGEDSINCE kept out, packed. */
static const char *
write_flags(struct imap *s, const struct imap_store *st, struct str keywords,
    struct str uids, struct buf *failed)
{
	static const uint32_t ops[] = {
		[IMAP_STORE_SET] = FLAGS_SET, [IMAP_STORE_ADD] = FLAGS_ADD,
		[IMAP_STORE_REMOVE] = FLAGS_REMOVE,
	};
	struct msg_write_done done;

	while (uids.len > 0) {
		struct str some = uids;
		struct msg_write_flags m = { s->box.id, ops[st->op],
		    st->flags, keywords, st->unchanged_since, STR("") };

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
		buf_add(failed, done.modified);
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

/* Every message has a number greater than 0: RFC 7162, 3.1.3. */
static bool
fails_all(const struct imap_store *st)
{
	return st->conditional && st->unchanged_since == 0;
}

/* Does this one stand next among those that failed? */
static bool
has_failed(struct str *failed, uint32_t uid)
{
	struct str rest = *failed;
	uint32_t next;

	if (!field_take_u32(&rest, &next) || next != uid)
		return false;
	*failed = rest;
	return true;
}

/* A loud STORE tells of all its messages, a silent one only of those that are
 * not as the client must think they are; their numbers are told always, to
 * who wants any: RFC 7162, 3.1.3. */
static void
mark(struct imap *s, const struct imap_store *st, const struct places *p,
    struct str was, struct str failed)
{
	uint32_t flags;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = p->range[i].from; k < p->range[i].to &&
		    field_take_u32(&was, &flags); k++) {
			struct mail *m = mailbox_mail(&s->box, k);

			if (has_failed(&failed, m->uid))
				continue;
			m->tell = !st->silent || m->flags !=
			    after(s, st, flags) ? TELL_FLAGS : TELL_MODSEQ;
			s->box.news = true;
		}
}

/* "OK [MODIFIED 7,9] …": uids in UID STORE, else numbers. */
static const char *
reply(struct imap *s, const struct places *p, bool uid, struct str failed)
{
	struct imap_runs runs = { .before = "OK [MODIFIED " };
	struct buf text;

	if (failed.len == 0)
		return "OK Done";
	buf_init(&text, COMMAND_ARENA_MAX / 2);
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = p->range[i].from; k < p->range[i].to; k++) {
			uint32_t this = mailbox_mail(&s->box, k)->uid;

			if (has_failed(&failed, this))
				imap_runs_add(&runs, &text, uid ? this :
				    (uint32_t)k + 1);
		}
	(void)imap_runs_end(&runs, &text, "] These have changed since");
	return imap_text_of(s, &text);
}

struct storing {
	struct buf uids, keywords;
	struct buf was;		/* the flags of each, packed */
	struct buf failed;
};

static void
storing_begin(struct storing *t, const struct imap *s, const struct places *p)
{
	size_t room = (mailbox_count(&s->box) + 1) * UID_BYTES;

	buf_init(&t->uids, room);
	buf_init(&t->was, room);
	buf_init(&t->failed, room);
	buf_init(&t->keywords, KEYWORDS_MAX * (KEYWORD_MAX + UID_BYTES));
	mailbox_pack(&t->uids, &s->box, p);
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = p->range[i].from; k < p->range[i].to; k++)
			field_put_u32(&t->was,
			    mailbox_mail(&s->box, k)->flags);
}

static void
storing_end(struct storing *t)
{
	buf_free(&t->keywords);
	buf_free(&t->was);
	buf_free(&t->uids);
	buf_free(&t->failed);
}

static const char *
store(struct imap *s, const struct imap_store *st, const struct places *p,
    bool uid)
{
	const char *no = NULL;
	struct storing t;

	storing_begin(&t, s, p);
	if (!pack_keywords(&t.keywords, st))
		no = too_many;
	else if (fails_all(st))
		buf_add(&t.failed, buf_str(&t.uids));
	else
		no = write_flags(s, st, buf_str(&t.keywords),
		    buf_str(&t.uids), &t.failed);
	/* names first, so that a new keyword's bit is known */
	if (no == NULL && !(index_pull(s) && mailbox_learn(s)))
		no = reply_unavailable;
	if (no == NULL) {
		mark(s, st, p, buf_str(&t.was), buf_str(&t.failed));
		no = reply(s, p, uid, buf_str(&t.failed));
	}
	storing_end(&t);
	return no;
}

const char *
cmd_store(struct imap *s, const struct imap_cmd *cmd)
{
	bool uid = cmd->verb == IMAP_UID_STORE;
	struct imap_store st;
	struct places p;

	if (!imap_args_store(cmd->args, &s->arena, &st))
		return reply_syntax;
	if (!mailbox_places(s, &st.set, uid, &p))
		return reply_no_message;
	s->condstore |= st.conditional;
	return p.n == 0 ? "OK Nothing to do" : store(s, &st, &p, uid);
}
