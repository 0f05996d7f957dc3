/*
 * main.c - seal: messages in clear come in, sealed ones go to the store.
 *
 * One message after the other is encrypted; between, several may wait for
 * their certificate, for scan or for their signature.  On success the store
 * tells the child; on failure seal does.
 */

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cert.h"
#include "seal.h"

static struct job jobs[JOBS_MAX];
static size_t high;		/* jobs above were never used */
static uint64_t last_id;

void
seal_failed(struct role *r, struct peer *child, uint64_t group,
    enum verdict verdict)
{
	struct msg_seal_failed m = { group, verdict };

	if (child != NULL)
		serve_send(r, child, msg_seal, SEAL_TYPES, SEAL_FAILED, &m,
		    NULL, 0);
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
	if (j->text.cap > 0)
		buf_free(&j->text);
	j->state = JOB_FREE;
}

static void
job_fail(struct role *r, struct job *j, enum verdict verdict)
{
	seal_failed(r, j->child, j->m.group, verdict);
	job_end(j);
}

/* It has to wait: keep what points into the receive buffer. */
static bool
job_keep(struct job *j)
{
	if (j->text.cap > 0)
		return true;
	buf_init(&j->text, OUTER_MAX + STAMP_MAX);
	buf_add(&j->text, j->m.outer);
	buf_add(&j->text, j->m.stamp);
	if (j->text.failed)
		return false;
	j->m.outer.ptr = j->text.ptr;
	j->m.stamp.ptr = j->text.ptr + j->m.outer.len;
	return true;
}

static bool
ask_cert(struct role *r, const struct target *t)
{
	struct msg_store_cert m = { t->account, t->cert };

	return serve_send(r, serve_edge(r, ROLE_STORE, 0), msg_store,
	    STORE_TYPES, STORE_CERT, &m, NULL, 0);
}

/* As far as it goes.  plain is mapped: shared pages, not this process's. */
static void
job_go(struct role *r, struct job *j, struct str plain)
{
	for (; j->next < j->targets; j->next++) {
		struct target *t = &j->target[j->next];
		struct seal_cert *cert = j->m.as_is != 0 ? NULL :
		    certs_find(t->account, t->cert);

		if (cert == NULL && j->m.as_is == 0) {
			j->state = JOB_CERT;
			if (!job_keep(j) || !ask_cert(r, t))
				job_fail(r, j, VERDICT_LATER);
			return;
		}
		if (!copy_make(r, j, plain, cert)) {
			job_fail(r, j, VERDICT_LATER);
			return;
		}
	}
	job_end(j);
}

static void
job_advance(struct role *r, struct job *j)
{
	size_t size = (size_t)j->m.size;
	void *mem = size == 0 ? NULL :
	    mmap(NULL, size, PROT_READ, MAP_SHARED, j->plain, 0);

	if (mem == MAP_FAILED) {
		job_fail(r, j, VERDICT_LATER);
		return;
	}
	job_go(r, j, (struct str){ size == 0 ? "" : mem, size });
	if (size > 0)
		munmap(mem, size);
}

static bool
take_targets(struct job *j)
{
	struct str in = j->m.targets;

	j->targets = j->next = 0;
	while (in.len > 0) {
		struct target *t = &j->target[j->targets];

		if (j->targets == GROUP_TARGETS_MAX ||
		    !field_take_u64(&in, &t->ticket) ||
		    !field_take_u64(&in, &t->account) ||
		    !field_take_u32(&in, &t->cert) || t->cert == 0)
			return false;
		j->targets++;
	}
	return j->targets > 0;
}

static bool
is_settled(int fd, uint64_t size)
{
	int want = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
	off_t end = lseek(fd, 0, SEEK_END);

	return end >= 0 && (uint64_t)end == size &&
	    (fcntl(fd, F_GET_SEALS) & want) == want;
}

static bool
ask_scan(struct role *r, struct job *j)
{
	struct msg_scan_message m = { j->id, j->m.size };

	j->state = JOB_SCAN;
	return job_keep(j) && serve_send(r, serve_edge(r, ROLE_SCAN, 0),
	    msg_scan, SCAN_TYPES, SCAN_MESSAGE, &m, &j->plain, 1);
}

static bool
take_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct job *j = job_new();
	struct msg_seal_message m;

	if (field_get(msg_seal, SEAL_TYPES, in->wire, &m) != SEAL_MESSAGE ||
	    in->nfds != 1 || !is_settled(in->fds[0], m.size) ||
	    m.head_len > m.size)
		return false;
	if (j == NULL) {
		seal_failed(r, p, m.group, VERDICT_LATER);
		return true;
	}
	j->m = m;
	if (!take_targets(j))
		return false;
	j->id = ++last_id;
	j->child = p;
	j->plain = in->fds[0];
	j->text = (struct buf){ 0 };
	in->nfds = 0;
	j->state = JOB_CERT;
	if (m.as_is == 0)
		job_advance(r, j);
	else if (!ask_scan(r, j))
		job_fail(r, j, VERDICT_LATER);
	return true;
}

static bool
take_scanned(struct role *r, struct chan_msg *in)
{
	struct msg_scan_is m;

	if (field_get(msg_scan, SCAN_TYPES, in->wire, &m) != SCAN_IS)
		return false;
	for (size_t i = 0; i < high; i++) {
		struct job *j = &jobs[i];

		if (j->state != JOB_SCAN || j->id != m.id)
			continue;
		if (m.verdict == VERDICT_YES) {
			job_advance(r, j);
		} else if (m.verdict == VERDICT_LATER) {
			job_fail(r, j, VERDICT_LATER);
		} else {
			/* the child has looked itself: it lies */
			log_event("as-is-refused", "child=%u",
			    (unsigned)j->child->id);
			serve_drop(r, j->child);
			job_end(j);
		}
		return true;
	}
	return true;
}

static bool
take_cert(struct role *r, struct chan_msg *in)
{
	struct msg_store_cert_is m;
	bool ok;

	if (field_get(msg_store, STORE_TYPES, in->wire, &m) != STORE_CERT_IS)
		return false;
	ok = certs_find(m.account, m.cert) != NULL ||
	    (m.verdict == VERDICT_YES && certs_add(m.account, m.cert, m.use));
	if (!ok)
		log_event("certificate-unusable", "account=%u serial=%u: mail "
		    "waits; plictl user cert", (unsigned)m.account, m.cert);
	for (size_t i = 0; i < high; i++) {
		struct job *j = &jobs[i];
		const struct target *t = &j->target[j->next];

		if (j->state != JOB_CERT || j->next >= j->targets ||
		    t->account != m.account || t->cert != m.cert)
			continue;
		if (ok)
			job_advance(r, j);
		else
			job_fail(r, j, VERDICT_LATER);
	}
	return true;
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	if (p->child && (p->from == ROLE_MX || p->from == ROLE_MXTLS))
		return take_message(r, p, in);
	if (p->child)
		return false;
	switch (p->from) {
	case ROLE_KEYS:
		return copy_signed(r, in);
	case ROLE_STORE:
		return take_cert(r, in);
	case ROLE_SCAN:
		return take_scanned(r, in);
	case ROLE_CONTROL:
		return cert_check(r, p, in);
	default:
		return false;
	}
}

static void
on_joined(struct role *r, struct peer *p)
{
	if (p->from == ROLE_KEYS && !p->child)
		copy_ask_again(r);
}

static void
on_gone(struct role *r, struct peer *p)
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
	if (p->child)
		copy_child_gone(p);
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.joined = on_joined, .message = on_message, .gone = on_gone,
	};
	static const struct sandbox sandbox = {
		.may = SANDBOX_MEMFD, .files = 16384,
	};
	static struct role r;

	role_begin(&r, ROLE_SEAL, argc, argv);
	role_enter(&r, &sandbox);
	serve_run(&r, &ops);
}
