/*
 * main.c - agent: the owner's keys, which leave this process only into
 * children that die after one message.
 *
 * It opens no file and no socket after its start; what it knows comes over its
 * channels.  pli may ask for anything; sync for messages, and for what it
 * needs to talk to the box.  This process itself reads no octet of a message
 * and calls no library with a key.
 */

#include <sodium.h>
#include <unistd.h>

#include "agent/agent.h"
#include "base/wipe.h"
#include "os/clock.h"
#include "os/log.h"
#include "os/memfd.h"
#include "pgp/botan.h"

static uint32_t idle_seconds;
static int64_t last_ms;

_Static_assert((int)AGENT_PASSPHRASE_MAX <= (int)SECRET_PASSPHRASE_MAX,
    "one limit");

void
refuse(struct role *r, struct peer *p, uint64_t id, enum verdict verdict,
    const char *why)
{
	struct msg_agent_refused m = { .id = id, .verdict = verdict,
	    .why = from_c(why), .detail = STR("") };

	serve_send(r, p, msg_agent, AGENT_TYPES, AGENT_REFUSED, &m, NULL, 0);
}

/* A child's answer goes on, under the asker's id. */
void
relay(struct role *r, struct peer *p, uint64_t id, struct chan_msg *in,
    union msg_agent_any *m, int type)
{
	m->done.id = id;
	serve_send(r, p, msg_agent, AGENT_TYPES, (unsigned)type, m, in->fds,
	    in->nfds);
}

void
used(void)
{
	last_ms = clock_ms();
}

void
idle_after(uint32_t seconds)
{
	idle_seconds = seconds;
}

void
tell_status(struct role *r, struct peer *p, uint64_t id)
{
	struct msg_agent_status_is m = { .id = id };
	struct str list = { (char *)held->records, held->len };

	if (held->unlocked) {
		m.unlocked = 1;
		(void)record_get(list, RECORD_ADDRESS, &m.address);
		m.fingerprint = from_c(held->info.fingerprint);
		m.user_id = from_c(held->info.user_id);
		m.algorithm = from_c(held->info.algorithm);
		m.created = held->info.created;
		m.expires = held->info.expires;
	}
	serve_send(r, p, msg_agent, AGENT_TYPES, AGENT_STATUS_IS, &m, NULL, 0);
}

/* pli, which started us, or which control let in. */
static bool
is_owner(const struct peer *p)
{
	return p->from == (p->child ? ROLE_CONTROL : ROLE_PLI);
}

static bool
is_not_lf(unsigned char c)
{
	return c != '\n';
}

/* The values of lines that begin with word, each with before in front. */
static void
put_lines(struct buf *out, struct str record, struct str word,
    const char *before)
{
	while (record.len > 0) {
		struct str line = str_take_while(&record, is_not_lf);

		(void)str_take_byte(&record, '\n');
		if (!str_take_word(&line, word))
			continue;
		buf_add_c(out, before);
		buf_add(out, line);
		buf_byte(out, '\n');
	}
}

/* How this device logs in where the owner's letters go out: at the box. */
static int
relay_secret(struct str list)
{
	struct str device = STR(""), box = STR("");
	struct buf out;
	int fd;

	buf_init(&out, 2 * AGENT_VALUE_MAX);
	if (record_get(list, RECORD_DEVICE, &device) && device.len > 0 &&
	    record_get(list, RECORD_BOX, &box)) {
		put_lines(&out, device, STR("user "), "");
		put_lines(&out, device, STR("password "), "");
		put_lines(&out, box, STR("tls "), "pin ");
	}
	if (out.len == 0)
		buf_byte(&out, '\n');
	fd = memfd_of("relay", buf_str(&out));
	wipe(out.ptr, out.len);
	buf_free(&out);
	return fd;
}

/* The parent starts what works on the mirror. */
void
tell_parent(struct role *r)
{
	static const enum record_kind kinds[2] = { RECORD_MIRROR_KEY,
	    RECORD_BOOT_KEY };
	struct str list = { (char *)held->records, held->len }, key;
	int fds[3] = { -1, -1, relay_secret(list) };

	for (size_t i = 0; i < 2; i++)
		if (record_get(list, kinds[i], &key))
			fds[i] = memfd_of("key", key);
	if (fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0)
		serve_send(r, serve_edge(r, ROLE_PARENT, 0), msg_parent,
		    PARENT_TYPES, PARENT_KEY, NULL, fds, 3);
	else
		log_event("no-memory", "for=keys");
	for (size_t i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* All are told, but who gets an answer. */
static void
lock(struct role *r, const struct peer *but)
{
	static const enum role_id all[] = { ROLE_PLI, ROLE_SYNC };
	struct peer *p;

	if (!held->unlocked)
		return;
	vault_wipe();
	serve_send(r, serve_edge(r, ROLE_PARENT, 0), msg_parent, PARENT_TYPES,
	    PARENT_LOCK, NULL, NULL, 0);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t n = 0; (p = serve_edge(r, all[i], n)) != NULL; n++)
			if (p != but)
				tell_status(r, p, 0);
}

static bool
get(struct role *r, struct peer *p, const struct msg_agent_get *ask)
{
	struct msg_agent_value_is m = { .id = ask->id };
	struct str list = { (char *)held->records, held->len };
	bool cert = ask->kind == AGENT_GET_CERTIFICATE;

	if (!cert && ask->kind != RECORD_ADDRESS &&
	    (ask->kind < RECORD_DEVICE || ask->kind > RECORD_SETTINGS))
		return false;
	if (!held->unlocked) {
		refuse(r, p, ask->id, VERDICT_NO, "locked");
		return true;
	}
	if (cert)
		m.value = (struct str){ held->info.use, held->info.use_len };
	else
		(void)record_get(list, (enum record_kind)ask->kind, &m.value);
	serve_send(r, p, msg_agent, AGENT_TYPES, AGENT_VALUE_IS, &m, NULL, 0);
	return true;
}

static bool
take(struct role *r, struct peer *p, struct chan_msg *in, int type,
    struct owner_job *job)
{
	bool owner = is_owner(p);

	switch (type) {
	case AGENT_MAKE:
	case AGENT_UNLOCK:
	case AGENT_REKEY:
	case AGENT_EXTEND:
	case AGENT_SET:
	case AGENT_GIVE:
		return owner && owner_take(r, p, in, job);
	case AGENT_LOCK:
		if (!owner)
			return false;
		lock(r, p);
		tell_status(r, p, job->m.ask.id);
		return true;
	case AGENT_USED:
		return true;
	case AGENT_STATUS:
		tell_status(r, p, job->m.ask.id);
		return true;
	case AGENT_GET:
		return get(r, p, &job->m.get);
	case AGENT_OPEN:
	case AGENT_VERIFY:
	case AGENT_WRITE:
		return work_take(r, p, in, (unsigned)type, &job->m);
	default:
		return false;
	}
}

/* Who sends a letter for the owner has it written, and nothing else; who shows
 * him one says that he is there. */
static bool
may_ask(const struct peer *p, int type, const union msg_agent_any *m)
{
	if (p->child && (p->from == ROLE_SUBMIT || p->from == ROLE_HTTPD))
		return type == AGENT_USED || (type == AGENT_WRITE &&
		    m->write.detached == 0);
	return is_owner(p) || p->from == ROLE_SYNC;
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct owner_job job;
	int type;
	bool ok;

	if (p->child && p->from == ROLE_AGENT)
		return oneshot_message(r, p, in);
	type = field_get(msg_agent, AGENT_TYPES, in->wire, &job.m);
	if (type < 0 || in->nfds != msg_agent[type].fds ||
	    !may_ask(p, type, &job.m))
		return false;
	job.type = (unsigned)type;
	/* what fetches mail by itself is nobody at the keyboard */
	if (p->from != ROLE_SYNC)
		used();
	ok = take(r, p, in, type, &job);
	wipe((void *)(uintptr_t)in->wire.ptr, in->wire.len);
	return ok;
}

static void
on_tick(struct role *r)
{
	if (held->unlocked && idle_seconds > 0 &&
	    clock_ms() - last_ms >= (int64_t)idle_seconds * 1000) {
		log_event("idle-locked", "seconds=%u", idle_seconds);
		lock(r, NULL);
	}
	oneshot_tick(r);
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.message = on_message, .gone = oneshot_gone,
		.settle = oneshot_settle, .tick = on_tick, .tick_ms = 1000,
	};
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_FORK | SANDBOX_MEMFD,
		.memory = 512 << 20, .files = 256,
	};
	static struct role r;

	role_begin(&r, ROLE_AGENT, argc, argv);
	botan_brief();
	if (!botan_begin() || sodium_init() < 0)
		log_die("no-random", "the libraries give no random numbers");
	vault_begin();
	role_enter(&r, &sandbox);
	serve_run(&r, &ops);
}
