/* input.c - commands as they arrive, and those that are too long. */

#include <string.h>

#include "base/wipe.h"
#include "imapd.h"
#include "proto/imap_append.h"
#include "proto/imap_frame.h"
#include "proto/imap_lex.h"

const char reply_too_big[] = "NO [TOOBIG] That literal is too long";
static const char too_long[] = "BAD [TOOBIG] Command line too long";

static size_t
limit_of(const struct imap *s)
{
	return s->state < IMAP_AT_AUTH ? COMMAND_EARLY_MAX : COMMAND_MAX;
}

static void
keep_tag(struct imap *s, struct str tag)
{
	memcpy(s->tag, tag.ptr, tag.len);
	s->tag_len = tag.len;
}

/* What is known of a command that will not be taken. */
static enum imap_parse
peek(struct imap *s, struct str text, struct imap_cmd *cmd)
{
	enum imap_parse parse = imap_cmd_parse(cmd, text);

	keep_tag(s, cmd->tag);
	return parse;
}

/* Literals that come without being asked for must be read to find their end. */
static bool
skip_octets(struct imap *s, uint64_t n)
{
	if (n > LITERAL_SKIP_MAX) {
		s->bye = "[TOOBIG] That is more than anybody may send";
		return false;
	}
	while (n > 0) {
		struct str some;

		if (stream_some(&s->stream, &some) != STREAM_OK)
			return false;
		if (some.len > n)
			some.len = (size_t)n;
		stream_eat(&s->stream, some.len);
		n -= some.len;
	}
	return true;
}

bool
imap_skip_command(struct imap *s, uint64_t n, bool plus)
{
	while (plus) {
		struct str line;

		if (!skip_octets(s, n) || !imap_line(s, COMMAND_MAX, &line))
			return false;
		plus = imap_literal_at_end(line, &n, &plus) && plus;
	}
	return true;
}

static const char *
refusal(const struct imap *s, enum imap_parse parse,
    const struct imap_cmd *cmd)
{
	if (parse == IMAP_PARSE_TAG)
		return "BAD No tag";
	if (parse == IMAP_PARSE_VERB)
		return "BAD Unknown command";
	switch (imap_session_may(s->state, cmd->verb)) {
	case IMAP_MAY:
		return NULL;
	case IMAP_WANTS_TLS:
		return "NO [PRIVACYREQUIRED] STARTTLS first";
	default:
		return "BAD Not now";
	}
}

enum taken { TAKEN, HANDED, REFUSED, ENDED };

/* A literal is announced: asked for, or refused with the command. */
static enum taken
take_literal(struct imap *s, struct imap_frame *f, struct str text, uint64_t n)
{
	struct imap_cmd cmd;
	const char *no = refusal(s, peek(s, text, &cmd), &cmd);
	size_t limit = limit_of(s);
	bool plus = f->plus;

	/* a message is streamed by the command itself */
	if (no == NULL && cmd.verb == IMAP_APPEND &&
	    imap_append_is_message(cmd.args, &s->arena))
		return HANDED;
	if (no == NULL && f->at < limit && n < limit - f->at) {
		imap_frame_accept(f, (size_t)n);
		if (!plus) {
			buf_add(&s->out, STR("+ Go on\r\n"));
			imap_flush(s);
		}
		return TAKEN;
	}
	stream_eat(&s->stream, f->at);
	if (!imap_skip_command(s, n, plus))
		return ENDED;
	imap_reply(s, no != NULL ? no : reply_too_big);
	return REFUSED;
}

static enum taken
refuse_long(struct imap *s, struct str some)
{
	struct imap_cmd cmd;
	struct str line;

	peek(s, some, &cmd);
	s->bye = "[TOOBIG] Command line too long";
	(void)stream_line(&s->stream, 1, &line);	/* to its end */
	imap_reply(s, too_long);
	return ENDED;
}

static enum taken
take_whole(struct imap *s, struct str text, struct str *line)
{
	*line = arena_str(&s->arena, text);
	/* passwords do not stay behind */
	if (s->state < IMAP_AT_AUTH)
		wipe(s->stream.in, (size_t)(text.ptr - s->stream.in) +
		    text.len);
	return line->ptr != NULL ? TAKEN : ENDED;
}

static enum taken
take(struct imap *s, struct str *line)
{
	struct imap_frame f;
	struct str some = { NULL, 0 };
	enum taken taken;
	uint64_t n;

	imap_frame_begin(&f);
	for (;;)
		switch (imap_frame_next(&f, some, &n)) {
		case FRAME_MORE:
			if (some.len >= limit_of(s))
				return refuse_long(s, some);
			/* what was asked before is not kept waiting */
			if (some.len > 0)
				imap_flush(s);
			if (stream_more(&s->stream, some.len, &some) !=
			    STREAM_OK)
				return ENDED;
			break;
		case FRAME_LITERAL:
			taken = take_literal(s, &f,
			    (struct str){ some.ptr, f.at }, n);
			if (taken == HANDED) {
				stream_eat(&s->stream, f.at);
				some.len = f.at - 2;
				return take_whole(s, some, line);
			}
			if (taken != TAKEN)
				return taken;
			break;
		case FRAME_BARE:
			stream_eat(&s->stream, (size_t)n);
			s->tag_len = 0;
			imap_reply(s, "BAD A line ends in CR LF");
			return REFUSED;
		case FRAME_DONE:
			some.len = (size_t)n - 2;
			stream_eat(&s->stream, (size_t)n);
			return take_whole(s, some, line);
		}
}

void
imap_why_ended(struct imap *s)
{
	if (s->bye != NULL)
		return;
	s->bye = s->stream.failed == STREAM_TIMEOUT ?
	    "You have been silent for too long" : "";
}

bool
imap_next(struct imap *s, struct str *line)
{
	*line = STR("");
	if (!stream_has_input(&s->stream))
		imap_flush(s);
	s->stream.idle_ms = s->state < IMAP_AT_AUTH ? LOGIN_MS : IDLE_MS;
	switch (take(s, line)) {
	case TAKEN:
		s->stream.idle_ms = WRITE_MS;
		return true;
	case REFUSED:
		s->failures++;
		line->ptr = NULL;
		return true;
	default:
		imap_why_ended(s);
		return false;
	}
}

bool
imap_line(struct imap *s, size_t max, struct str *line)
{
	imap_flush(s);
	switch (stream_line(&s->stream, max, line)) {
	case STREAM_OK:
		line->len -= line->len > 1 && line->ptr[line->len - 2] == '\r'
		    ? 2 : 1;
		return true;
	case STREAM_LONG:
		s->bye = "[TOOBIG] Line too long";
		return false;
	default:
		imap_why_ended(s);
		return false;
	}
}
