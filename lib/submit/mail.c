/* mail.c - one message: who sends it, to whom, and what its header says. */

#include "submit/submit.h"

#include <string.h>

#include "base/wipe.h"
#include "mail/address.h"

struct submit submit;

static void
forget(struct buf *b, size_t limit)
{
	if (b->limit == 0)
		buf_init(b, limit);
	wipe(b->ptr, b->len);
	buf_clear(b);
}

static void
hash_some(void *hash, struct str s)
{
	crypt_hash_feed(hash, s);
}

static void
reset(struct smtp_mail *m)
{
	unsigned char none[CRYPT_HASH];

	if (submit.hashing)
		crypt_hash_end(&submit.hash, none);
	submit_drop(m);
	forget(&submit.envid, ENVID_MAX);
	forget(&submit.rcpts, RCPT_RECORDS_MAX);
	forget(&submit.header, SUBMIT_HEAD_MAX);
	forget(&submit.header_bcc, SUBMIT_HEAD_MAX);
	forget(&submit.trace, SUBMIT_HEAD_MAX);
	forget(&submit.encrypted, SUBMIT_ENCRYPTED_MAX);
	forget(&submit.outer, OUTER_MAX);
	forget(&submit.notice_outer, OUTER_MAX);
	forget(&submit.told, RCPT_RECORDS_MAX);
	submit.record = NULL;
	submit.not_clear = false;
	submit.flags = 0;
	submit.outside = submit.told_of = 0;
	submit.hashing = false;
	submit.id_len = submit.domain_len = 0;
}

/* <> is for what answers a message by itself: RFC 8098 wants it. */
static enum smtp_answer
sender(struct smtp_mail *m, const struct smtp_cmd *cmd)
{
	enum smtp_answer answer = SMTP_SAYS_SENDER_OK;
	bool held = false;
	struct buf local;

	buf_init(&local, SMTP_LOCAL_MAX);
	smtp_path_unquote(cmd->path.local, &local);
	if (cmd->path.domain.len > 0)
		answer = submit_may_send(m, buf_str(&local), cmd->path.domain,
		    &held);
	buf_free(&local);
	submit.flags = (held ? (uint32_t)QUEUE_HOLD : 0) |
	    (cmd->requiretls ? (uint32_t)QUEUE_REQUIRETLS : 0) |
	    (cmd->utf8 ? (uint32_t)QUEUE_UTF8 : 0) |
	    (cmd->ret == SMTP_RET_FULL ? (uint32_t)QUEUE_RET_FULL : 0) |
	    (cmd->ret == SMTP_RET_HDRS ? (uint32_t)QUEUE_RET_HDRS : 0);
	buf_add(&submit.envid, cmd->envid);
	return answer;
}

/* Is it in a record already?  Two of the same would be two letters. */
static bool
is_known(struct str local, struct str domain)
{
	struct str in = buf_str(&submit.rcpts);
	struct msg_rcpt r;

	while (msg_rcpt_take(&in, &r))
		if (str_eq(r.local, local) && str_eq(r.domain, domain))
			return true;
	return false;
}

/* The local part goes on as it was written. */
static enum smtp_answer
outside(struct smtp_mail *m, const struct smtp_cmd *cmd, struct str local,
    struct str domain)
{
	struct buf *out = &submit.rcpts;
	size_t before = out->len, len;
	char name[IDN_MAX];
	struct str folded;

	(void)local;
	if (m->child->chan[ROLE_KEYS] < 0)
		return SMTP_SAYS_LATER;
	if (!idn_fold(name, &len, domain))
		return SMTP_SAYS_BAD_PATH;
	folded = (struct str){ name, len };
	if (is_known(cmd->path.local, folded))
		return SMTP_SAYS_RCPT_OK;
	if (submit.outside == ENQUEUE_RCPTS_MAX)
		return SMTP_SAYS_TOO_MANY_RCPTS;
	msg_rcpt_put(out, &(struct msg_rcpt){ cmd->notify, cmd->path.local,
	    folded, cmd->orcpt });
	if (out->failed) {
		out->failed = false;
		out->len = before;
		return SMTP_SAYS_TOO_MANY_RCPTS;
	}
	submit.outside++;
	return SMTP_SAYS_RCPT_OK;
}

/* The domain of the first address signs. */
static void
take_domain(struct str domain)
{
	size_t len;

	if (submit.domain_len == 0 && idn_fold(submit.domain, &len, domain))
		submit.domain_len = len;
}

static enum smtp_answer
may_use(struct smtp_mail *m, const struct address *a)
{
	struct buf local, domain;
	enum smtp_answer answer = SMTP_SAYS_FROM_NOT_YOURS;
	bool held;

	buf_init(&local, LOCAL_PART_MAX);
	buf_init(&domain, DOMAIN_OCTETS_MAX);
	address_put_local(&local, a);
	address_put_domain(&domain, a);
	if (!local.failed && !domain.failed && local.len > 0 &&
	    domain.len > 0) {
		answer = submit_may_send(m, buf_str(&local), buf_str(&domain),
		    &held);
		if (answer == SMTP_SAYS_NOT_YOURS)
			answer = SMTP_SAYS_FROM_NOT_YOURS;
		else if (answer == SMTP_SAYS_SENDER_OK)
			take_domain(buf_str(&domain));
	}
	buf_free(&local);
	buf_free(&domain);
	return answer;
}

/* Every address of the field, and one at least [SENDER_OK]. */
static enum smtp_answer
may_use_all(struct smtp_mail *m, struct str value)
{
	enum smtp_answer answer = SMTP_SAYS_NO_FROM;
	struct address_list l;
	struct address a;
	size_t n = 0;

	address_begin(&l, value);
	while (address_next(&l, &a)) {
		if (a.kind != ADDRESS_MAILBOX)
			continue;
		if (n++ == SUBMIT_ADDRESSES_MAX)
			return SMTP_SAYS_FROM_NOT_YOURS;
		answer = may_use(m, &a);
		if (answer != SMTP_SAYS_SENDER_OK)
			return answer;
	}
	return answer;
}

/* 128 random bits, so that nobody can tell from it where or when. */
static void
make_id(void)
{
	unsigned char chance[16];
	struct buf b;

	crypt_random(chance, sizeof(chance));
	buf_init(&b, SUBMIT_ID_MAX);
	buf_byte(&b, '<');
	buf_add_hex(&b, (struct str){ (char *)chance, sizeof(chance) });
	buf_byte(&b, '@');
	buf_add(&b, (struct str){ submit.domain, submit.domain_len });
	buf_byte(&b, '>');
	if (!b.failed) {
		memcpy(submit.id, b.ptr, b.len);
		submit.id_len = b.len;
	}
	buf_free(&b);
}

static enum smtp_answer
header(struct smtp_mail *m)
{
	enum smtp_answer answer;

	switch (submission_look(&submit.said, buf_str(&m->header.text))) {
	case SUBMISSION_NO_FROM:
		return SMTP_SAYS_NO_FROM;
	case SUBMISSION_TWICE:
		return SMTP_SAYS_FIELD_TWICE;
	case SUBMISSION_OK:
		break;
	}
	answer = may_use_all(m, submit.said.from);
	if (answer == SMTP_SAYS_SENDER_OK && submit.said.sender.ptr != NULL)
		answer = may_use_all(m, submit.said.sender);
	if (answer != SMTP_SAYS_SENDER_OK)
		return answer;
	if (submit.said.wide)
		submit.flags |= QUEUE_8BIT;
	make_id();
	crypt_hash_begin(&submit.hash);
	dkim_body_begin(&submit.body, hash_some, &submit.hash);
	submit.hashing = true;
	return SMTP_SAYS_DELIVERED;
}

static void
body(struct smtp_mail *m, struct str some)
{
	(void)m;
	dkim_body_feed(&submit.body, some);
	if (!str_is_ascii(some))
		submit.flags |= QUEUE_8BIT;
}

static enum smtp_answer
pass(struct smtp_mail *m)
{
	enum smtp_answer answer = submit_compose(m);

	if (answer == SMTP_SAYS_DELIVERED)
		answer = submit_encrypt(m);
	if (answer == SMTP_SAYS_DELIVERED)
		answer = submit_pass(m);
	return answer;
}

const struct smtp_mail_ops submit_mail = {
	.targets_max = SUBMIT_TARGETS_MAX, .sender = sender,
	.outside = outside, .ours = submit_note, .header = header,
	.body = body, .pass = pass, .reset = reset,
};
