/*
 * work.c - messages are opened and written, each in a child of its own.
 *
 * The child has the memfds of that message, the OpenPGP key if it needs it,
 * and a channel back.
 */

#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <sys/resource.h>

#include "agent/agent.h"
#include "base/wipe.h"
#include "os/fd.h"
#include "os/memfd.h"
#include "pgp/open.h"
#include "pgp/sign.h"

enum {
	WORK_CPU = 30, WORK_TICKS = 60,		/* seconds */
	WORK_MEMORY = 256 << 20,		/* librnp keeps little of it */
};

struct job {
	unsigned type;
	union msg_agent_any m;
};

bool
map_in(int fd, size_t most, struct str *out)
{
	off_t size = lseek(fd, 0, SEEK_END);
	void *mem;

	*out = (struct str){ "", 0 };
	if (size == 0)
		return true;
	if (size < 0 || (uint64_t)size > most ||
	    !memfd_is_settled(fd, (uint64_t)size))
		return false;
	mem = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		return false;
	*out = (struct str){ mem, (size_t)size };
	return true;
}

void
child_refuse(int back, enum verdict verdict, const char *why,
    const char *detail)
{
	struct msg_agent_refused m = { .verdict = verdict,
	    .why = from_c(why), .detail = from_c(detail) };

	(void)chan_put(back, msg_agent, AGENT_TYPES, AGENT_REFUSED, &m, NULL,
	    0);
}

static bool
into_memfd(void *ctx, const void *octets, size_t n)
{
	return fd_write(*(int *)ctx, (struct str){ octets, n });
}

static void
put_signatures(struct buf *out, const struct open_result *r)
{
	for (size_t i = 0; i < r->signatures && i < OPEN_SIGNATURES_MAX; i++) {
		const struct open_signature *s = &r->signature[i];

		field_put_str(out, from_c(signed_word(s->verdict)));
		field_put_str(out, from_c(s->key_id));
		field_put_str(out, from_c(s->fingerprint));
		field_put_str(out, from_c(s->hash));
		field_put_u64(out, s->made);
	}
}

static void
send_opened(int back, const struct open_result *r, int text)
{
	struct msg_agent_opened m = {
		.encrypted = r->encrypted,
		.recipients = (uint32_t)r->recipients,
		.signatures = (uint32_t)r->signatures,
		.mode = from_c(r->mode), .cipher = from_c(r->cipher),
		.key_id = from_c(r->key_id),
	};
	struct buf signed_by;

	buf_init(&signed_by, AGENT_SIGNED_MAX);
	put_signatures(&signed_by, r);
	m.signed_by = buf_str(&signed_by);
	if (memfd_settle(text))
		(void)chan_put(back, msg_agent, AGENT_TYPES, AGENT_OPENED, &m,
		    &text, 1);
	buf_free(&signed_by);
}

static void
open_one(const struct job *j, int back, const struct str in[3])
{
	struct open_job job = { .now = (uint64_t)time(NULL),
	    .most = AGENT_TEXT_MAX };
	int text = memfd_new("text");
	enum open_status status = OPEN_LATER;
	struct open_result r;

	if (j->type == AGENT_VERIFY) {
		job.certs = in[2];
		status = open_detached(&job, in[0], in[1], &r);
	} else if (text >= 0) {
		job.key = (struct str){ (char *)lent->key, lent->len };
		job.certs = in[1];
		job.clear = j->m.open.clear != 0;
		if (j->m.open.most > 0 && j->m.open.most < job.most)
			job.most = j->m.open.most;
		status = open_message(&job, in[0], into_memfd, &text, &r);
	}
	if (status == OPEN_OK && text >= 0)
		send_opened(back, &r, text);
	else
		child_refuse(back, status == OPEN_LATER ? VERDICT_LATER :
		    VERDICT_NO, open_word(status), "");
}

static bool
take_recipients(struct str in, struct str *to, size_t *count)
{
	for (*count = 0; in.len > 0; ++*count)
		if (*count == SIGN_RECIPIENTS_MAX ||
		    !field_take_str(&in, &to[*count]))
			return false;
	return true;
}

static void
refuse_sign(int back, enum sign_status status, size_t bad,
    enum cert_status why)
{
	char detail[48] = "";

	if (status == SIGN_RECIPIENT)
		snprintf(detail, sizeof(detail), "%zu %s", bad,
		    cert_word(why));
	child_refuse(back, status == SIGN_LATER ? VERDICT_LATER : VERDICT_NO,
	    sign_word(status), detail);
}

static void
write_one(const struct job *j, int back, const struct str in[3])
{
	struct str to[SIGN_RECIPIENTS_MAX];
	struct str key = { (char *)lent->key, lent->len };
	struct sign_job job = { .recipients = to,
	    .now = (uint64_t)time(NULL), .armour = true };
	struct msg_agent_done m = { 0 };
	int text = memfd_new("text");
	enum cert_status why = CERT_OK;
	enum sign_status status;
	struct buf sig;
	size_t bad = 0;

	buf_init(&sig, 1 << 20);
	if (j->m.write.sign != 0)
		job.key = key;
	if (!take_recipients(in[1], to, &job.count) || (job.count == 0 &&
	    j->m.write.sign == 0) || (job.count > 0 &&
	    j->m.write.detached != 0)) {
		child_refuse(back, VERDICT_NO, "malformed", "");
		return;
	}
	if (j->m.write.detached != 0) {
		status = sign_detached(key, in[0], job.now, &sig);
		if (status == SIGN_OK && !fd_write(text, buf_str(&sig)))
			status = SIGN_LATER;
	} else {
		status = sign_message(&job, in[0], into_memfd, &text, &bad,
		    &why);
	}
	if (status == SIGN_OK && memfd_settle(text))
		(void)chan_put(back, msg_agent, AGENT_TYPES, AGENT_WRITTEN,
		    &m, &text, 1);
	else
		refuse_sign(back, status, bad, why);
	buf_free(&sig);
}

static void
look(const void *question, int back)
{
	static const size_t most[3] = { AGENT_TEXT_MAX, AGENT_CERTS_MAX,
	    AGENT_CERTS_MAX };
	const struct job *j = question;
	struct str in[3] = { { "", 0 }, { "", 0 }, { "", 0 } };

	(void)mlock(lent, sizeof(*lent));
#ifndef PLI_SANITIZED
	struct rlimit memory = { WORK_MEMORY, WORK_MEMORY };

	(void)setrlimit(RLIMIT_DATA, &memory);
#endif
	for (unsigned i = 0; i < msg_agent[j->type].fds; i++)
		if (!map_in(ONESHOT_FD + (int)i, most[i], &in[i])) {
			child_refuse(back, VERDICT_NO, "malformed", "");
			return;
		}
	if (j->type == AGENT_WRITE)
		write_one(j, back, in);
	else
		open_one(j, back, in);
}

/* It may have been taken over: the id is the asker's. */
static bool
on_answer(struct role *r, struct peer *asker, uint64_t id, struct chan_msg *in)
{
	union msg_agent_any m;
	int type;

	if (in == NULL) {
		refuse(r, asker, id, VERDICT_NO, "died");
		return true;
	}
	type = field_get(msg_agent, AGENT_TYPES, in->wire, &m);
	if ((type != AGENT_OPENED && type != AGENT_WRITTEN &&
	    type != AGENT_REFUSED) || in->nfds != msg_agent[type].fds) {
		refuse(r, asker, id, VERDICT_NO, "died");
		return true;
	}
	relay(r, asker, id, in, &m, type);
	return true;
}

static const struct oneshot_ops ops = {
	.role = ROLE_AGENT, .children = 16, .cpu = WORK_CPU,
	.ticks = WORK_TICKS, .survives = 8, .look = look,
	.answer = on_answer,
};

bool
work_take(struct role *r, struct peer *p, struct chan_msg *in, unsigned type,
    const union msg_agent_any *m)
{
	struct str list = { (char *)held->records, held->len }, key;
	struct job job = { type, *m };
	bool begun;

	if (!held->unlocked || !record_get(list, RECORD_OPENPGP, &key) ||
	    key.len > sizeof(lent->key)) {
		refuse(r, p, m->ask.id, VERDICT_NO, "locked");
		return true;
	}
	if (type != AGENT_VERIFY) {
		memcpy(lent->key, key.ptr, key.len);
		lent->len = key.len;
	}
	begun = oneshot_ask(r, &ops, p, m->ask.id, in->fds, in->nfds, &job);
	wipe(lent, sizeof(*lent));
	if (!begun)
		refuse(r, p, m->ask.id, VERDICT_LATER, "busy");
	return true;
}
