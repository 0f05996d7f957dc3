/*
 * main.c - sync: the box's mail comes into the mirror, and what is changed
 * here goes to the box.
 *
 * It sees the box's ciphertext, and each message that the agent has decrypted
 * on its way into the mirror.  One thing after the other: a round (plan.h),
 * then a rest until the mirror changes or it is time to look again.
 */

#include "sync/sync.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "ipc/msg_dns.h"
#include "os/clock.h"
#include "os/log.h"
#include "proto/pli_identity.h"
#include "home/net.h"

enum { POLL_MS = 15000, MEMORY = 1 << 30, IDENTITY_MS = 60 * 60 * 1000 };

static struct sync sync_;
static char wire[IPC_MAX];

/* The newest edge: who died may have left children that hold an old one. */
static int
edge(const struct sync *s, enum role_id to)
{
	int fd = -1, next;

	for (size_t n = 0; (next = role_edge_fd(s->role, to, n)) >= 0; n++)
		fd = next;
	return fd;
}

static void
take_edges(struct sync *s)
{
	s->store = edge(s, ROLE_STORE);
	s->agent = edge(s, ROLE_AGENT);
	s->open = edge(s, ROLE_OPEN);
	s->dns = edge(s, ROLE_DNS);
}

/* What the parent says, without waiting. */
static void
take_parent(struct sync *s)
{
	struct chan_msg in;
	int type;

	for (;;) {
		switch (chan_recv(s->role->parent, false, wire, &in)) {
		case CHAN_AGAIN:
			return;
		case CHAN_GONE:
			_exit(0);
		case CHAN_OK:
			break;
		}
		if (!role_parent_message(s->role, &in, &type) &&
		    type == PARENT_RETIRE)
			_exit(0);
		chan_close_fds(&in);
		if (type == PARENT_EDGE) {
			/* a new store has another mirror's channels */
			take_edges(s);
			mirror_drop(s);
		}
	}
}

static bool
is_number(const char *host)
{
	return strchr(host, ':') != NULL ||
	    strspn(host, "0123456789.") == strlen(host);
}

/* The first address of a name. */
static bool
resolve(struct sync *s, const char *host, char out[64])
{
	struct msg_dns_ask m = { ++s->last_id, 1, from_c(host) };
	struct msg_dns_answer a;
	struct chan_msg in;
	struct str ip;

	if (s->dns < 0 || chan_put(s->dns, msg_dns, DNS_TYPES, DNS_ASK, &m,
	    NULL, 0) != CHAN_OK)
		return false;
	do
		if (chan_get(s->dns, wire, msg_dns, DNS_TYPES, &a, &in) !=
		    DNS_ANSWER)
			return false;
	while (a.id != m.id);
	if (a.status != DNS_OK || !field_take_str(&a.records, &ip) ||
	    ip.len != 4)
		return false;
	snprintf(out, 64, "%u.%u.%u.%u", (unsigned char)ip.ptr[0],
	    (unsigned char)ip.ptr[1], (unsigned char)ip.ptr[2],
	    (unsigned char)ip.ptr[3]);
	return true;
}

/* "poll SECONDS" */
static void
take_settings(struct sync *s, struct str text)
{
	uint64_t n;

	s->poll_ms = POLL_MS;
	while (text.len > 0) {
		if (str_take_word(&text, STR("poll ")) &&
		    str_take_u64(&text, &n) && n > 0 && n < 86400)
			s->poll_ms = (int)n * 1000;
		while (text.len > 0 && !str_take_byte(&text, '\n')) {
			text.ptr++;
			text.len--;
		}
	}
}

/* The records, each round: a device may get another credential.  false: they
 * are not to be had. */
static bool
take_records(struct sync *s, struct record *r)
{
	struct buf text;
	bool ok;

	buf_init(&text, AGENT_VALUE_MAX);
	ok = agent_get(s, CONTAINER_SETTINGS, &text);
	if (ok)
		take_settings(s, buf_str(&text));
	ok = ok && agent_get(s, CONTAINER_BOX, &text);
	if (ok && !record_box(r, buf_str(&text))) {
		s->why = "record-box";
		ok = false;
	}
	ok = ok && agent_get(s, CONTAINER_DEVICE, &text);
	if (ok && !record_device(r, buf_str(&text))) {
		s->why = "record-device";
		ok = false;
	}
	ok = ok && agent_get(s, AGENT_GET_CERTIFICATE, &s->cert) &&
	    agent_fingerprint(s, s->fingerprint);
	buf_free(&text);
	return ok;
}

/* false: the host has no address. */
static bool
dial(struct sync *s, const struct record *r)
{
	char address[64];

	if (s->dialled && memcmp(r, &s->record, sizeof(*r)) == 0)
		return true;
	s->why = "name";
	if (r->address[0] != '\0')
		snprintf(address, sizeof(address), "%s", r->address);
	else if (is_number(r->host))
		snprintf(address, sizeof(address), "%s", r->host);
	else if (!resolve(s, r->host, address))
		return false;
	s->record = *r;
	net_to(&s->record, address);
	s->dialled = true;
	return true;
}

/* The record as the box's newest document has it. */
static enum plan_event
meet_box(struct sync *s, const struct record *r)
{
	struct record now = *r;
	enum plan_event how;

	identity_apply(s, &now);
	how = dial(s, &now) ? ask_session(s) : PLAN_LATER;
	/* another key: does the identity key that we know say so? */
	if (how == PLAN_DENIED && strcmp(s->why, "tls-key") == 0 &&
	    identity_renew(s, true)) {
		now = *r;
		identity_apply(s, &now);
		how = dial(s, &now) ? ask_session(s) : PLAN_LATER;
	}
	if (how == PLAN_DONE && (s->identity_ms == 0 || clock_ms() -
	    s->identity_ms > IDENTITY_MS) && identity_renew(s, false)) {
		identity_apply(s, &now);
		how = dial(s, &now) ? PLAN_DONE : PLAN_LATER;
	}
	wipe(&now, sizeof(now));
	return how;
}

static enum plan_event
session_step(struct sync *s)
{
	static struct record r;
	enum plan_event how = PLAN_LATER;

	memset(&r, 0, sizeof(r));
	s->why = "agent";
	if (!take_records(s, &r))
		return PLAN_LATER;
	s->why = "mirror";
	if (mirror_bind(s) && identity_meet(s, &r) && identity_load(s, &r) &&
	    import_begin(s))
		how = meet_box(s, &r);
	if (how == PLAN_DONE && !identity_save(s))
		how = PLAN_LATER;
	wipe(&r, sizeof(r));
	return how;
}

static enum plan_event
step(struct sync *s, enum plan_step at)
{
	static enum plan_event (*const steps[PLAN_STEPS])(struct sync *) = {
		[PLAN_SESSION] = session_step, [PLAN_BOXES] = boxes_step,
		[PLAN_CHANGES] = changes_step, [PLAN_WALK] = walk_step,
		[PLAN_SWEEP] = sweep_step, [PLAN_IMPORT] = import_step,
		[PLAN_PUSH] = push_step, [PLAN_BURY] = bury_step,
		[PLAN_INDEX] = index_step,
	};

	s->why = NULL;
	return steps[at](s);
}

/* What goes on as it was is told once. */
static void
tell(struct sync *s, enum plan_step at, enum plan_event how)
{
	static const char *const events[PLAN_EVENTS] = {
		[PLAN_LATER] = "sync-later", [PLAN_LIE] = "box-lies",
		[PLAN_DENIED] = "box-refuses",
	};

	if (s->brought + s->changed + s->destroyed + s->pushed > 0)
		log_event("synced", "new=%u changed=%u gone=%u pushed=%u",
		    s->brought, s->changed, s->destroyed, s->pushed);
	if (how != PLAN_DONE && (s->why == NULL || s->told == NULL ||
	    strcmp(s->why, s->told) != 0))
		log_event(events[how] != NULL ? events[how] : "sync-later",
		    "step=%s why=%s", plan_step_word(at),
		    s->why != NULL ? s->why : plan_event_word(how));
	s->told = how == PLAN_DONE ? NULL : s->why;
}

/* From session to rest; true: all of it was done. */
static bool
round_of(struct sync *s)
{
	enum plan_step at = PLAN_SESSION, last = at;
	enum plan_event how = PLAN_DONE;

	s->walks = s->sets = 0;
	s->bad = PLAN_DONE;
	s->homeless = false;
	s->brought = s->changed = s->destroyed = s->pushed = 0;
	json_decref(s->seen);
	s->seen = NULL;
	json_decref(s->refused);
	s->refused = NULL;
	while (at != PLAN_REST) {
		take_parent(s);
		last = at;
		how = step(s, at);
		at = plan_next(at, how);
	}
	tell(s, last, how);
	if (how == PLAN_LATER)
		s->dialled = s->why == NULL ||
		    strcmp(s->why, "unreachable") != 0;
	return how == PLAN_DONE;
}

static bool
is_locked(const struct sync *s)
{
	return s->told != NULL && strcmp(s->told, "agent") == 0;
}

/* The connection on which the box tells.  seen: its state as we know it. */
static void
listen_to_box(const struct sync *s, const char *seen)
{
	struct buf path;

	buf_init(&path, JMAP_URL_MAX + 64);
	if (!net_listens() && ask_events_path(s, &path))
		net_listen(buf_str(&path), seen);
	buf_free(&path);
}

/* Until the mirror or the box changes, the parent speaks, or it is time. */
static void
rest(struct sync *s, unsigned failed)
{
	int fds[2] = { s->role->parent, -1 };
	struct buf state;
	int64_t end;
	size_t n = 1;

	buf_init(&state, JMAP_STATE_MAX + 1);
	if (failed == 0 && mirror_note(s, "=state", &state)) {
		buf_byte(&state, '\0');
		listen_to_box(s, state.ptr);
		if (mirror_watch(s))
			fds[n++] = s->writer;
	}
	end = clock_ms() + plan_rest_ms(failed, s->poll_ms, net_listens());
	while (clock_ms() < end) {
		net_wait(fds, n, (int)(end - clock_ms()));
		if (chan_wait(fds, n, 0) >= 0 ||
		    (state.len > 0 && net_heard(state.ptr)))
			break;
		/* it has closed: look again as if it had never told */
		if (failed == 0 && state.len > 0 && !net_listens())
			end -= end - clock_ms() > s->poll_ms ?
			    end - clock_ms() - s->poll_ms : 0;
	}
	buf_free(&state);
	take_parent(s);
}

int
main(int argc, char **argv)
{
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_MEMFD | SANDBOX_CONNECT |
		    SANDBOX_ACCEPT,
		/* the record with the box's port comes later */
		.ports = { 443, 8443 },
		.memory = MEMORY, .files = 256,
	};
	static struct role role;
	struct sync *s = &sync_;
	unsigned failed = 0;
	bool again = false;

	role_begin(&role, ROLE_SYNC, argc, argv);
	*s = (struct sync){ .role = &role, .reader = -1, .writer = -1,
	    .poll_ms = POLL_MS };
	buf_init(&s->reply, REPLY_MAX);
	buf_init(&s->answer, 2 * READ_CHUNK);
	buf_init(&s->cert, AGENT_VALUE_MAX);
	buf_init(&s->document, PLI_IDENTITY_MAX);
	take_edges(s);
	json_object_seed(0);		/* reads /dev/urandom */
	if (sodium_init() < 0 || !net_begin())
		log_die("no-memory", "for=curl");
	role_enter(&role, &sandbox);
	for (;;) {
		bool done = round_of(s);

		failed = done ? 0 : failed + 1;
		/* an agent is unlocked by somebody who waits */
		if (is_locked(s))
			failed = 1;
		/* a mailbox that came about during this round is the next's;
		 * one that the box refuses waits */
		again = done && s->homeless && !again;
		if (!again)
			rest(s, failed);
	}
}
