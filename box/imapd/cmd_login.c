/*
 * cmd_login.c - LOGIN and AUTHENTICATE: what the client says goes to auth,
 * what auth says to the client.  RFC 3501, 6.2; RFC 4959 (SASL-IR).
 */

#include <unistd.h>

#include "base/verdict.h"
#include "base/wipe.h"
#include "codec/base64.h"
#include "imapd.h"
#include "ipc/msg_auth.h"
#include "os/log.h"
#include "proto/imap_args.h"

enum { LINE_MAX_BASE64 = (SASL_MAX + 2) / 3 * 4 + 2 };

struct exchange {
	struct imap *s;
	struct buf in;			/* what auth said */
	char decoded[SASL_MAX + 4];	/* what the client said */
	size_t n;
};

static const struct {
	struct str name;
	enum auth_mech mech;
} mechs[] = {
	{ STR_INIT("PLAIN"), AUTH_PLAIN },
	{ STR_INIT("SCRAM-SHA-256"), AUTH_SCRAM },
	{ STR_INIT("SCRAM-SHA-256-PLUS"), AUTH_SCRAM_PLUS },
};

static const char refused[] =
    "NO [AUTHENTICATIONFAILED] Wrong name or password";
static const char given_up[] = "BAD Cancelled";

static void
close_auth(struct imap *s)
{
	if (s->child->chan[ROLE_AUTH] >= 0)
		close(s->child->chan[ROLE_AUTH]);
	s->child->chan[ROLE_AUTH] = -1;
}

/* What comes back of "+ base64". */
static const char *
ask_client(struct exchange *x, struct str challenge)
{
	struct imap *s = x->s;
	struct str line;
	char *room;

	buf_add(&s->out, STR("+ "));
	room = buf_room(&s->out, base64_encoded_len(challenge.len));
	if (room != NULL)
		buf_grow(&s->out, base64_encode(room, challenge));
	buf_add(&s->out, STR("\r\n"));
	if (!imap_line(s, LINE_MAX_BASE64, &line))
		return given_up;
	if (str_eq(line, STR("*")))
		return given_up;
	if (base64_decoded_max(line.len) > sizeof(x->decoded) ||
	    !base64_decode(x->decoded, &x->n, line))
		return "BAD That is not base64";
	return NULL;
}

static const char *
welcome(struct imap *s, const struct chan_msg *in)
{
	struct buf text;
	struct str copy;
	size_t before = s->out.len;

	s->reader = in->fds[0];
	s->writer = in->fds[1];
	s->stream.end = 0;
	close_auth(s);
	log_event("login", "tls=%d", s->tls != NULL);
	/* put where it does not belong, and taken back */
	s->state = IMAP_AT_AUTH;
	imap_put_capabilities(s);
	buf_init(&text, 1024);
	buf_add(&text, STR("OK ["));
	buf_add_mem(&text, s->out.ptr + before, s->out.len - before);
	buf_add(&text, STR("] Welcome"));
	buf_byte(&text, '\0');
	s->out.len = before;
	copy = arena_str(&s->arena, buf_str(&text));
	buf_free(&text);
	return copy.ptr != NULL ? copy.ptr : "OK Welcome";
}

/* NULL: auth has heard the client's answer. */
static const char *
pass_on(struct exchange *x, struct str challenge)
{
	const char *no = ask_client(x, challenge);
	struct msg_auth_data response;

	if (no != NULL)
		return no;
	response.data = (struct str){ x->decoded, x->n };
	if (chan_put(x->s->child->chan[ROLE_AUTH], msg_auth, AUTH_TYPES,
	    AUTH_RESPONSE, &response, NULL, 0) == CHAN_OK)
		return NULL;
	close_auth(x->s);
	return reply_unavailable;
}

/* The server's last word wants an answer, an empty one. */
static const char *
last_word(struct exchange *x, struct str data, struct chan_msg *in)
{
	const char *no = data.len > 0 ? ask_client(x, data) : NULL;

	if (no == NULL)
		return welcome(x->s, in);
	chan_close_fds(in);
	return no;
}

static const char *
hear(struct exchange *x)
{
	union {
		struct msg_auth_data data;
		struct msg_auth_ok ok;
		struct msg_auth_failed failed;
	} m;
	char *buf = buf_room(&x->in, IPC_MAX);
	const char *no = NULL;
	struct chan_msg in;

	while (no == NULL)
		switch (buf == NULL ? -1 : chan_get(
		    x->s->child->chan[ROLE_AUTH], buf, msg_auth, AUTH_TYPES,
		    &m, &in)) {
		case AUTH_OK:
			return last_word(x, m.ok.data, &in);
		case AUTH_FAILED:
			return m.failed.verdict == VERDICT_NO ? refused :
			    reply_unavailable;
		case AUTH_CHALLENGE:
			no = pass_on(x, m.data.data);
			break;
		default:
			close_auth(x->s);
			no = reply_unavailable;
		}
	return no;
}

static const char *
exchange(struct exchange *x, enum auth_mech mech, struct str initial)
{
	unsigned char binding[TLS_BINDING];
	struct msg_auth_start m = { .mech = mech, .initial = initial };
	struct imap *s = x->s;
	const char *text;

	if (initial.len > SASL_MAX)
		return refused;
	if (s->child->chan[ROLE_AUTH] < 0)
		return reply_unavailable;
	if (s->tls != NULL && tls_binding(s->tls, binding)) {
		m.binding_name = STR("tls-exporter");
		m.binding = (struct str){ (char *)binding, sizeof(binding) };
	}
	if (chan_put(s->child->chan[ROLE_AUTH], msg_auth, AUTH_TYPES,
	    AUTH_START, &m, NULL, 0) != CHAN_OK) {
		close_auth(s);
		return reply_unavailable;
	}
	buf_init(&x->in, IPC_MAX);
	text = hear(x);
	buf_free(&x->in);
	return text;
}

const char *
cmd_login(struct imap *s, const struct imap_cmd *cmd)
{
	struct exchange x = { .s = s };
	struct imap_login login;
	struct buf plain;
	const char *text;

	if (!imap_args_login(cmd->args, &s->arena, &login))
		return reply_syntax;
	buf_init(&plain, COMMAND_EARLY_MAX);
	buf_byte(&plain, '\0');
	buf_add(&plain, login.user);
	buf_byte(&plain, '\0');
	buf_add(&plain, login.password);
	text = plain.failed ? refused : exchange(&x, AUTH_PLAIN,
	    buf_str(&plain));
	buf_free(&plain);
	return text;
}

static const char *
authenticate(struct exchange *x, const struct imap_authenticate *a)
{
	enum auth_mech mech = AUTH_MECHS;
	const char *no = NULL;
	struct buf initial;

	for (size_t i = 0; i < sizeof(mechs) / sizeof(mechs[0]); i++)
		if (str_eq_nocase(a->mech, mechs[i].name))
			mech = mechs[i].mech;
	if (mech == AUTH_MECHS)
		return "NO No such mechanism";
	if (!a->has_initial)
		no = ask_client(x, STR(""));
	else if (!str_eq(a->initial, STR("=")) &&
	    (base64_decoded_max(a->initial.len) > sizeof(x->decoded) ||
	    !base64_decode(x->decoded, &x->n, a->initial)))
		no = "BAD That is not base64";
	if (no != NULL)
		return no;
	buf_init(&initial, sizeof(x->decoded));
	buf_add_mem(&initial, x->decoded, x->n);
	no = initial.failed ? refused : exchange(x, mech, buf_str(&initial));
	buf_free(&initial);
	return no;
}

const char *
cmd_authenticate(struct imap *s, const struct imap_cmd *cmd)
{
	struct exchange x = { .s = s };
	struct imap_authenticate a;
	const char *text;

	if (!imap_args_authenticate(cmd->args, &a))
		return reply_syntax;
	text = authenticate(&x, &a);
	wipe(x.decoded, sizeof(x.decoded));
	/* a password may still stand where lines are read */
	wipe(s->stream.in, s->stream.from);
	return text;
}
