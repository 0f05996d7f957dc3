/*
 * main.c - scan: is this message OpenPGP/MIME encrypted, and nothing else?
 *
 * Each message is looked at by a child of its own (role/oneshot.h).  No answer
 * of a child means "no": the message is then sealed like any other, which is
 * always safe, and the asker need not try the same message for ever.  Only
 * where no child could be had the answer is "later".
 */

#include <sys/mman.h>

#include "base/verdict.h"
#include "ipc/msg_seal.h"
#include "mail/pgpmime.h"
#include "os/memfd.h"
#include "role/oneshot.h"

enum { SCAN_BYTES_MAX = 1 << 30 };

/* 50 MB take a tenth of a second. */
static void look(const void *question, int back);
static bool take_answer(struct role *, struct peer *asker, uint64_t id,
    struct chan_msg *in);

static const struct oneshot_ops scans = {
	.role = ROLE_SCAN, .children = 16, .cpu = 5, .ticks = 15,
	.look = look, .answer = take_answer,
};

static void
answer(struct role *r, struct peer *asker, uint64_t id, uint32_t verdict)
{
	struct msg_scan_is m = { .id = id, .verdict = verdict };

	if (asker != NULL)
		serve_send(r, asker, msg_scan, SCAN_TYPES, SCAN_IS, &m, NULL,
		    0);
}

static bool
is_sound(int fd, uint64_t size)
{
	return size <= SCAN_BYTES_MAX && memfd_is_settled(fd, size);
}

static void
look(const void *question, int back)
{
	const struct msg_scan_message *q = question;
	struct msg_scan_is m = { .verdict = VERDICT_NO };
	void *text = mmap(NULL, (size_t)q->size, PROT_READ, MAP_SHARED,
	    ONESHOT_FD, 0);

	if (text == MAP_FAILED)
		m.verdict = VERDICT_LATER;
	else if (pgpmime_is_sole((struct str){ text, (size_t)q->size }))
		m.verdict = VERDICT_YES;
	(void)chan_put(back, msg_scan, SCAN_TYPES, SCAN_IS, &m, NULL, 0);
}

static bool
take_answer(struct role *r, struct peer *asker, uint64_t id,
    struct chan_msg *in)
{
	struct msg_scan_is m = { .verdict = VERDICT_NO };
	bool sound = in == NULL || (field_get(msg_scan, SCAN_TYPES, in->wire,
	    &m) == SCAN_IS && m.verdict < VERDICTS);

	answer(r, asker, id, sound ? m.verdict : (uint32_t)VERDICT_NO);
	return sound;
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	union {
		struct msg_scan_message message;
		struct msg_scan_is is;
	} any;

	if (p->child)
		return oneshot_message(r, p, in);
	if (field_get(msg_scan, SCAN_TYPES, in->wire, &any) != SCAN_MESSAGE ||
	    in->nfds != 1)
		return false;
	if (!is_sound(in->fds[0], any.message.size))
		answer(r, p, any.message.id, VERDICT_NO);
	else if (!oneshot_ask(r, &scans, p, any.message.id, in->fds, 1,
	    &any.message))
		answer(r, p, any.message.id, VERDICT_LATER);
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
		.may = SANDBOX_CHANNELS | SANDBOX_FORK,
		.memory = 64 << 20, .files = 256,
	};
	static struct role role;

	role_begin(&role, ROLE_SCAN, argc, argv);
	role_enter(&role, &sandbox);
	serve_run(&role, &ops);
}
