/* login.c - AUTH: what the client says goes to auth.  RFC 4954. */

#include "login.h"

#include <unistd.h>

#include "base/wipe.h"
#include "os/log.h"
#include "os/tls.h"
#include "proto/smtp_auth.h"
#include "role/sasl.h"

/* "334 base64", and what comes back. */
static bool
ask_client(void *ctx, struct str challenge, struct str *line)
{
	struct stream *io = ctx;

	stream_put(io, STR("334 "));
	stream_put(io, challenge);
	stream_put(io, STR("\r\n"));
	if (stream_line(io, SASL_LINE_MAX, line) != STREAM_OK ||
	    line->len < 2 || line->ptr[line->len - 2] != '\r')
		return false;
	line->len -= 2;
	return true;
}

static enum smtp_answer
answer_to(struct child *c, const struct sasl *x, enum sasl_end end)
{
	switch (end) {
	case SASL_OK:
		break;
	case SASL_WRONG:
		return SMTP_SAYS_WRONG_LOGIN;
	case SASL_CANCELLED:
		return SMTP_SAYS_CANCELLED;
	case SASL_NOT_BASE64:
		return SMTP_SAYS_NOT_BASE64;
	default:
		return SMTP_SAYS_AUTH_LATER;
	}
	if (x->nfds != 1) {
		for (size_t i = 0; i < x->nfds; i++)
			close(x->fds[i]);
		return SMTP_SAYS_AUTH_LATER;
	}
	c->chan[ROLE_STORE] = x->fds[0];
	log_event("login", "tls=1");
	return SMTP_SAYS_AUTHED;
}

enum smtp_answer
login_auth(struct child *c, struct stream *io, const struct smtp_tls *tls,
    struct str arg)
{
	struct sasl x = { .child = c, .ask = ask_client, .ctx = io };
	unsigned char binding[TLS_BINDING];
	struct smtp_auth auth;
	enum sasl_end end;

	if (!smtp_auth_parse(&auth, arg))
		return SMTP_SAYS_SYNTAX;
	if (sasl_mech(auth.mech) == AUTH_MECHS)
		return SMTP_SAYS_NO_MECH;
	if (tls_binding(tls->ctx, binding)) {
		x.binding_name = STR("tls-exporter");
		x.binding = (struct str){ (char *)binding, sizeof(binding) };
	}
	end = sasl_run(&x, sasl_mech(auth.mech), auth.initial);
	/* a password may still stand where lines are read */
	wipe(io->in, io->from);
	return answer_to(c, &x, end);
}
