/* cmd_expunge.c - EXPUNGE (RFC 3501, 6.4.3), UID EXPUNGE (RFC 4315). */

#include "ask.h"
#include "base/verdict.h"
#include "proto/imap_args.h"

enum { UID_BYTES = 4 };

/* Its untagged answers come with the look at what has changed. */
static const char *
expunge(struct imap *s, struct str uids)
{
	struct msg_write_expunge m = { s->box.id, 0, uids };
	struct msg_write_done done;

	if (!ask_write(s, WRITE_EXPUNGE, &m, &done) ||
	    done.verdict != VERDICT_YES)
		return reply_unavailable;
	if (done.modseq > s->box.target)
		s->box.target = done.modseq;
	/* RFC 7162, 3.2.7 */
	return s->qresync ? imap_text(s, "OK [HIGHESTMODSEQ ", done.modseq,
	    "] Done") : "OK Done";
}

const char *
cmd_expunge(struct imap *s, const struct imap_cmd *cmd)
{
	return cmd->args.len > 0 ? reply_syntax : expunge(s, STR(""));
}

const char *
cmd_uid_expunge(struct imap *s, const struct imap_cmd *cmd)
{
	const char *text = "OK Done";
	struct imap_set set;
	struct places p;
	struct buf uids;
	struct str rest;

	if (!imap_args_set(cmd->args, &s->arena, &set))
		return reply_syntax;
	if (!mailbox_places(s, &set, true, &p))
		return reply_unavailable;
	buf_init(&uids, (mailbox_count(&s->box) + 1) * UID_BYTES);
	mailbox_pack(&uids, &s->box, &p);
	for (rest = buf_str(&uids); rest.len > 0 && text[0] == 'O'; ) {
		struct str some = rest;

		if (some.len > UIDS_MAX * UID_BYTES)
			some.len = UIDS_MAX * UID_BYTES;
		text = expunge(s, some);
		rest.ptr += some.len;
		rest.len -= some.len;
	}
	buf_free(&uids);
	return text;
}
