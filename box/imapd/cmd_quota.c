/*
 * cmd_quota.c - GETQUOTA and GETQUOTAROOT.  RFC 9208.
 *
 * There is one quota root, "", the account; it counts octets, and whoever has
 * no limit has no resource in it.
 */

#include "base/verdict.h"
#include "listing.h"
#include "proto/imap_args.h"

bool
quota_ask(struct imap *s, uint64_t mailbox, struct quota *q)
{
	struct msg_read_quota m = { mailbox };
	struct reading a;
	bool ok;

	if (!ask(s, READ_QUOTA, &m, &a))
		return false;
	ok = a.verdict == VERDICT_YES && field_take_u64(&a.data, &q->used) &&
	    field_take_u64(&a.data, &q->limit) &&
	    field_take_u64(&a.data, &q->deleted);
	reading_end(&a);
	return ok;
}

static const char *
put_quota(struct imap *s)
{
	struct quota q;

	if (!quota_ask(s, 0, &q))
		return reply_unavailable;
	buf_add(&s->out, STR("* QUOTA \"\" ("));
	if (q.limit > 0) {
		buf_add(&s->out, STR("STORAGE "));
		buf_add_u64(&s->out, (q.used + QUOTA_UNIT - 1) / QUOTA_UNIT);
		buf_byte(&s->out, ' ');
		buf_add_u64(&s->out, q.limit / QUOTA_UNIT);
	}
	buf_add(&s->out, STR(")\r\n"));
	return "OK Done";
}

const char *
cmd_getquota(struct imap *s, const struct imap_cmd *cmd)
{
	struct str root;

	if (!imap_args_mailbox(cmd->args, &s->arena, &root))
		return reply_syntax;
	return root.len > 0 ? "NO [NONEXISTENT] No such quota root" :
	    put_quota(s);
}

const char *
cmd_getquotaroot(struct imap *s, const struct imap_cmd *cmd)
{
	struct box_row row;
	struct str sent;
	const char *no;

	if (!imap_args_mailbox(cmd->args, &s->arena, &sent))
		return reply_syntax;
	no = listing_find(s, sent, &row);
	if (no != NULL)
		return no;
	buf_add(&s->out, STR("* QUOTAROOT "));
	listing_put_name(s, row.name);
	buf_add(&s->out, STR(" \"\"\r\n"));
	return put_quota(s);
}
