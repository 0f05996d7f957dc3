/*
 * job.c - the messages under way.
 *
 * The order of things: scan (only if it is to be kept as it is), then for
 * each target its certificate (only if it is not loaded), then encryption.
 * What can be encrypted waits in turns of TURN_BYTES, so that a large message
 * for many does not keep small ones.
 */

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/wipe.h"
#include "mail/outer.h"
#include "os/memfd.h"
#include "seal.h"

enum { SMALL = 64 << 10 };	/* octets that are read, not mapped */

static struct job jobs[JOBS_MAX];
static size_t high;		/* jobs above were never used */
static size_t ready;		/* jobs in JOB_READY */
static size_t turn;		/* whose it is */
static size_t asks;		/* certificates the store was asked for */
static uint64_t last_id;

static void
set_state(struct job *j, enum job_state state)
{
	ready -= j->state == JOB_READY;
	ready += state == JOB_READY;
	asks -= j->asked;
	j->asked = false;
	j->state = state;
}

static struct job *
job_new(void)
{
	for (size_t i = 0; i < JOBS_MAX; i++)
		if (jobs[i].state == JOB_FREE) {
			if (i >= high)
				high = i + 1;
			return &jobs[i];
		}
	return NULL;
}

static void
job_end(struct job *j)
{
	close(j->plain);
	buf_free(&j->text);
	set_state(j, JOB_FREE);
}

static void
job_fail(struct role *r, struct job *j, enum verdict verdict)
{
	seal_failed(r, j->child, j->m.group, verdict);
	job_end(j);
}

static bool
take_targets(struct job *j)
{
	struct str in = j->m.targets;

	j->targets = j->next = 0;
	while (in.len > 0) {
		struct msg_target *t = &j->target[j->targets];

		/* an account that takes mail in clear is none of seal's */
		if (j->targets == GROUP_TARGETS_MAX ||
		    !msg_target_take(&in, t) || t->cert == 0)
			return false;
		j->targets++;
	}
	return j->targets > 0;
}

/* Keep what points into the receive buffer; the stamp as it is signed.  Its
 * form is for this process to say, and for nobody that it listens to. */
static bool
take_text(struct job *j)
{
	struct str stamp, own = j->m.as_is != 0 ? STR(PLISEAL_KEPT ";") :
	    STR(""), value;
	size_t before = j->m.refs.len + j->m.outer.len;
	bool ok;

	buf_init(&j->text, OUTER_MAX + PLISEAL_STAMP_MAX + REFS_MAX * 8);
	(void)buf_room(&j->text, before + own.len + j->m.stamp.len);
	buf_add(&j->text, j->m.refs);
	buf_add(&j->text, j->m.outer);
	buf_add(&j->text, own);
	ok = pliseal_stamp(&j->text, j->m.stamp);
	stamp = buf_str(&j->text);
	stamp.ptr += before;
	stamp.len -= before;
	if (!ok || stamp.len > PLISEAL_STAMP_MAX || pliseal_item(
	    (struct str){ stamp.ptr + own.len, stamp.len - own.len },
	    STR("form"), &value)) {
		buf_free(&j->text);
		return false;
	}
	j->m.refs.ptr = j->text.ptr;
	j->m.outer.ptr = j->text.ptr + j->m.refs.len;
	j->m.stamp = stamp;
	return true;
}

static bool
ask_scan(struct role *r, struct job *j)
{
	struct msg_scan_message m = { j->id, j->m.size };

	return serve_try(r, serve_edge(r, ROLE_SCAN, 0), msg_scan, SCAN_TYPES,
	    SCAN_MESSAGE, &m, &j->plain, 1) == CHAN_OK;
}

bool
job_take(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct job *j = job_new();
	struct msg_seal_message m;

	if (field_get(msg_seal, SEAL_TYPES, in->wire, &m) != SEAL_MESSAGE ||
	    in->nfds != 1 || !memfd_is_settled(in->fds[0], m.size) ||
	    m.as_is > 1 || m.head_len > m.size || !outer_is_sound(m.outer))
		return false;
	if (j == NULL) {
		seal_failed(r, p, m.group, VERDICT_LATER);
		return true;
	}
	j->m = m;
	if (!take_targets(j) || !take_text(j))
		return false;
	j->id = ++last_id;
	j->child = p;
	j->since = seal_now();
	j->plain = in->fds[0];
	in->nfds = 0;
	if (m.as_is == 0)
		set_state(j, JOB_READY);
	else if (ask_scan(r, j))
		set_state(j, JOB_SCAN);
	else
		job_fail(r, j, VERDICT_LATER);
	return true;
}

bool
job_scanned(struct role *r, struct chan_msg *in)
{
	struct msg_scan_is m;

	if (field_get(msg_scan, SCAN_TYPES, in->wire, &m) != SCAN_IS)
		return false;
	for (size_t i = 0; i < high; i++) {
		struct job *j = &jobs[i];

		if (j->state != JOB_SCAN || j->id != m.id)
			continue;
		if (m.verdict == VERDICT_YES) {
			set_state(j, JOB_READY);
		} else if (m.verdict == VERDICT_NO) {
			/* the child protects it like any other, and asks
			 * again */
			log_event("as-is-refused", "child=%ju",
			    (uintmax_t)j->child->id);
			job_fail(r, j, VERDICT_NO);
		} else {
			job_fail(r, j, VERDICT_LATER);
		}
		return true;
	}
	return true;
}

static bool
wants_same(const struct job *a, const struct job *b)
{
	const struct msg_target *s = &a->target[a->next];
	const struct msg_target *t = &b->target[b->next];

	return b->state == JOB_CERT && s->account == t->account &&
	    s->cert == t->cert;
}

/* The store is asked once for each, and for a few at a time: the answers must
 * fit into its channel. */
static void
want_cert(struct role *r, struct job *j)
{
	const struct msg_target *t = &j->target[j->next];
	struct msg_store_cert m = { t->account, t->cert };

	set_state(j, JOB_CERT);
	if (asks >= ASKS_MAX)
		return;
	for (size_t i = 0; i < high; i++)
		if (jobs[i].asked && wants_same(j, &jobs[i]))
			return;
	switch (serve_try(r, serve_edge(r, ROLE_STORE, 0), msg_store,
	    STORE_TYPES, STORE_CERT, &m, NULL, 0)) {
	case CHAN_OK:
		j->asked = true;
		asks++;
		break;
	case CHAN_AGAIN:
		break;
	case CHAN_GONE:
		job_fail(r, j, VERDICT_LATER);
		break;
	}
}

void
job_store_is(struct role *r)
{
	for (size_t i = 0; i < high && asks < ASKS_MAX; i++)
		if (jobs[i].state == JOB_CERT && !jobs[i].asked)
			want_cert(r, &jobs[i]);
}

bool
job_cert(struct role *r, struct chan_msg *in)
{
	struct msg_store_cert_is m;
	bool ok;

	if (field_get(msg_store, STORE_TYPES, in->wire, &m) != STORE_CERT_IS)
		return false;
	ok = certs_find(m.account, m.cert) != NULL ||
	    (m.verdict == VERDICT_YES && certs_add(m.account, m.cert, m.use));
	for (size_t i = 0; i < high; i++) {
		struct job *j = &jobs[i];
		const struct msg_target *t = &j->target[j->next];

		if (j->state != JOB_CERT || t->account != m.account ||
		    t->cert != m.cert)
			continue;
		if (ok)
			set_state(j, JOB_READY);
		else
			job_fail(r, j, VERDICT_LATER);
	}
	job_store_is(r);
	return true;
}

/* Small ones are read: cheaper than mapped pages.  Of large ones the pages
 * stay shared with the memfd, and are not this process's. */
static bool
seal_one(struct role *r, const struct job *j, struct cert *cert)
{
	static char small[SMALL];
	size_t n = (size_t)j->m.size;
	void *mem = small;
	bool ok = false;

	if (n <= SMALL) {
		if (pread(j->plain, small, n, 0) == (ssize_t)n)
			ok = copy_make(r, j, (struct str){ small, n }, cert);
		wipe(small, n);
		return ok;
	}
	mem = mmap(NULL, n, PROT_READ, MAP_SHARED, j->plain, 0);
	if (mem == MAP_FAILED)
		return false;
	ok = copy_make(r, j, (struct str){ mem, n }, cert);
	munmap(mem, n);
	return ok;
}

static void
step(struct role *r, struct job *j)
{
	struct msg_target *t = &j->target[j->next];
	struct cert *cert = NULL;

	if (j->m.as_is == 0) {
		cert = certs_find(t->account, t->cert);
		if (cert == NULL) {
			want_cert(r, j);
			return;
		}
	}
	if (!seal_one(r, j, cert))
		job_fail(r, j, VERDICT_LATER);
	else if (++j->next == j->targets)
		job_end(j);
}

bool
job_work(struct role *r)
{
	uint64_t done = 0;

	for (; ready > 0 && done < TURN_BYTES && copy_room(); turn++) {
		struct job *j;

		if (turn >= high)
			turn = 0;
		j = &jobs[turn];
		if (j->state == JOB_READY) {
			done += j->m.size;
			step(r, j);
		}
	}
	/* without room the next signature wakes us */
	return ready > 0 && copy_room();
}

void
job_gone(struct role *r, const struct peer *p)
{
	for (size_t i = 0; i < high; i++) {
		struct job *j = &jobs[i];

		if (j->state == JOB_FREE)
			continue;
		if (p->child && j->child == p)
			job_end(j);
		else if (!p->child && ((p->from == ROLE_SCAN &&
		    j->state == JOB_SCAN) || (p->from == ROLE_STORE &&
		    j->state == JOB_CERT)))
			job_fail(r, j, VERDICT_LATER);
	}
}

void
job_tick(struct role *r)
{
	for (size_t i = 0; i < high; i++)
		if ((jobs[i].state == JOB_SCAN || jobs[i].state == JOB_CERT) &&
		    seal_now() - jobs[i].since > PATIENCE)
			job_fail(r, &jobs[i], VERDICT_LATER);
}
