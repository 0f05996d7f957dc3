/* sasl.c - a login, between a client and auth. */

#include "role/sasl.h"

#include <string.h>
#include <unistd.h>

#include "base/verdict.h"
#include "base/wipe.h"
#include "codec/base64.h"
#include "ipc/chan.h"

struct exchange {
	struct sasl *s;
	struct buf in;			/* what auth said */
	char text[SASL_LINE_MAX];	/* a challenge, encoded */
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

enum auth_mech
sasl_mech(struct str name)
{
	for (size_t i = 0; i < sizeof(mechs) / sizeof(mechs[0]); i++)
		if (str_eq_nocase(name, mechs[i].name))
			return mechs[i].mech;
	return AUTH_MECHS;
}

static void
close_auth(struct sasl *s)
{
	if (s->child->chan[ROLE_AUTH] >= 0)
		close(s->child->chan[ROLE_AUTH]);
	s->child->chan[ROLE_AUTH] = -1;
}

static enum sasl_end
lost(struct sasl *s)
{
	close_auth(s);
	return SASL_LATER;
}

static enum sasl_end
take_line(struct exchange *x, struct str line)
{
	if (base64_decoded_max(line.len) > sizeof(x->decoded) ||
	    !base64_decode(x->decoded, &x->n, line))
		return SASL_NOT_BASE64;
	return SASL_OK;
}

/* What the client answers to a challenge; challenges of auth fit. */
static enum sasl_end
ask_client(struct exchange *x, struct str challenge)
{
	struct str line;

	challenge.len = base64_encode(x->text, challenge);
	challenge.ptr = x->text;
	if (!x->s->ask(x->s->ctx, challenge, &line) ||
	    str_eq(line, STR("*")))
		return SASL_CANCELLED;
	return take_line(x, line);
}

static enum sasl_end
pass_on(struct exchange *x, struct str challenge)
{
	enum sasl_end end = ask_client(x, challenge);
	struct msg_auth_data response = { { x->decoded, x->n } };

	if (end != SASL_OK)
		return end;
	return chan_put(x->s->child->chan[ROLE_AUTH], msg_auth, AUTH_TYPES,
	    AUTH_RESPONSE, &response, NULL, 0) == CHAN_OK ? SASL_OK :
	    lost(x->s);
}

/* The server's last word wants an answer, an empty one. */
static enum sasl_end
last_word(struct exchange *x, const struct msg_auth_ok *ok,
    struct chan_msg *in)
{
	struct str data = ok->data;
	enum sasl_end end;

	/* before the client's answer takes their place */
	memcpy(x->s->user, ok->user.ptr, ok->user.len);
	x->s->user_len = ok->user.len;
	x->s->account = ok->account;
	end = data.len > 0 ? ask_client(x, data) : SASL_OK;

	if (end != SASL_OK) {
		chan_close_fds(in);
		return end;
	}
	for (size_t i = 0; i < in->nfds && i < SASL_CHANNELS; i++)
		x->s->fds[i] = in->fds[i];
	x->s->nfds = in->nfds;
	close_auth(x->s);
	return SASL_OK;
}

static enum sasl_end
hear(struct exchange *x)
{
	union {
		struct msg_auth_data data;
		struct msg_auth_ok ok;
		struct msg_auth_failed failed;
		struct msg_auth_pair pair;
	} m;
	char *buf = buf_room(&x->in, IPC_MAX);
	enum sasl_end end = SASL_OK;
	struct chan_msg in;

	while (end == SASL_OK)
		switch (buf == NULL ? -1 : chan_get(
		    x->s->child->chan[ROLE_AUTH], buf, msg_auth, AUTH_TYPES,
		    &m, &in)) {
		case AUTH_OK:
		case AUTH_SENDER:
		case AUTH_WEB:
			return last_word(x, &m.ok, &in);
		case AUTH_FAILED:
			return m.failed.verdict == VERDICT_NO ? SASL_WRONG :
			    SASL_LATER;
		case AUTH_CHALLENGE:
			end = pass_on(x, m.data.data);
			break;
		default:
			end = lost(x->s);
		}
	return end;
}

static enum sasl_end
exchange(struct exchange *x, enum auth_mech mech, struct str message)
{
	struct sasl *s = x->s;
	struct msg_auth_start m = { .mech = mech, .initial = message,
	    .binding_name = s->binding_name, .binding = s->binding };
	enum sasl_end end;

	if (message.len > SASL_MAX)
		return SASL_WRONG;
	if (s->child->chan[ROLE_AUTH] < 0)
		return SASL_LATER;
	if (chan_put(s->child->chan[ROLE_AUTH], msg_auth, AUTH_TYPES,
	    AUTH_START, &m, NULL, 0) != CHAN_OK)
		return lost(s);
	buf_init(&x->in, IPC_MAX);
	end = hear(x);
	buf_free(&x->in);
	return end;
}

enum sasl_end
sasl_start(struct sasl *s, enum auth_mech mech, struct str message)
{
	struct exchange x = { .s = s };
	enum sasl_end end = exchange(&x, mech, message);

	wipe(x.decoded, sizeof(x.decoded));
	return end;
}

enum sasl_end
sasl_run(struct sasl *s, enum auth_mech mech, struct str initial)
{
	struct exchange x = { .s = s };
	struct buf message;
	enum sasl_end end = SASL_OK;

	if (initial.ptr == NULL)
		end = ask_client(&x, STR(""));
	else if (!str_eq(initial, STR("=")))
		end = take_line(&x, initial);
	if (end == SASL_OK) {
		/* the client's answers overwrite where this was decoded */
		buf_init(&message, sizeof(x.decoded));
		buf_add_mem(&message, x.decoded, x.n);
		end = message.failed ? SASL_LATER :
		    exchange(&x, mech, buf_str(&message));
		buf_free(&message);
	}
	wipe(x.decoded, sizeof(x.decoded));
	return end;
}
