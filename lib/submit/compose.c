/*
 * compose.c - what stands in front of the body: the header as it goes out,
 * our signatures, and a trace that tells nothing of the client.
 */

#include "submit/submit.h"

#include <string.h>

#include "mail/received.h"

static const struct str algorithms[DKIM_ALGORITHMS] = {
	[DKIM_ED25519] = STR_INIT("ed25519-sha256"),
	[DKIM_RSA] = STR_INIT("rsa-sha256"),
};

struct str
submit_message_id(void)
{
	struct str id = submit.said.message_id;

	if (id.len == 0)
		id = (struct str){ submit.id, submit.id_len };
	return id.len <= MESSAGE_ID_MAX ? id : STR("");
}

static void
put_received(struct smtp_mail *m)
{
	struct received r = {
		.by = m->peer->by, .tls = STR("TLS"), .esmtp = true,
		.utf8 = m->utf8, .auth = true, .time = (int64_t)m->date,
		.with = submit.record != NULL ? STR("HTTP") : STR(""),
	};
	struct buf id;

	buf_init(&id, 64);
	smtp_head_id(m, &id);
	r.id = buf_str(&id);
	received_put(&submit.trace, &r);
	buf_free(&id);
}

/* The selector, which the next answer of keys would overwrite.  REFUSED: the
 * domain has no such key. */
static enum smtp_answer
ask_selector(struct smtp_mail *m, uint32_t algorithm,
    char out[DKIM_SELECTOR_MAX], size_t *len)
{
	struct msg_keys_dkim_public ask = { m->number, algorithm,
	    { submit.domain, submit.domain_len } };
	struct msg_keys_dkim_public_is is;

	if (submit_ask_keys(m, KEYS_DKIM_PUBLIC, &ask, &is) !=
	    KEYS_DKIM_PUBLIC_IS)
		return SMTP_SAYS_LATER;
	if (is.verdict != VERDICT_YES)
		return SMTP_SAYS_REFUSED;
	memcpy(out, is.selector.ptr, is.selector.len);
	*len = is.selector.len;
	return SMTP_SAYS_DELIVERED;
}

static enum smtp_answer
sign(struct smtp_mail *m, uint32_t algorithm, const struct dkim_sign *s,
    struct str content)
{
	struct msg_keys_sign_dkim ask = { m->number, algorithm, s->domain,
	    content };
	struct msg_keys_signed is;

	if (submit_ask_keys(m, KEYS_SIGN_DKIM, &ask, &is) != KEYS_SIGNED ||
	    is.verdict != VERDICT_YES)
		return SMTP_SAYS_LATER;
	dkim_sign_end(&submit.trace, is.signature);
	return SMTP_SAYS_DELIVERED;
}

/* Both are over the same: neither signs the other. */
static enum smtp_answer
put_signature(struct smtp_mail *m, uint32_t algorithm,
    const unsigned char hash[DKIM_HASH])
{
	char selector[DKIM_SELECTOR_MAX];
	struct dkim_sign s = { .algorithm = algorithms[algorithm],
	    .domain = { submit.domain, submit.domain_len },
	    .selector = { selector, 0 }, .time = m->date };
	enum smtp_answer answer = ask_selector(m, algorithm, selector,
	    &s.selector.len);
	struct buf content;

	if (answer != SMTP_SAYS_DELIVERED || s.selector.len == 0)
		return answer;		/* who takes our mail signs it */
	memcpy(s.body_hash, hash, DKIM_HASH);
	buf_init(&content, DKIM_CONTENT_MAX);
	answer = dkim_sign_begin(&s, buf_str(&submit.header), &submit.trace,
	    &content) ? sign(m, algorithm, &s, buf_str(&content)) :
	    SMTP_SAYS_HEADER_TOO_BIG;
	buf_free(&content);
	return answer;
}

/* One at least: a small box may not have made its RSA key yet. */
static enum smtp_answer
put_signatures(struct smtp_mail *m, const unsigned char hash[DKIM_HASH])
{
	unsigned made = 0;

	for (uint32_t i = 0; i < DKIM_ALGORITHMS; i++) {
		enum smtp_answer answer = put_signature(m, i, hash);

		if (answer != SMTP_SAYS_DELIVERED &&
		    answer != SMTP_SAYS_REFUSED)
			return answer;
		made += answer == SMTP_SAYS_DELIVERED;
	}
	return made > 0 ? SMTP_SAYS_DELIVERED : SMTP_SAYS_LATER;
}

static void
put_headers(struct smtp_mail *m)
{
	struct submission_put p = { .time = (int64_t)m->date,
	    .message_id = { submit.id, submit.id_len } };
	struct str header = buf_str(&m->header.text);

	submission_put(&submit.header, header, &submit.said, &p);
	p.bcc = true;
	submission_put(&submit.header_bcc, header, &submit.said, &p);
}

enum smtp_answer
submit_compose(struct smtp_mail *m)
{
	unsigned char hash[CRYPT_HASH];
	enum smtp_answer answer;

	dkim_body_end(&submit.body);
	crypt_hash_end(&submit.hash, hash);
	submit.hashing = false;
	put_headers(m);
	if (submit.header.failed || submit.header_bcc.failed)
		return SMTP_SAYS_HEADER_TOO_BIG;
	answer = put_signatures(m, hash);
	put_received(m);
	if (answer == SMTP_SAYS_DELIVERED && submit.trace.failed)
		answer = SMTP_SAYS_NO_ROOM;
	return answer;
}
