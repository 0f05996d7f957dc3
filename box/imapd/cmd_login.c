/*
 * cmd_login.c - LOGIN and AUTHENTICATE: what the client says goes to auth,
 * what auth says to the client.  RFC 3501, 6.2; RFC 4959 (SASL-IR).
 */

#include "base/wipe.h"
#include "imapd.h"
#include "os/log.h"
#include "proto/imap_args.h"
#include "role/sasl.h"

static const char refused[] =
    "NO [AUTHENTICATIONFAILED] Wrong name or password";

/* "+ base64", and what comes back. */
static bool
ask_client(void *ctx, struct str challenge, struct str *line)
{
	struct imap *s = ctx;

	buf_add(&s->out, STR("+ "));
	buf_add(&s->out, challenge);
	buf_add(&s->out, STR("\r\n"));
	return imap_line(s, SASL_LINE_MAX, line);
}

static const char *
welcome(struct imap *s, const struct sasl *x)
{
	struct buf text;
	struct str copy;
	size_t before = s->out.len;

	s->reader = x->fds[0];
	s->writer = x->fds[1];
	s->stream.end = 0;
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

static const char *
end_of(struct imap *s, const struct sasl *x, enum sasl_end end)
{
	switch (end) {
	case SASL_OK:
		return welcome(s, x);
	case SASL_WRONG:
		return refused;
	case SASL_CANCELLED:
		return "BAD Cancelled";
	case SASL_NOT_BASE64:
		return "BAD That is not base64";
	default:
		return reply_unavailable;
	}
}

static void
begin(struct sasl *x, struct imap *s, unsigned char binding[TLS_BINDING])
{
	*x = (struct sasl){ .child = s->child, .ask = ask_client, .ctx = s };
	if (s->tls != NULL && tls_binding(s->tls, binding)) {
		x->binding_name = STR("tls-exporter");
		x->binding = (struct str){ (char *)binding, TLS_BINDING };
	}
}

const char *
cmd_login(struct imap *s, const struct imap_cmd *cmd)
{
	unsigned char binding[TLS_BINDING];
	struct imap_login login;
	struct buf plain;
	enum sasl_end end;
	struct sasl x;

	if (!imap_args_login(cmd->args, &s->arena, &login))
		return reply_syntax;
	begin(&x, s, binding);
	buf_init(&plain, COMMAND_EARLY_MAX);
	buf_byte(&plain, '\0');
	buf_add(&plain, login.user);
	buf_byte(&plain, '\0');
	buf_add(&plain, login.password);
	end = plain.failed ? SASL_WRONG : sasl_start(&x, AUTH_PLAIN,
	    buf_str(&plain));
	buf_free(&plain);
	return end_of(s, &x, end);
}

const char *
cmd_authenticate(struct imap *s, const struct imap_cmd *cmd)
{
	unsigned char binding[TLS_BINDING];
	struct imap_authenticate a;
	enum auth_mech mech;
	enum sasl_end end;
	struct sasl x;

	if (!imap_args_authenticate(cmd->args, &a))
		return reply_syntax;
	mech = sasl_mech(a.mech);
	if (mech == AUTH_MECHS)
		return "NO No such mechanism";
	begin(&x, s, binding);
	if (!a.has_initial)
		a.initial.ptr = NULL;
	end = sasl_run(&x, mech, a.initial);
	/* a password may still stand where lines are read */
	wipe(s->stream.in, s->stream.from);
	return end_of(s, &x, end);
}
