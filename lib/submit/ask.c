/* ask.c - what is asked of the store and of keys. */

#include "submit/submit.h"

#include "ipc/chan.h"

enum smtp_answer
submit_may_send(struct smtp_mail *m, struct str local, struct str domain,
    bool *held)
{
	struct msg_store_may_send ask = { local, domain };
	struct msg_store_may_send_is is;
	int fd = m->child->chan[ROLE_STORE];
	struct chan_msg in;

	if (local.len > LOCAL_PART_MAX || domain.len > DOMAIN_OCTETS_MAX)
		return SMTP_SAYS_NOT_YOURS;
	if (fd < 0 || chan_put(fd, msg_store, STORE_TYPES, STORE_MAY_SEND,
	    &ask, NULL, 0) != CHAN_OK ||
	    chan_wait(&fd, 1, SUBMIT_ASK_MS) != 0 ||
	    chan_get(fd, m->gather, msg_store, STORE_TYPES, &is, &in) !=
	    STORE_MAY_SEND_IS) {
		smtp_pass_lose(m, ROLE_STORE);
		return SMTP_SAYS_LATER;
	}
	*held = is.reason == SEND_HELD;
	if (is.verdict == VERDICT_YES)
		return SMTP_SAYS_SENDER_OK;
	return is.verdict == VERDICT_NO ? SMTP_SAYS_NOT_YOURS :
	    SMTP_SAYS_LATER;
}

int
submit_ask_keys_in(struct smtp_mail *m, unsigned type, const void *ask,
    void *answer, size_t room)
{
	int fd = m->child->chan[ROLE_KEYS], got = -1;
	struct chan_msg in;

	if (fd >= 0 && chan_put(fd, msg_keys, KEYS_TYPES, type, ask, NULL,
	    0) == CHAN_OK && chan_wait(&fd, 1, SUBMIT_ASK_MS) == 0)
		got = chan_get_in(fd, m->gather, msg_keys, KEYS_TYPES, answer,
		    room, &in);
	if (got < 0)
		smtp_pass_lose(m, ROLE_KEYS);
	return got;
}

enum smtp_answer
submit_ask_sent(struct smtp_mail *m, uint64_t size)
{
	struct msg_store_sent ask = { submit_message_id(), size };
	int fd = m->child->chan[ROLE_STORE];
	struct msg_store_rcpt_is is;
	enum smtp_answer answer;
	struct chan_msg in;

	submit.has_sent = false;
	if (submit.record != NULL)
		return SMTP_SAYS_DELIVERED;
	if (fd < 0 || chan_put(fd, msg_store, STORE_TYPES, STORE_SENT, &ask,
	    NULL, 0) != CHAN_OK || chan_wait(&fd, 1, SUBMIT_ASK_MS) != 0 ||
	    chan_get(fd, m->gather, msg_store, STORE_TYPES, &is, &in) !=
	    STORE_RCPT_IS) {
		smtp_pass_lose(m, ROLE_STORE);
		return SMTP_SAYS_LATER;
	}
	if (is.reason == RCPT_NO_MAILBOX)
		return SMTP_SAYS_DELIVERED;
	answer = smtp_pass_answer(&is);
	if (answer != SMTP_SAYS_RCPT_OK)
		return answer;
	submit.has_sent = msg_target_take(&is.targets, &submit.sent_to) &&
	    is.targets.len == 0;
	return submit.has_sent ? SMTP_SAYS_DELIVERED : SMTP_SAYS_LATER;
}
