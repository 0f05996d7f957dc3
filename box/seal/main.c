/*
 * main.c - seal: messages in clear come in, sealed ones go to the store.
 *
 * One after the other is encrypted; between, many may wait for scan, for
 * their certificate or for their signature.  On success the store tells the
 * child; on failure seal does.
 */

#include <time.h>
#include <unistd.h>

#include "pgp/botan.h"
#include "seal.h"

static int nudge = -1;		/* a channel to ourselves: go on */
static bool nudged;

_Static_assert((int)CERT_MIN_MAX == (int)CERT_USE_MAX, "one limit");
_Static_assert((int)PLISEAL_STAMP_MAX == (int)STAMP_MAX, "one limit");

int64_t
seal_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec;
}

void
seal_failed(struct role *r, struct peer *child, uint64_t group,
    enum verdict verdict)
{
	struct msg_seal_failed m = { group, verdict };

	serve_send(r, child, msg_seal, SEAL_TYPES, SEAL_FAILED, &m, NULL, 0);
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	if (p->child && (p->from == ROLE_MX || p->from == ROLE_MXTLS ||
	    p->from == ROLE_IMAPD || p->from == ROLE_SUBMIT ||
	    p->from == ROLE_HTTPD))
		return job_take(r, p, in);
	if (p->child)
		return p->from == ROLE_SEAL && check_answer(r, p, in);
	switch (p->from) {
	case ROLE_KEYS:
		return copy_signed(r, in);
	case ROLE_STORE:
		return job_cert(r, in);
	case ROLE_SCAN:
		return job_scanned(r, in);
	case ROLE_QUEUE:
		return job_take(r, p, in);
	case ROLE_CONTROL:
	case ROLE_AUTH:
		return check_take(r, p, in);
	case ROLE_SEAL:
		nudged = false;
		return true;
	default:
		return false;
	}
}

static void
on_settle(struct role *r)
{
	if (job_work(r) && !nudged)
		nudged = chan_send(nudge, false, STR("go"), NULL, 0) ==
		    CHAN_OK;
}

static void
on_joined(struct role *r, struct peer *p)
{
	if (p->from == ROLE_KEYS && !p->child)
		copy_keys_are(r, true);
}

static void
on_writable(struct role *r, struct peer *p)
{
	if (p->from == ROLE_KEYS) {
		copy_keys_are(r, false);
	} else if (p->from == ROLE_STORE) {
		copy_store_is(r);
		job_store_is(r);
	}
}

static void
on_gone(struct role *r, struct peer *p)
{
	if (p->child && p->from == ROLE_SEAL) {
		check_gone(r, p);
		return;
	}
	job_gone(r, p);
	if (p->child)
		copy_child_gone(p);
	else if (p->from == ROLE_STORE)
		copy_store_is(r);	/* away: they fail */
}

static void
on_tick(struct role *r)
{
	static int64_t next;

	job_tick(r);
	copy_tick(r);
	check_tick(r);
	if (seal_now() < next)
		return;
	next = seal_now() + 3600;
	certs_tick();
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.joined = on_joined, .message = on_message, .gone = on_gone,
		.writable = on_writable, .settle = on_settle,
		.tick = on_tick, .tick_ms = 10000,
	};
	static const struct sandbox sandbox = {
		.may = SANDBOX_MEMFD | SANDBOX_CHANNELS | SANDBOX_FORK,
		.memory = 256 << 20, .files = 16384,
	};
	static struct role r;
	int pair[2];

	role_begin(&r, ROLE_SEAL, argc, argv);
	wipe_begin();
	if (!botan_begin())
		log_die("no-random", "Botan gives no random numbers");
	if (!frame_ready())
		log_die("no-openssl", "SHA-256 cannot be had");
	if (!chan_pair(pair))
		log_die("no-channel", "seal: socketpair failed");
	nudge = pair[0];
	role_enter(&r, &sandbox);
	serve_begin(&r, &ops);
	serve_add(&r, pair[1], ROLE_SEAL, false, 0, STR(""));
	serve_run(&r, &ops);
}
