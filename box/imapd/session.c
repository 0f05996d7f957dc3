/* session.c - a connection from its greeting to its end. */

#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>

#include "ask.h"
#include "base/wipe.h"
#include "imapd.h"
#include "os/heap.h"
#include "os/tls_heap.h"
#include "role/smtp_origin.h"

enum { PAGE = 4096, OUT_BUF = 16 * 1024 };

/* One connection to a process: in .bss, so that only what is used is
 * touched. */
static alignas(PAGE) char in_buf[COMMAND_MAX + 1];
static alignas(PAGE) char out_buf[OUT_BUF];

const char reply_syntax[] = "BAD Syntax";
const char reply_unavailable[] = "NO [UNAVAILABLE] Try again later";
const char reply_no_mailbox[] = "NO [NONEXISTENT] No such mailbox";
const char reply_no_message[] = "BAD No such message";

static imap_cmd_fn *const commands[IMAP_VERBS] = {
	[IMAP_CAPABILITY] = cmd_capability,
	[IMAP_NOOP] = cmd_noop,
	[IMAP_LOGOUT] = cmd_logout,
	[IMAP_STARTTLS] = cmd_starttls,
	[IMAP_LOGIN] = cmd_login,
	[IMAP_AUTHENTICATE] = cmd_authenticate,
	[IMAP_LIST] = cmd_list,
	[IMAP_LSUB] = cmd_lsub,
	[IMAP_STATUS] = cmd_status,
	[IMAP_SELECT] = cmd_select,
	[IMAP_EXAMINE] = cmd_select,
	[IMAP_IDLE] = cmd_idle,
	[IMAP_ENABLE] = cmd_enable,
	[IMAP_ID] = cmd_id,
	[IMAP_NAMESPACE] = cmd_namespace,
	[IMAP_GETQUOTA] = cmd_getquota,
	[IMAP_GETQUOTAROOT] = cmd_getquotaroot,
	[IMAP_CREATE] = cmd_create,
	[IMAP_DELETE] = cmd_delete,
	[IMAP_RENAME] = cmd_rename,
	[IMAP_SUBSCRIBE] = cmd_subscribe,
	[IMAP_UNSUBSCRIBE] = cmd_subscribe,
	[IMAP_APPEND] = cmd_append,
	[IMAP_CHECK] = cmd_check,
	[IMAP_CLOSE] = cmd_close,
	[IMAP_UNSELECT] = cmd_unselect,
	[IMAP_FETCH] = cmd_fetch,
	[IMAP_STORE] = cmd_store,
	[IMAP_EXPUNGE] = cmd_expunge,
	[IMAP_SEARCH] = cmd_search,
	[IMAP_UID_SEARCH] = cmd_search,
	[IMAP_COPY] = cmd_copy,
	[IMAP_MOVE] = cmd_copy,
	[IMAP_UID_COPY] = cmd_copy,
	[IMAP_UID_MOVE] = cmd_copy,
	[IMAP_UID_FETCH] = cmd_fetch,
	[IMAP_UID_STORE] = cmd_store,
	[IMAP_UID_EXPUNGE] = cmd_uid_expunge,
};

void
imap_flush(struct imap *s)
{
	int wait_ms = s->stream.idle_ms;

	s->stream.idle_ms = WRITE_MS;
	if (!s->out.failed && s->out.len > 0)
		stream_put(&s->stream, buf_str(&s->out));
	buf_clear(&s->out);
	(void)stream_flush(&s->stream);
	s->stream.idle_ms = wait_ms;
}

/* Room in the buffer ran out, so what went out is not what was meant. */
static void
check_out(struct imap *s)
{
	if (!s->out.failed)
		return;
	s->bye = "[LIMIT] An answer would have been too long";
	s->mute = true;
}

void
imap_put_more(struct imap *s)
{
	check_out(s);
	if (s->out.len < OUT_FLUSH || s->mute)
		return;
	stream_put(&s->stream, buf_str(&s->out));
	buf_clear(&s->out);
}

void
imap_rest(struct imap *s)
{
	buf_free(&s->out);
	madvise(out_buf, sizeof(out_buf), MADV_DONTNEED);
	if (!stream_has_input(&s->stream))
		madvise(in_buf, sizeof(in_buf), MADV_DONTNEED);
	ask_rest();
	heap_rest();
	tls_heap_rest();
}

void
imap_reply(struct imap *s, const char *text)
{
	if (s->tag_len > 0)
		buf_add_mem(&s->out, s->tag, s->tag_len);
	else
		buf_byte(&s->out, '*');
	buf_byte(&s->out, ' ');
	buf_add_c(&s->out, text);
	buf_add(&s->out, STR("\r\n"));
}

const char *
imap_text_of(struct imap *s, struct buf *text)
{
	struct str copy;

	buf_byte(text, '\0');
	copy = arena_str(&s->arena, buf_str(text));
	if (text->failed)
		copy.ptr = NULL;
	buf_free(text);
	return copy.ptr != NULL ? copy.ptr : reply_unavailable;
}

const char *
imap_text(struct imap *s, const char *before, uint64_t n, const char *after)
{
	struct buf text;

	buf_init(&text, 256);
	buf_add_c(&text, before);
	buf_add_u64(&text, n);
	buf_add_c(&text, after);
	return imap_text_of(s, &text);
}

static bool
is_inside(enum imap_state state)
{
	return state == IMAP_AT_SELECTED || state == IMAP_AT_EXAMINED;
}

/* No EXPUNGE during FETCH, STORE and SEARCH: RFC 3501, 7.4.1. */
static bool
may_tell_expunge(enum imap_verb verb)
{
	return verb != IMAP_FETCH && verb != IMAP_STORE &&
	    verb != IMAP_SEARCH;
}

/* Does it look at single messages of the mailbox? */
static bool
is_of_messages(enum imap_verb verb)
{
	switch (verb) {
	case IMAP_FETCH:
	case IMAP_STORE:
	case IMAP_SEARCH:
	case IMAP_COPY:
	case IMAP_MOVE:
	case IMAP_UID_FETCH:
	case IMAP_UID_STORE:
	case IMAP_UID_SEARCH:
	case IMAP_UID_COPY:
	case IMAP_UID_MOVE:
	case IMAP_UID_EXPUNGE:
		return true;
	default:
		return false;
	}
}

static const char *
obey(struct imap *s, const struct imap_cmd *cmd)
{
	if (is_of_messages(cmd->verb) &&
	    !mailbox_need(s, imap_verb_is_uid(cmd->verb)))
		return reply_unavailable;
	return commands[cmd->verb](s, cmd);
}

static void
run(struct imap *s, const struct imap_cmd *cmd)
{
	enum imap_state before = s->state;
	const char *text = obey(s, cmd);
	bool ok = text == NULL || text[0] == 'O';

	/* what was not understood changes nothing: SELECT leaves its mailbox
	 * only when it was a SELECT */
	if (text == NULL || text[0] != 'B')
		s->state = imap_session_after(before, cmd->verb, ok);
	if (is_inside(s->state) && s->box.id == 0)
		s->state = IMAP_AT_AUTH;	/* deleted it */
	if (is_inside(before) && !is_inside(s->state))
		mailbox_close(s);
	if (is_inside(s->state) && s->bye == NULL && !mailbox_sync(s,
	    may_tell_expunge(cmd->verb), imap_verb_is_uid(cmd->verb)))
		ok = text == NULL;
	if (text != NULL && !s->mute)
		imap_reply(s, s->bye != NULL && ok && s->state != IMAP_AT_END ?
		    reply_unavailable : text);
	s->failures = ok || s->state >= IMAP_AT_AUTH ? 0 : s->failures + 1;
}

static void
answer(struct imap *s, struct str line)
{
	struct imap_cmd cmd;
	enum imap_parse parse = imap_cmd_parse(&cmd, line);

	memcpy(s->tag, cmd.tag.ptr != NULL ? cmd.tag.ptr : "", cmd.tag.len);
	s->tag_len = cmd.tag.len;
	if (parse == IMAP_PARSE_OK)
		switch (imap_session_may(s->state, cmd.verb)) {
		case IMAP_MAY:
			run(s, &cmd);
			return;
		case IMAP_WANTS_TLS:
			imap_reply(s, "NO [PRIVACYREQUIRED] STARTTLS first");
			break;
		case IMAP_READ_ONLY:
			imap_reply(s, "NO [READ-ONLY] Opened by EXAMINE");
			break;
		case IMAP_MAY_NOT:
			imap_reply(s, "BAD Not now");
		}
	else
		imap_reply(s, parse == IMAP_PARSE_TAG ? "BAD No tag" :
		    "BAD Unknown command");
	s->failures++;
}

static void
greet(struct imap *s)
{
	buf_add(&s->out, STR("* OK ["));
	imap_put_capabilities(s);
	buf_add(&s->out, STR("] pli\r\n"));
}

static void
part(struct imap *s)
{
	if (s->mute)
		buf_clear(&s->out);
	else if (s->bye != NULL && s->bye[0] != '\0') {
		buf_add(&s->out, STR("* BYE "));
		buf_add_c(&s->out, s->bye);
		buf_add(&s->out, STR("\r\n"));
	}
	imap_flush(s);
	stream_close(&s->stream);
	buf_free(&s->out);
	arena_reset(&s->arena);
}

static void
talk(struct imap *s)
{
	struct str line;

	greet(s);
	while (s->bye == NULL && s->state != IMAP_AT_END &&
	    imap_next(s, &line)) {
		if (line.ptr != NULL)
			answer(s, line);
		if (s->failures >= FAILURES_MAX)
			s->bye = "Too many failures";
		check_out(s);
		if (s->out.len >= OUT_FLUSH)
			imap_flush(s);
		arena_reset(&s->arena);
	}
}

int
imap_serve(struct imap *s, struct role *r, struct child *c,
    struct tls_ctx *ctx)
{
	bool tls = c->listen == NULL || c->listen->service == CONF_IMAPS;

	*s = (struct imap){ .role = r, .child = c, .tls_ctx = ctx,
	    .reader = -1, .writer = -1, .state = IMAP_AT_CLEAR };
	arena_init(&s->arena, COMMAND_ARENA_MAX);
	buf_init(&s->out, OUT_MAX);
	mailbox_init(&s->box);
	stream_plain(&s->stream, c->sock, in_buf, sizeof(in_buf), out_buf,
	    sizeof(out_buf));
	s->stream.end = stream_now() + LOGIN_MS;
	if (!smtp_origin_first(r, c))
		return 0;
	if (tls) {
		if (!imap_begin_tls(s))
			return 0;
		s->state = IMAP_AT_TLS;
	} else if (c->listen->clear) {
		s->state = IMAP_AT_LOCAL;
	}
	talk(s);
	part(s);
	return 0;
}
