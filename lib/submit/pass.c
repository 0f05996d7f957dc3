/* pass.c - the copies to seal and to the store, as one group. */

#include "submit/submit.h"

#include "ipc/chan.h"
#include "mail/pgpmime.h"

/* What Pli-Seal says: that it came from here, and nothing of where from. */
static void
put_stamp(const struct smtp_mail *m, struct buf *out)
{
	buf_add(out, STR("t="));
	buf_add_u64(out, m->date);
	smtp_head_value(out, "; with=", submit.record != NULL ? STR("jmap") :
	    m->utf8 ? STR("utf8smtpsa") : STR("esmtpsa"));
	smtp_head_value(out, "; from=", buf_str(&m->from));
}

static bool
to_seal(struct smtp_mail *m, const struct copy *c, bool as_is,
    struct str outer, struct str targets, uint32_t first, uint32_t parts)
{
	struct msg_seal_message msg = {
		.group = m->group, .first = first, .parts = parts,
		.as_is = as_is, .head_len = as_is ? c->head_len : 0,
		.size = c->octets, .date = m->date, .targets = targets,
		.outer = as_is ? STR("") : outer,
		.refs = thread_packed(&m->refs),
	};
	int fd = m->child->chan[ROLE_SEAL];
	enum chan_status status = CHAN_GONE;
	struct buf stamp;

	buf_init(&stamp, STAMP_MAX);
	put_stamp(m, &stamp);
	msg.stamp = buf_str(&stamp);
	if (fd >= 0)
		status = chan_put(fd, msg_seal, SEAL_TYPES, SEAL_MESSAGE, &msg,
		    &c->fd, 1);
	buf_free(&stamp);
	if (status != CHAN_OK)
		smtp_pass_lose(m, ROLE_SEAL);
	return status == CHAN_OK;
}

static bool
to_store(struct smtp_mail *m, unsigned type, const void *msg, int fd)
{
	if (m->child->chan[ROLE_STORE] >= 0 &&
	    chan_put(m->child->chan[ROLE_STORE], msg_store, STORE_TYPES, type,
	    msg, &fd, 1) == CHAN_OK)
		return true;
	smtp_pass_lose(m, ROLE_STORE);
	return false;
}

static bool
pass_plain(struct smtp_mail *m, const struct copy *c,
    const struct msg_target *t, uint32_t part, uint32_t parts)
{
	struct msg_store_deliver msg = {
		.ticket = t->ticket, .group = m->group, .part = part,
		.parts = parts, .head_len = c->head_len, .size = c->octets,
		.date = m->date, .refs = thread_packed(&m->refs),
		.attached = copy_has_attached(c),
	};

	return to_store(m, STORE_DELIVER, &msg, c->fd);
}

/* Those for recipients of ours; *part is where the next one goes. */
static bool
pass_ours(struct smtp_mail *m, uint32_t *part, uint32_t parts, bool *by_seal)
{
	struct buf targets;
	uint32_t sealed = 0;
	bool done = true;

	buf_init(&targets, GROUP_TARGETS_MAX * TARGET_SIZE);
	for (size_t i = 0; i < m->targets; i++)
		if (m->target[i].cert != 0) {
			msg_target_put(&targets, &m->target[i]);
			sealed++;
		}
	if (sealed > 0)
		done = to_seal(m, &m->copy[SMTP_SEALED], m->as_is,
		    buf_str(&m->outer), buf_str(&targets), *part, parts);
	buf_free(&targets);
	*by_seal |= sealed > 0;
	*part += sealed;
	for (size_t i = 0; done && i < m->targets; i++)
		if (m->target[i].cert == 0)
			done = pass_plain(m, &m->copy[SMTP_PLAIN],
			    &m->target[i], (*part)++, parts);
	return done;
}

/* One copy for one account of the sender's own. */
static bool
pass_mine(struct smtp_mail *m, const struct copy *c, bool as_is,
    struct str outer, const struct msg_target *to, uint32_t part,
    uint32_t parts)
{
	struct buf target;
	bool done;

	if (to->cert == 0)
		return pass_plain(m, c, to, part, parts);
	buf_init(&target, TARGET_SIZE);
	msg_target_put(&target, to);
	done = to_seal(m, c, as_is, outer, buf_str(&target), part, parts);
	buf_free(&target);
	return done;
}

static bool
pass_own(struct smtp_mail *m, uint32_t *part, uint32_t parts, bool *by_seal)
{
	if (submit.has_sent) {
		*by_seal |= submit.sent_to.cert != 0;
		if (!pass_mine(m, &submit.sent, m->as_is,
		    buf_str(&submit.outer), &submit.sent_to, (*part)++, parts))
			return false;
	}
	if (!submit.has_notice)
		return true;
	*by_seal |= submit.notice_to.cert != 0;
	return pass_mine(m, &submit.notice, false,
	    buf_str(&submit.notice_outer), &submit.notice_to, (*part)++,
	    parts);
}

static bool
pass_letter(struct smtp_mail *m, uint32_t *part, uint32_t parts)
{
	struct msg_store_enqueue msg = {
		.group = m->group, .part = *part, .parts = parts,
		.flags = submit.flags, .size = submit.letter.octets,
		.octets = submit.octets, .date = m->date,
		.sender = buf_str(&m->from), .envid = buf_str(&submit.envid),
		.message_id = submit_message_id(),
		.wrapped = { (char *)submit.wrapped, WRAPPED_KEY },
		.rcpts = buf_str(&submit.rcpts),
	};

	if (submit.outside == 0)
		return true;
	++*part;
	return to_store(m, STORE_ENQUEUE, &msg, submit.letter.fd);
}

/* After the letter: the store notes which it is of. */
static bool
pass_record(struct smtp_mail *m, uint32_t part, uint32_t parts)
{
	struct msg_store_submission msg;
	int fd = m->child->chan[ROLE_STORE];

	if (submit.record == NULL)
		return true;
	msg = *submit.record;
	msg.group = m->group;
	msg.part = part;
	msg.parts = parts;
	msg.date = m->date;
	if (fd >= 0 && chan_put(fd, msg_store, STORE_TYPES, STORE_SUBMISSION,
	    &msg, NULL, 0) == CHAN_OK)
		return true;
	smtp_pass_lose(m, ROLE_STORE);
	return false;
}

static enum smtp_answer
pass_all(struct smtp_mail *m)
{
	uint32_t part = 0, parts = (uint32_t)(m->targets + submit.has_sent +
	    submit.has_notice + (submit.outside > 0) +
	    (submit.record != NULL));
	bool by_seal = false;

	m->group++;
	thread_add(&m->refs, submit_message_id());
	if (!pass_ours(m, &part, parts, &by_seal) ||
	    !pass_own(m, &part, parts, &by_seal) ||
	    !pass_letter(m, &part, parts) || !pass_record(m, part, parts))
		return SMTP_SAYS_LATER;
	return smtp_pass_wait(m, by_seal);
}

/* Does what claims to be encrypted hold nothing else?  seal looks, too. */
static bool
is_sole(const struct copy *c)
{
	struct str text;
	bool sole;

	if (c->fd < 0)
		return true;
	if (!copy_map(c, &text))
		return false;
	sole = pgpmime_is_sole(text);
	copy_unmap(text);
	return sole;
}

/* A ticket for Sent is good for one group. */
static enum smtp_answer
attempt(struct smtp_mail *m)
{
	enum smtp_answer answer = submit_ask_sent(m, m->spool.octets +
	    submit.header_bcc.len + submit.trace.len);

	if (answer == SMTP_SAYS_DELIVERED) {
		submit_ask_notice(m);
		answer = submit_copies(m);
	}
	if (answer != SMTP_SAYS_DELIVERED)
		return answer;
	if (m->as_is && (!is_sole(&m->copy[SMTP_SEALED]) ||
	    (submit.sent_to.cert != 0 && !is_sole(&submit.sent))))
		return SMTP_SAYS_REFUSED;
	return pass_all(m);
}

enum smtp_answer
submit_pass(struct smtp_mail *m)
{
	enum smtp_answer answer = attempt(m);

	if (answer != SMTP_SAYS_REFUSED || !m->as_is)
		return answer;
	/* not what it claims to be: it is sealed like any other */
	m->as_is = false;
	return attempt(m);
}
