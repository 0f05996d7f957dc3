/*
 * cmd_select.c - SELECT and EXAMINE.  RFC 3501, 6.3.1 and 6.3.2; RFC 7162.
 */

#include "imapd.h"
#include "listing.h"
#include "proto/imap_boxes.h"

static void
put_number(struct buf *out, const char *before, uint64_t n, const char *after)
{
	buf_add_c(out, before);
	buf_add_u64(out, n);
	buf_add_c(out, after);
}

static void
put_all(struct imap *s, const struct opened *o, bool read_only)
{
	mailbox_put_known(s, read_only);
	mailbox_put_count(s, o->messages, o->recent,
	    read_only ? 0 : o->uidnext);
	if (o->first_unseen != 0)
		put_number(&s->out, "* OK [UNSEEN ", o->first_unseen,
		    "] The first that is unseen\r\n");
	put_number(&s->out, "* OK [UIDVALIDITY ", o->uidvalidity,
	    "] Uids hold as long as this\r\n");
	put_number(&s->out, "* OK [UIDNEXT ", o->uidnext,
	    "] The next uid\r\n");
	mailbox_put_modseq(s);
}

/* What has changed while the client was away.  RFC 7162, 3.2.5.1. */
static bool
put_changes(struct imap *s, struct imap_select *args)
{
	const struct imap_set *only = args->has_known ? &args->known : NULL;

	if (args->modseq >= s->box.seen)
		return true;
	imap_set_resolve(&args->known, UINT32_MAX);
	if (!mailbox_need(s, true) ||
	    !mailbox_put_earlier(s, args->modseq, only))
		return false;
	for (size_t i = 0; i < mailbox_count(&s->box); i++) {
		const struct mail *m = mailbox_mail(&s->box, i);

		if (m->modseq > args->modseq &&
		    (only == NULL || imap_set_has(only, m->uid)))
			mailbox_put_mail(s, i, true, true);
	}
	return true;
}

/* NULL: it is open. */
static const char *
enter(struct imap *s, struct imap_select *args, bool read_only)
{
	struct opened o;
	struct str name = STR("");	/* nobody's */
	enum verdict v;

	(void)listing_name(s, args->name, &name);
	v = mailbox_open(s, name, &o);
	if (v != VERDICT_YES) {
		mailbox_close(s);
		return v == VERDICT_NO ? reply_no_mailbox : reply_unavailable;
	}
	put_all(s, &o, read_only);
	if (args->qresync && args->uidvalidity == o.uidvalidity &&
	    !put_changes(s, args))
		return reply_unavailable;
	return NULL;
}

const char *
cmd_select(struct imap *s, const struct imap_cmd *cmd)
{
	bool read_only = cmd->verb == IMAP_EXAMINE;
	struct imap_select args;
	const char *no;

	if (!imap_boxes_select(cmd->args, &s->arena, &args))
		return reply_syntax;
	if (args.qresync && !s->qresync)
		return "BAD Enable QRESYNC first";
	s->condstore |= args.condstore;
	/* RFC 7162, 3.2.11: what comes now is about another one */
	if (s->box.id != 0)
		buf_add(&s->out, STR("* OK [CLOSED] The one before\r\n"));
	no = enter(s, &args, read_only);
	if (no != NULL)
		return no;
	return read_only ? "OK [READ-ONLY] Open" : "OK [READ-WRITE] Open";
}
