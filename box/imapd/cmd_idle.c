/*
 * cmd_idle.c - IDLE.  RFC 2177.
 *
 * Most connections spend their lives here, so memory is given back first.
 */

#include <poll.h>

#include "ask.h"

static bool
is_inside(const struct imap *s)
{
	return s->state == IMAP_AT_SELECTED || s->state == IMAP_AT_EXAMINED;
}

static bool
has_input(const struct imap *s)
{
	return stream_has_input(&s->stream) ||
	    (s->tls != NULL && tls_pending(s->tls) > 0);
}

/* true: the client has spoken (or gone); false: the time is over, or the
 * store has gone. */
static bool
wait(struct imap *s, uint64_t end)
{
	while (!has_input(s)) {
		struct pollfd p[2] = {
			{ .fd = s->stream.sock, .events = POLLIN },
			{ .fd = s->writer, .events = POLLIN },
		};
		uint64_t now = stream_now();

		if (now >= end) {
			s->bye = "You have been silent for too long";
			return false;
		}
		if (poll(p, 2, (int)(end - now)) < 0)
			continue;
		if (p[0].revents != 0)
			return true;
		if (p[1].revents == 0)
			continue;
		if (!(is_inside(s) ? mailbox_sync(s, true, false) :
		    ask_changes(s)))
			return false;
		imap_flush(s);
		imap_rest(s);
	}
	return true;
}

const char *
cmd_idle(struct imap *s, const struct imap_cmd *cmd)
{
	struct str line;

	if (cmd->args.len > 0)
		return reply_syntax;
	if (is_inside(s) && !mailbox_sync(s, true, false))
		return reply_unavailable;
	buf_add(&s->out, STR("+ idling\r\n"));
	imap_flush(s);
	imap_rest(s);
	if (!wait(s, stream_now() + IDLE_MS))
		return s->mute ? NULL : "NO [UNAVAILABLE] No more";
	if (!imap_line(s, COMMAND_EARLY_MAX, &line)) {
		s->mute = s->bye == NULL || s->bye[0] == '\0';
		return NULL;
	}
	return str_eq_nocase(line, STR("DONE")) ? "OK Done" :
	    "BAD That is not DONE";
}
