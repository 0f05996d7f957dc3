/*
 * main.c - open: a decrypted message as a page, or as text.
 *
 * Each message is opened by a child of its own (role/oneshot.h), which has no
 * key, no file and no network.  One that crashes, or takes too long, costs no
 * more than itself: it cannot be shown.
 */

#include <sys/mman.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/msg_open.h"
#include "mail/header.h"
#include "open.h"
#include "os/memfd.h"
#include "role/oneshot.h"

static void look(const void *question, int back);
static bool take_answer(struct role *, struct peer *asker, uint64_t id,
    struct chan_msg *in);

static const struct oneshot_ops opens = {
	.role = ROLE_OPEN, .children = 16, .cpu = 2, .ticks = 10,
	.look = look, .answer = take_answer,
};

struct question {
	struct msg_open_message m;
	bool text;
};

static void
say_failed(int fd, uint32_t verdict)
{
	struct msg_open_failed m = { .verdict = verdict };

	(void)chan_put(fd, msg_open, OPEN_TYPES, OPEN_FAILED, &m, NULL, 0);
}

static void
say_done(int fd, const struct open *o)
{
	struct msg_open_is m = { .size = o->out.len, .remote = o->remote,
	    .attachments = (uint32_t)o->bodies.attached.n };
	int page = memfd_of("page", buf_str(&o->out));

	if (page < 0)
		say_failed(fd, VERDICT_LATER);
	else
		(void)chan_put(fd, msg_open, OPEN_TYPES, OPEN_IS, &m, &page,
		    1);
}

/* In clear anybody could hide words that way. */
static bool
was_encrypted(const struct open *o)
{
	struct header_field f;

	if (!header_find(o->mime.root->header, STR("Pli-Status"), &f))
		return false;
	header_skip_fws(&f.value);
	return str_take_word(&f.value, STR("e2e"));
}

bool
open_is_legacy(struct open *o, const struct mime_part *p)
{
	return o->encrypted && legacy_is_marked(o->mime.root, p, &o->arena);
}

static void
look(const void *question, int back)
{
	static struct open o;
	const struct question *q = question;
	void *text = mmap(NULL, (size_t)q->m.size, PROT_READ, MAP_SHARED,
	    ONESHOT_FD, 0);

	arena_init(&o.arena, OPEN_ARENA_MAX);
	buf_init(&o.out, OPEN_OUT_MAX);
	o.images = q->m.images != 0;
	if (text == MAP_FAILED || !mime_parse(&o.mime, (struct str){ text,
	    (size_t)q->m.size }, &o.arena)) {
		say_failed(back, VERDICT_LATER);
		return;
	}
	o.encrypted = was_encrypted(&o);
	bodies_find(&o.bodies, o.mime.root, &o.arena);
	if (q->text ? open_text(&o) : open_page(&o))
		say_done(back, &o);
	else
		say_failed(back, VERDICT_NO);
}

static void
fail(struct role *r, struct peer *asker, uint64_t id, uint32_t verdict)
{
	struct msg_open_failed m = { id, verdict };

	serve_send(r, asker, msg_open, OPEN_TYPES, OPEN_FAILED, &m, NULL, 0);
}

static bool
pass_on(struct role *r, struct peer *asker, struct msg_open_is *m, int page)
{
	/* of what has no text the text is empty */
	if (m->size > OPEN_OUT_MAX ||
	    (m->size > 0 && !memfd_is_settled(page, m->size)))
		return false;
	if (asker != NULL)
		serve_send(r, asker, msg_open, OPEN_TYPES, OPEN_IS, m, &page,
		    1);
	return true;
}

static bool
take_answer(struct role *r, struct peer *asker, uint64_t id,
    struct chan_msg *in)
{
	union {
		struct msg_open_is is;
		struct msg_open_failed failed;
	} m;
	int type = in == NULL ? -1 : field_get(msg_open, OPEN_TYPES, in->wire,
	    &m);

	if (type == OPEN_IS && in->nfds == 1) {
		m.is.id = id;
		if (pass_on(r, asker, &m.is, in->fds[0]))
			return true;
	}
	if (asker != NULL)
		fail(r, asker, id, type == OPEN_FAILED &&
		    m.failed.verdict == VERDICT_LATER ? VERDICT_LATER :
		    VERDICT_NO);
	return in == NULL || type == OPEN_FAILED;
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct question q;
	int type;

	if (p->child && p->from == ROLE_OPEN)
		return oneshot_message(r, p, in);
	type = field_get(msg_open, OPEN_TYPES, in->wire, &q.m);
	if ((type != OPEN_VIEW && type != OPEN_TEXT) || in->nfds != 1)
		return false;
	q.text = type == OPEN_TEXT;
	if (q.m.size > OPEN_MESSAGE_MAX ||
	    !memfd_is_settled(in->fds[0], q.m.size))
		fail(r, p, q.m.id, VERDICT_NO);
	else if (!oneshot_ask(r, &opens, p, q.m.id, in->fds, 1, &q))
		fail(r, p, q.m.id, VERDICT_LATER);
	return true;
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.message = on_message, .gone = oneshot_gone,
		.settle = oneshot_settle, .tick = oneshot_tick,
		.tick_ms = 1000,
	};
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_FORK | SANDBOX_MEMFD,
		.memory = 256 << 20, .files = 256,
	};
	static struct role role;

	role_begin(&role, ROLE_OPEN, argc, argv);
	charset_begin();
	role_enter(&role, &sandbox);
	serve_run(&role, &ops);
}
