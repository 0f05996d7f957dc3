/*
 * main.c - queue: which letter goes when.
 *
 * It asks the store which destinations have something due, has send connect to
 * them, and hands out letters with their keys, which keys unwraps.  It reads
 * nothing of a letter but to send it back to who wrote it.
 */

#include <sodium.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "queue.h"

enum { TICK_MS = 200, QUESTION = 0, KEPT_MAX = 4 << 20 };

static bool look;			/* something may be due */
static bool asking;			/* the store has the question */
static int64_t asked_at;
static uint64_t due_at;			/* seconds since 1970; 0: never */
static size_t left_out[DEST_KINDS];	/* destinations that found no room */

void
look_soon(void)
{
	look = true;
}

bool
ask_store(struct role *r, enum msg_queue type, const void *m, const int *fd)
{
	struct peer *store = serve_edge(r, ROLE_STORE, 0);

	return store != NULL && serve_send(r, store, msg_queue, QUEUE_TYPES,
	    type, m, fd, fd != NULL ? 1 : 0);
}

bool
ask_keys(struct role *r, uint64_t id, struct str wrapped)
{
	struct peer *keys = serve_edge(r, ROLE_KEYS, 0);
	struct msg_keys_key m = { id, wrapped };

	return keys != NULL && serve_send(r, keys, msg_keys, KEYS_TYPES,
	    KEYS_UNWRAP, &m, NULL, 0);
}

/* What happened while the store was away: without it a letter would go out
 * twice. */
static struct buf kept;

void
mark(struct role *r, const struct msg_queue_mark *m)
{
	struct buf wire;

	notice_soon();
	if (kept.len == 0 && ask_store(r, QUEUE_MARK, m, NULL))
		return;
	buf_init(&wire, IPC_MAX);
	field_put(&wire, msg_queue, QUEUE_TYPES, QUEUE_MARK, m);
	field_put_str(&kept, buf_str(&wire));
	buf_free(&wire);
	if (kept.failed)
		log_event("marks-lost", "most=%d: letters may go out twice",
		    KEPT_MAX);
}

/* Before anything else is asked of it. */
static void
say_kept(struct role *r)
{
	struct str in = buf_str(&kept), wire;
	struct msg_queue_mark m;

	while (field_take_str(&in, &wire))
		if (field_get_in(msg_queue, QUEUE_TYPES, wire, &m, sizeof(m)) ==
		    QUEUE_MARK && !ask_store(r, QUEUE_MARK, &m, NULL))
			return;
	buf_free(&kept);
	buf_init(&kept, KEPT_MAX);
}

/* What waits under another boot key is lost, and its senders are told now, not
 * when it would be tried. */
static void
ask_boot(struct role *r, struct peer *keys)
{
	if (keys != NULL && serve_edge(r, ROLE_STORE, 0) != NULL)
		(void)serve_send(r, keys, msg_keys, KEYS_TYPES, KEYS_BOOT,
		    NULL, NULL, 0);
}

static void
look_now(struct role *r)
{
	struct msg_queue_ask m = { QUESTION, 0 };
	int64_t now = clock_ms();

	if (asking && now - asked_at < STORE_PATIENCE_MS)
		return;
	if (now - asked_at < LOOK_MS || serve_edge(r, ROLE_SEND, 0) == NULL)
		return;
	asking = ask_store(r, QUEUE_ASK, &m, NULL);
	asked_at = now;
	look = !asking;
}

/* A destination gets its first connection here, and others as it goes. */
static void
begin(struct role *r, struct str domain, enum dest_kind kind)
{
	struct dest *d = dest_find(domain);
	struct line_room room;

	if (d != NULL)
		return;
	if (left_out[kind] == 0) {
		room = lines_count(r);
		d = lines_have_room(&room, kind) ? dest_new(domain, kind) :
		    NULL;
	}
	if (d == NULL)
		left_out[kind]++;
	else if (!line_call(r, d))
		d->len = 0;
}

/* Those that took a letter before go first. */
static void
begin_all(struct role *r, struct str in, bool good)
{
	uint32_t attempts;
	struct str domain;

	while (field_take_u32(&in, &attempts) && field_take_str(&in, &domain)) {
		enum dest_kind kind = dest_known(domain);

		if (kind == DEST_NEW && attempts > 0)
			kind = DEST_BAD;
		if ((kind == DEST_GOOD) == good)
			begin(r, domain, kind);
	}
}

static void
domains(struct role *r, const struct msg_queue_domains *m)
{
	asking = false;
	due_at = m->next;
	for (int kind = 0; kind < DEST_KINDS; kind++)
		left_out[kind] = 0;
	begin_all(r, m->domains, true);
	begin_all(r, m->domains, false);
}

bool
others_wait(const struct line_room *room, enum dest_kind kind)
{
	unsigned good = room->all - room->unsure;

	if (left_out[DEST_GOOD] > 0)
		return true;
	if (kind == DEST_GOOD && good < LINES_MAX - LINES_UNSURE_MAX)
		return false;		/* these places are for its kind */
	return left_out[DEST_NEW] > 0 && room->unsure < LINES_UNSURE_MAX;
}

/* Places become free as time passes, too: who is silent for long leaves his. */
static void
find_room(struct role *r)
{
	struct line_room room = lines_count(r);
	size_t wait = 0;

	for (int kind = 0; kind < DEST_KINDS; kind++) {
		wait += left_out[kind];
		if (left_out[kind] > 0 &&
		    lines_have_room(&room, (enum dest_kind)kind))
			look = true;
	}
	if (!look && wait > 0)
		lines_put_off(r, wait);
}

static void
body(struct role *r, const union msg_queue_any *m, int fd)
{
	if (notice_wants(m->body.letter))
		notice_body(r, fd);
	else
		line_body(r, &m->body, fd);
}

/* Of the answers to both questions: whose is it? */
static void
entry(struct role *r, int type, const union msg_queue_any *m)
{
	bool ended = type == QUEUE_ASKED;

	if ((ended ? m->asked.id : m->entry.id) == NOTICE_LINE) {
		if (ended)
			notice_asked(r);
		else
			notice_entry(&m->entry);
	} else if (ended) {
		line_asked(r, m->asked.id);
	} else {
		line_entry(&m->entry);
	}
}

static bool
from_store(struct role *r, struct chan_msg *in)
{
	union msg_queue_any m;
	int type = field_get(msg_queue, QUEUE_TYPES, in->wire, &m);

	if (type < 0 || in->nfds != msg_queue[type].fds)
		return false;
	switch (type) {
	case QUEUE_DOMAINS:
		domains(r, &m.domains);
		return true;
	case QUEUE_ENTRY:
	case QUEUE_ASKED:
		entry(r, type, &m);
		return true;
	case QUEUE_NEWS:
		look = true;
		notice_soon();
		notice_look(r);
		return true;
	case QUEUE_BODY_IS:
	case QUEUE_NO_BODY:
		body(r, &m, type == QUEUE_BODY_IS ? in->fds[0] : -1);
		return true;
	case QUEUE_NOTICE_IS:
		notice_ticket(r, &m.notice_is);
		return true;
	case QUEUE_DELIVERED:
		notice_done(r, m.delivered.group,
		    m.delivered.verdict == VERDICT_YES);
		return true;
	default:
		return false;
	}
}

static bool
from_keys(struct role *r, struct chan_msg *in)
{
	union {
		struct msg_child child;
		struct msg_keys_key key;
		struct msg_keys_key_is key_is;
		struct msg_keys_sign_dkim dkim;
		struct msg_keys_boot_is boot;
	} m;
	int type = field_get(msg_keys, KEYS_TYPES, in->wire, &m);

	if (in->nfds != 0 || (type != KEYS_KEY_IS && type != KEYS_BOOT_IS))
		return false;
	if (type == KEYS_BOOT_IS)
		(void)ask_store(r, QUEUE_BOOT, &(struct msg_queue_boot){
		    m.boot.id }, NULL);
	else if (m.key_is.id == NOTICE_LINE)
		notice_key(r, &m.key_is);
	else
		line_key(r, &m.key_is);
	return true;
}

static bool
from_seal(struct role *r, struct chan_msg *in)
{
	union {
		struct msg_child child;
		struct msg_seal_failed failed;
		struct msg_seal_message message;
	} m;

	if (in->nfds != 0 || field_get(msg_seal, SEAL_TYPES, in->wire, &m) !=
	    SEAL_FAILED)
		return false;
	notice_done(r, m.failed.group, false);
	return true;
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	if (p->child)
		return p->from == ROLE_SEND && line_message(r, p, in);
	switch (p->from) {
	case ROLE_STORE:
		return from_store(r, in);
	case ROLE_KEYS:
		return from_keys(r, in);
	case ROLE_SEAL:
		return from_seal(r, in);
	default:
		return false;
	}
}

static void
on_joined(struct role *r, struct peer *p)
{
	if (p->child)
		return;
	look = true;
	if (p->from == ROLE_STORE) {
		asking = false;
		say_kept(r);
		notice_soon();
	}
	if (p->from == ROLE_STORE || p->from == ROLE_KEYS)
		ask_boot(r, p->from == ROLE_KEYS ? p :
		    serve_edge(r, ROLE_KEYS, 0));
}

static void
on_gone(struct role *r, struct peer *p)
{
	if (p->child) {
		line_gone(r, p);
		return;
	}
	if (p->from == ROLE_STORE)
		asking = false;
	lines_drop(r, p->from);
	if (p->from != ROLE_SEND)
		notice_drop();
	look = true;
}

static void
on_settle(struct role *r)
{
	if (look)
		look_now(r);
}

static void
on_tick(struct role *r)
{
	if (due_at != 0 && (uint64_t)time(NULL) >= due_at)
		look = true;
	find_room(r);
	if (look)
		look_now(r);
	lines_tick(r);
	notice_tick(r);
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.joined = on_joined, .message = on_message, .gone = on_gone,
		.settle = on_settle, .tick = on_tick, .tick_ms = TICK_MS,
	};
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_MEMFD,
		.memory = 128 << 20, .files = 1024,
	};
	static struct role role;

	buf_init(&kept, KEPT_MAX);
	role_begin(&role, ROLE_QUEUE, argc, argv);
	if (sodium_init() < 0)
		log_die("sodium-failed", " ");
	dests_begin();
	role_enter(&role, &sandbox);
	serve_run(&role, &ops);
}
