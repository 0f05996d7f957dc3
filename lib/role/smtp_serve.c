/* smtp_serve.c - a session, from the greeting to the end. */

#include "role/smtp_serve.h"

#include <string.h>

#include "os/log.h"
#include "proto/smtp_bdat.h"
#include "role/smtp_origin.h"

enum {
	IN_SIZE = 64 * 1024,
	OUT_SIZE = 2048,
	HELO_MAX = 255,
	REPLY_MAX = 1024,
	SMTP_LOGINS_MAX = 6,	/* wrong ones, of one session */
};

/* The small things first, and together: a child pays for each page that it
 * touches. */
static struct serve_smtp {
	char out[OUT_SIZE];
	const struct smtp_port *port;
	const struct smtp_tls *tls;
	struct stream io;
	struct smtp_session session;
	struct smtp_peer peer;
	struct smtp_bdat bdat;
	bool offer_tls;
	bool over;		/* the last word has been said */
	unsigned errors, commands;
	unsigned delivered, refused;	/* messages, for the log */
	struct buf reply;
	char helo[HELO_MAX];
	struct smtp_mail mail;
	char in[IN_SIZE];
} self __attribute__((aligned(4096)));

const struct smtp_port smtp_port_mx = { .service = SMTP_ON_MX };

static void
say(struct serve_smtp *s, enum smtp_answer answer)
{
	buf_clear(&s->reply);
	smtp_reply_put(&s->reply, answer);
	stream_put(&s->io, buf_str(&s->reply));
	if (smtp_reply_verdict(answer) == VERDICT_NO)
		s->errors++;
}

static void
say_last(struct serve_smtp *s, enum smtp_answer answer)
{
	say(s, answer);
	s->over = true;
}

static void
say_ready(struct serve_smtp *s)
{
	buf_clear(&s->reply);
	buf_add(&s->reply, STR("220 "));
	buf_add(&s->reply, s->peer.by);
	buf_add(&s->reply, STR(" ESMTP\r\n"));
	stream_put(&s->io, buf_str(&s->reply));
}

static void
say_hello(struct serve_smtp *s)
{
	struct buf *b = &s->reply;

	buf_clear(b);
	buf_add(b, s->peer.esmtp ? STR("250-") : STR("250 "));
	buf_add(b, s->peer.by);
	if (s->peer.esmtp) {
		buf_add(b, STR("\r\n250-PIPELINING\r\n250-SIZE "));
		buf_add_u64(b, s->mail.size_max);
		if (s->offer_tls)
			buf_add(b, STR("\r\n250-STARTTLS"));
		if (s->port->offer != NULL)
			s->port->offer(b, s->tls != NULL);
		buf_add(b, STR("\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME"
		    "\r\n250-SMTPUTF8\r\n250 CHUNKING"));
	}
	buf_add(b, STR("\r\n"));
	stream_put(&s->io, buf_str(b));
}

/* The stream has nothing more for us. */
static void
end_of_stream(struct serve_smtp *s)
{
	switch (s->io.failed) {
	case STREAM_TIMEOUT:
		say_last(s, SMTP_SAYS_LATE);
		break;
	case STREAM_FLOOD:
		say_last(s, SMTP_SAYS_LINE_FLOOD);
		break;
	default:
		s->over = true;
	}
}

static enum smtp_answer
do_hello(struct serve_smtp *s, const struct smtp_cmd *cmd)
{
	size_t n = cmd->arg.len < HELO_MAX ? cmd->arg.len : HELO_MAX;

	memcpy(s->helo, cmd->arg.ptr, n);
	s->peer.helo = (struct str){ s->helo, n };
	s->peer.esmtp = cmd->verb == SMTP_EHLO;
	smtp_mail_reset(&s->mail);
	return SMTP_SAYS_HELLO;
}

static enum smtp_answer
do_sender(struct serve_smtp *s, const struct smtp_cmd *cmd)
{
	enum smtp_answer answer;

	if (s->mail.lost || s->mail.child->chan[ROLE_STORE] < 0)
		return SMTP_SAYS_DOWN;
	if (cmd->size > s->mail.size_max)
		return SMTP_SAYS_TOO_BIG;
	if (cmd->path.utf8 && !cmd->utf8)
		return SMTP_SAYS_NEED_UTF8;
	smtp_mail_begin(&s->mail, &s->peer, &cmd->path, cmd->size, cmd->utf8);
	if (s->mail.ops == NULL)
		return SMTP_SAYS_SENDER_OK;
	answer = s->mail.ops->sender(&s->mail, cmd);
	if (answer != SMTP_SAYS_SENDER_OK)
		smtp_mail_reset(&s->mail);
	return answer;
}

static enum smtp_answer
do_rcpt(struct serve_smtp *s, const struct smtp_cmd *cmd)
{
	if (cmd->path.utf8 && !s->mail.utf8)
		return SMTP_SAYS_NEED_UTF8;
	return smtp_mail_rcpt(&s->mail, cmd);
}

static enum smtp_answer
commit(struct serve_smtp *s, enum smtp_fault fault)
{
	enum smtp_answer answer = smtp_mail_commit(&s->mail, fault);

	smtp_mail_reset(&s->mail);
	if (answer == SMTP_SAYS_DELIVERED) {
		s->delivered++;
		s->commands = 0;
	} else {
		s->refused++;
	}
	return answer;
}

/* After 354: text up to its end.  False: the end did not come. */
static bool
take_text(struct serve_smtp *s, enum smtp_fault *fault)
{
	struct smtp_data d;
	struct str some;

	smtp_data_begin(&d, true);
	while (!d.done) {
		struct str left;

		if (d.octets > s->mail.size_max + SMTP_DRAIN_MAX) {
			say_last(s, SMTP_SAYS_TOO_BIG);
			return false;
		}
		smtp_mail_settle(&s->mail);
		if (stream_some(&s->io, &some) != STREAM_OK) {
			end_of_stream(s);
			return false;
		}
		left = some;
		while (left.len > 0 && !d.done)
			smtp_mail_text(&s->mail, smtp_data_take(&d, &left));
		stream_eat(&s->io, some.len - left.len);
	}
	*fault = d.fault;
	return true;
}

static void
do_text(struct serve_smtp *s)
{
	enum smtp_fault fault;
	enum smtp_answer answer;

	say(s, SMTP_SAYS_GO_ON);
	if (!take_text(s, &fault))
		return;
	smtp_session_next(&s->session, SMTP_DOT);
	answer = commit(s, fault);
	smtp_session_settle(&s->session, answer);
	say(s, answer);
	/* Somebody before us may see the end of such a text elsewhere, and what
	 * follows as its rest: it shall not be commands here. */
	if (fault != SMTP_FAULT_NONE && fault != SMTP_FAULT_LONG_LINE)
		s->over = true;
}

/* The octets of a chunk: to the message, or nowhere.  False: they did not
 * come. */
static bool
take_chunk(struct serve_smtp *s, uint64_t octets, bool wanted)
{
	uint64_t left = octets;

	if (octets > s->mail.size_max + SMTP_DRAIN_MAX) {
		say_last(s, SMTP_SAYS_TOO_BIG);
		return false;
	}
	while (left > 0) {
		struct str some;

		smtp_mail_settle(&s->mail);
		if (stream_some(&s->io, &some) != STREAM_OK) {
			end_of_stream(s);
			return false;
		}
		if (some.len > left)
			some.len = (size_t)left;
		left -= some.len;
		stream_eat(&s->io, some.len);
		while (wanted && some.len > 0)
			smtp_mail_text(&s->mail,
			    smtp_bdat_take(&s->bdat, &some));
	}
	return true;
}

static void
do_chunk(struct serve_smtp *s, const struct smtp_cmd *cmd, enum smtp_act act)
{
	bool wanted = act == SMTP_DO_CHUNK || act == SMTP_DO_LAST;
	enum smtp_answer answer = smtp_session_plain(act);

	if (s->session.state == SMTP_AT_RCPT)
		smtp_bdat_begin(&s->bdat);
	if (wanted)
		smtp_bdat_chunk(&s->bdat, cmd->size, act == SMTP_DO_LAST);
	if (!take_chunk(s, cmd->size, wanted))
		return;
	if (smtp_bdat_is_whole(&s->bdat) && wanted)
		answer = commit(s, s->bdat.text.fault);
	else if (wanted && s->mail.trouble != SMTP_SAYS_DELIVERED)
		answer = commit(s, SMTP_FAULT_NONE);
	smtp_mail_settle(&s->mail);
	smtp_session_settle(&s->session, answer);
	say(s, answer);
}

/* What was pipelined after STARTTLS came before the handshake: it stays here
 * and is forgotten with this process. */
static enum smtp_answer
do_tls(struct serve_smtp *s)
{
	return s->offer_tls ? SMTP_SAYS_TLS : SMTP_SAYS_NO_TLS;
}

/* Every wrong password costs a good part of the session. */
static enum smtp_answer
do_auth(struct serve_smtp *s, const struct smtp_cmd *cmd)
{
	enum smtp_answer answer = s->port->auth(s->mail.child, &s->io, s->tls,
	    cmd->arg);

	if (answer == SMTP_SAYS_AUTHED)
		s->io.end = stream_now() + SMTP_SESSION_MS;
	else
		s->errors += SMTP_ERRORS_MAX / SMTP_LOGINS_MAX;
	return answer;
}

static enum smtp_answer
act_on(struct serve_smtp *s, enum smtp_act act, const struct smtp_cmd *cmd)
{
	switch (act) {
	case SMTP_DO_HELLO:
		return do_hello(s, cmd);
	case SMTP_DO_RESET:
		smtp_mail_reset(&s->mail);
		return SMTP_SAYS_OK;
	case SMTP_DO_TLS:
		return do_tls(s);
	case SMTP_DO_AUTH:
		return do_auth(s, cmd);
	case SMTP_DO_SENDER:
		return do_sender(s, cmd);
	case SMTP_DO_RCPT:
		return do_rcpt(s, cmd);
	default:
		return smtp_session_plain(act);
	}
}

static void
obey(struct serve_smtp *s, const struct smtp_cmd *cmd)
{
	enum smtp_act act = smtp_session_next(&s->session, cmd->verb);
	enum smtp_answer answer;

	if (cmd->verb == SMTP_BDAT || cmd->verb == SMTP_BDAT_LAST) {
		do_chunk(s, cmd, act);
		return;
	}
	answer = act_on(s, act, cmd);
	smtp_session_settle(&s->session, answer);
	if (act == SMTP_DO_DATA)
		do_text(s);
	else if (answer == SMTP_SAYS_HELLO)
		say_hello(s);
	else
		say(s, answer);
	if (answer == SMTP_SAYS_DOWN || s->session.state == SMTP_AT_HANDED ||
	    s->session.state == SMTP_AT_END)
		s->over = true;
}

/* A line that is no command. */
static void
complain(struct serve_smtp *s, const struct smtp_cmd *cmd,
    enum smtp_parse parse)
{
	bool path = cmd->verb == SMTP_MAIL || cmd->verb == SMTP_RCPT;

	switch (parse) {
	case SMTP_PARSE_VERB:
		say(s, SMTP_SAYS_UNKNOWN);
		break;
	case SMTP_PARSE_PARAM:
		say(s, SMTP_SAYS_PARAM);
		break;
	default:
		say(s, path ? SMTP_SAYS_BAD_PATH : SMTP_SAYS_SYNTAX);
		/* how many octets would follow is unknown: they must not be
		 * taken for commands */
		s->over = cmd->verb == SMTP_BDAT ||
		    cmd->verb == SMTP_BDAT_LAST;
	}
}

static void
take_line(struct serve_smtp *s, struct str line)
{
	struct smtp_cmd cmd;
	enum smtp_parse parse;

	if (line.len < 2 || line.ptr[line.len - 2] != '\r') {
		say(s, SMTP_SAYS_BARE_LF);
		return;
	}
	line.len -= 2;
	if (memchr(line.ptr, '\0', line.len) != NULL) {
		say_last(s, SMTP_SAYS_UNKNOWN);	/* as after such a text */
		return;
	}
	parse = smtp_cmd_parse(&cmd, line, s->port->with);
	if (parse == SMTP_PARSE_OK)
		obey(s, &cmd);
	else
		complain(s, &cmd, parse);
}

static void
converse(struct serve_smtp *s)
{
	struct str line;

	while (!s->over) {
		switch (stream_line(&s->io, SMTP_COMMAND_MAX, &line)) {
		case STREAM_OK:
			take_line(s, line);
			break;
		case STREAM_LONG:
			say(s, SMTP_SAYS_LONG_COMMAND);
			break;
		default:
			end_of_stream(s);
		}
		if (s->over)
			break;
		if (s->errors > SMTP_ERRORS_MAX)
			say_last(s, SMTP_SAYS_TOO_MANY_ERRORS);
		else if (++s->commands > SMTP_COMMANDS_MAX)
			say_last(s, SMTP_SAYS_TOO_MANY_COMMANDS);
	}
}

/* An address that speaks for others must say for whom. */
static bool
take_origin(struct serve_smtp *s, struct role *r, struct child *c)
{
	if (s->port->service != SMTP_ON_MX || c->listen == NULL ||
	    !smtp_origin_is_proxy(&r->conf, c->addr))
		return true;
	if (smtp_origin_take(&s->io, c))
		return true;
	say_last(s, SMTP_SAYS_PROXY);
	return false;
}

static void
begin(struct serve_smtp *s, struct role *r, struct child *c,
    const struct smtp_port *port, const struct smtp_tls *tls)
{
	s->port = port;
	s->tls = tls;
	s->over = false;
	stream_plain(&s->io, c->sock, s->in, sizeof(s->in), s->out,
	    sizeof(s->out));
	if (tls != NULL) {
		stream_change(&s->io, tls->ops, tls->ctx);
		s->peer.tls = tls->version;
		s->peer.cipher = tls->cipher;
	}
	s->io.idle_ms = SMTP_IDLE_MS;
	s->io.end = stream_now() + (uint64_t)(port->login_ms > 0 ?
	    port->login_ms : SMTP_SESSION_MS);
	smtp_session_begin(&s->session, port->service, tls != NULL);
	smtp_mail_init(&s->mail, c, port->mail, r->conf.size);
	buf_init(&s->reply, REPLY_MAX);
	s->peer.by = port->service == SMTP_ON_MX ? r->conf.mx : r->conf.host;
	s->peer.addr = c->addr;
	s->offer_tls = tls == NULL && (port->service != SMTP_ON_MX ||
	    role_edge_fd(r, ROLE_MXTLS, 0) >= 0);
}

/* Not by a format: stdio costs a child eight pages. */
static void
log_session(struct serve_smtp *s)
{
	struct buf *b = &s->reply;

	if (s->delivered == 0 && s->refused == 0 && s->errors == 0)
		return;
	buf_clear(b);
	buf_add(b, STR("delivered="));
	buf_add_u64(b, s->delivered);
	buf_add(b, STR(" refused="));
	buf_add_u64(b, s->refused);
	buf_add(b, STR(" errors="));
	buf_add_u64(b, s->errors);
	log_text("session", buf_str(b));
}

/* RFC 3207, 4: after STARTTLS the client speaks. */
static bool
greets(const struct serve_smtp *s, const struct child *c)
{
	return s->tls == NULL || (c->listen != NULL &&
	    c->listen->service == CONF_SUBMISSIONS);
}

int
smtp_serve(struct role *r, struct child *c, const struct smtp_port *port,
    const struct smtp_tls *tls)
{
	struct serve_smtp *s = &self;
	bool handed;

	begin(s, r, c, port, tls);
	if (take_origin(s, r, c)) {
		if (greets(s, c))
			say_ready(s);
		converse(s);
	}
	handed = s->session.state == SMTP_AT_HANDED;
	smtp_mail_end(&s->mail);
	if (!handed)
		log_session(s);
	buf_free(&s->reply);
	if (handed)
		return stream_flush(&s->io) == STREAM_OK ? CHILD_HAND_OVER : 0;
	if (s->session.state == SMTP_AT_END)
		stream_close(&s->io);
	else
		stream_close_gently(&s->io);
	return 0;
}
