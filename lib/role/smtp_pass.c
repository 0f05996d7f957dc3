/* smtp_pass.c - what is asked of the store and of seal, and their word. */

#include "role/smtp_mail.h"

#include <unistd.h>

#include "ipc/chan.h"
#include "mail/pgpmime.h"
#include "role/stream.h"

void
smtp_pass_lose(struct smtp_mail *m, enum role_id to)
{
	if (m->child->chan[to] >= 0)
		close(m->child->chan[to]);
	m->child->chan[to] = -1;
	m->lost = true;
}

enum smtp_answer
smtp_pass_answer(const struct msg_store_rcpt_is *is)
{
	switch (is->reason) {
	case RCPT_OK:
		return is->verdict == VERDICT_YES ? SMTP_SAYS_RCPT_OK :
		    SMTP_SAYS_LATER;
	case RCPT_NO_DOMAIN:
		return SMTP_SAYS_NO_RELAY;
	case RCPT_NO_USER:
		return SMTP_SAYS_NO_USER;
	case RCPT_FULL:
		return is->verdict == VERDICT_NO ? SMTP_SAYS_MAILBOX_OVER :
		    SMTP_SAYS_MAILBOX_FULL;
	case RCPT_NO_CERT:
		return SMTP_SAYS_MAILBOX_LATER;
	default:
		return SMTP_SAYS_LATER;
	}
}

enum smtp_answer
smtp_pass_rcpt(struct smtp_mail *m, struct str local, struct str domain,
    struct str *targets)
{
	struct msg_store_rcpt ask = { local, domain, m->declared };
	struct msg_store_rcpt_is is;
	struct chan_msg in;
	int fd = m->child->chan[ROLE_STORE];

	if (fd >= 0 && chan_put(fd, msg_store, STORE_TYPES, STORE_RCPT, &ask,
	    NULL, 0) == CHAN_OK && chan_wait(&fd, 1, SMTP_WAIT_MS) == 0 &&
	    chan_get(fd, m->gather, msg_store, STORE_TYPES, &is, &in) ==
	    STORE_RCPT_IS) {
		*targets = is.targets;
		return smtp_pass_answer(&is);
	}
	smtp_pass_lose(m, ROLE_STORE);
	return SMTP_SAYS_LATER;
}

static enum smtp_answer
delivered_answer(uint32_t verdict, uint32_t reason)
{
	if (verdict == VERDICT_YES)
		return SMTP_SAYS_DELIVERED;
	if (reason == RCPT_FULL)
		return verdict == VERDICT_NO ? SMTP_SAYS_MAILBOX_OVER :
		    SMTP_SAYS_MAILBOX_FULL;
	return verdict == VERDICT_NO ? SMTP_SAYS_REFUSED : SMTP_SAYS_LATER;
}

/* One message from the store.  False: it was of something else. */
static bool
take_store(struct smtp_mail *m, enum smtp_answer *answer)
{
	struct msg_store_delivered is;
	struct chan_msg in;

	*answer = SMTP_SAYS_LATER;
	if (chan_get(m->child->chan[ROLE_STORE], m->gather, msg_store,
	    STORE_TYPES, &is, &in) != STORE_DELIVERED) {
		smtp_pass_lose(m, ROLE_STORE);
		return true;
	}
	*answer = delivered_answer(is.verdict, is.reason);
	return is.group == m->group;
}

static bool
take_seal(struct smtp_mail *m, enum smtp_answer *answer)
{
	struct msg_seal_failed is;
	struct chan_msg in;

	*answer = SMTP_SAYS_LATER;
	if (chan_get(m->child->chan[ROLE_SEAL], m->gather, msg_seal, SEAL_TYPES,
	    &is, &in) != SEAL_FAILED) {
		smtp_pass_lose(m, ROLE_SEAL);
		return true;
	}
	if (is.verdict == VERDICT_NO)
		*answer = SMTP_SAYS_REFUSED;
	return is.group == m->group;
}

enum smtp_answer
smtp_pass_wait(struct smtp_mail *m, bool by_seal)
{
	uint64_t end = stream_now() + SMTP_WAIT_MS;
	enum smtp_answer answer;

	for (;;) {
		int fds[2] = { m->child->chan[ROLE_STORE],
		    m->child->chan[ROLE_SEAL] };
		uint64_t now = stream_now();
		bool ours;

		if (now >= end)
			return SMTP_SAYS_LATER;
		switch (chan_wait(fds, by_seal ? 2 : 1, (int)(end - now))) {
		case 0:
			ours = take_store(m, &answer);
			break;
		case 1:
			ours = take_seal(m, &answer);
			break;
		default:
			continue;
		}
		if (ours)
			return answer;
	}
}

/* The next targets of the kind, at most `most`, from *at on. */
static size_t
next_targets(const struct smtp_mail *m, enum smtp_copies kind, size_t most,
    size_t *at, const struct msg_target **out)
{
	size_t n = 0;

	for (; *at < m->targets && n < most; ++*at)
		if ((m->target[*at].cert != 0) == (kind == SMTP_SEALED))
			out[n++] = &m->target[*at];
	return n;
}

static enum smtp_answer
pass_sealed(struct smtp_mail *m, const struct msg_target **t, size_t n)
{
	const struct copy *c = &m->copy[SMTP_SEALED];
	struct msg_seal_message msg = {
		.group = m->group, .as_is = m->as_is,
		.head_len = m->as_is ? c->head_len : 0,
		.size = c->octets, .date = m->date,
		.outer = m->as_is ? STR("") : buf_str(&m->outer),
		.refs = thread_packed(&m->refs),
	};
	int fd = m->child->chan[ROLE_SEAL];
	enum chan_status status = CHAN_GONE;
	struct buf targets, stamp;

	buf_init(&targets, GROUP_TARGETS_MAX * TARGET_SIZE);
	buf_init(&stamp, STAMP_MAX);
	for (size_t i = 0; i < n; i++)
		msg_target_put(&targets, t[i]);
	smtp_head_stamp(m, &stamp);
	msg.targets = buf_str(&targets);
	msg.stamp = buf_str(&stamp);
	if (fd >= 0)
		status = chan_put(fd, msg_seal, SEAL_TYPES, SEAL_MESSAGE, &msg,
		    &c->fd, 1);
	buf_free(&targets);
	buf_free(&stamp);
	if (status == CHAN_OK)
		return smtp_pass_wait(m, true);
	smtp_pass_lose(m, ROLE_SEAL);
	return SMTP_SAYS_LATER;
}

static enum smtp_answer
pass_plain(struct smtp_mail *m, const struct msg_target **t, size_t n)
{
	const struct copy *c = &m->copy[SMTP_PLAIN];
	int fd = m->child->chan[ROLE_STORE];
	bool attached = copy_has_attached(c);

	for (size_t i = 0; i < n; i++) {
		struct msg_store_deliver msg = {
			.ticket = t[i]->ticket, .group = m->group,
			.part = (uint32_t)i, .parts = (uint32_t)n,
			.head_len = c->head_len, .size = c->octets,
			.date = m->date, .refs = thread_packed(&m->refs),
			.attached = attached,
		};

		if (fd < 0 || chan_put(fd, msg_store, STORE_TYPES,
		    STORE_DELIVER, &msg, &c->fd, 1) != CHAN_OK) {
			smtp_pass_lose(m, ROLE_STORE);
			return SMTP_SAYS_LATER;
		}
	}
	return smtp_pass_wait(m, false);
}

/* In groups, so that what waits in the store has an end. */
static enum smtp_answer
pass_groups(struct smtp_mail *m, enum smtp_copies kind)
{
	const struct msg_target *t[GROUP_TARGETS_MAX];
	uint64_t octets = m->copy[kind].octets + 1;
	size_t most = (size_t)(SMTP_GROUP_BYTES / octets), at = 0, n;
	enum smtp_answer answer = SMTP_SAYS_DELIVERED;

	if (most == 0)
		most = 1;
	if (most > GROUP_TARGETS_MAX)
		most = GROUP_TARGETS_MAX;
	while (answer == SMTP_SAYS_DELIVERED &&
	    (n = next_targets(m, kind, most, &at, t)) > 0) {
		m->group++;
		answer = kind == SMTP_SEALED ? pass_sealed(m, t, n) :
		    pass_plain(m, t, n);
	}
	return answer;
}

/* The message is not what it claims to be: protect it like any other. */
static bool
protect_after_all(struct smtp_mail *m, struct str text)
{
	return smtp_mail_protect(m, text) &&
	    copy_seal(&m->copy[SMTP_SEALED]);
}

/* Does it really hold nothing but OpenPGP/MIME?  seal knows (its word is
 * final, whatever the own scan says), and says no. */
static bool
look_as_is(struct smtp_mail *m, bool refused)
{
	const struct copy *c = &m->copy[SMTP_SEALED];
	struct str text;
	bool done = true;

	if (!copy_map(c, &text))
		return false;
	if (refused || !pgpmime_is_sole(text))
		done = protect_after_all(m, text);
	copy_unmap(text);
	return done;
}

static enum smtp_answer
pass_sealed_copy(struct smtp_mail *m)
{
	enum smtp_answer answer;

	if (m->as_is && !look_as_is(m, false))
		return SMTP_SAYS_NO_ROOM;
	answer = pass_groups(m, SMTP_SEALED);
	if (answer != SMTP_SAYS_REFUSED || !m->as_is)
		return answer;
	return look_as_is(m, true) ? pass_groups(m, SMTP_SEALED) :
	    SMTP_SAYS_NO_ROOM;
}

enum smtp_answer
smtp_pass_all(struct smtp_mail *m)
{
	enum smtp_answer answer = SMTP_SAYS_DELIVERED;

	for (int i = 0; i < SMTP_COPIES; i++)
		if (!copy_seal(&m->copy[i]))
			return SMTP_SAYS_LATER;
	if (m->copy[SMTP_SEALED].fd >= 0)
		answer = pass_sealed_copy(m);
	if (m->copy[SMTP_PLAIN].fd >= 0 && answer == SMTP_SAYS_DELIVERED)
		answer = pass_groups(m, SMTP_PLAIN);
	return answer;
}
