/* talk.c - a session with another server. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "role/tls_keys.h"
#include "send.h"

enum { QUIT_MS = 1000, SMTPS_PORT = 465 };

static int
patience(const struct talk *t)
{
	const struct send_times *w = &t->setup->times;

	switch (t->client.at) {
	case SMTP_C_GREETING:
		return w->greeting_ms;
	case SMTP_C_DATA:
		return w->data_ms;
	case SMTP_C_FINAL:
		return w->final_ms;
	default:
		return w->command_ms;
	}
}

/* peer=… tls=… cipher=… group=… verified=… */
static bool
is_pinned(const struct talk *t)
{
	return t->conf.user.len > 0 &&
	    tls_pinned(t->tls, t->setup->pin, t->setup->pins);
}

static void
set_facts(struct talk *t)
{
	size_t room = sizeof(t->facts), at;
	int n = snprintf(t->facts, room, "peer=%s[%s]", t->host, t->peer);

	at = n < 0 || (size_t)n >= room ? room - 1 : (size_t)n;
	if (t->tls == NULL)
		(void)snprintf(t->facts + at, room - at, " tls=none");
	else
		(void)snprintf(t->facts + at, room - at,
		    " tls=%s cipher=%s group=%s verified=%s",
		    tls_version(t->tls), tls_cipher(t->tls),
		    tls_group(t->tls), is_pinned(t) ? "pin" :
		    tls_verified(t->tls) ? "pkix" : "no");
}

void
talk_lost(struct talk *t, const char *why)
{
	smtp_client_lost(&t->client, why);
}

/* Handshake; the smart host must be who it says before it gets a password. */
static bool
begin_tls(struct talk *t, const char **why)
{
	const struct send_setup *s = t->setup;
	bool login = t->conf.user.len > 0;

	t->tls = tls_connect(login && s->smart_tls != NULL ? s->smart_tls :
	    s->tls, t->stream.sock, (struct str){ t->host, strlen(t->host) },
	    s->times.handshake_ms, why);
	if (t->tls == NULL)
		return false;
	stream_change(&t->stream, &tls_keys_stream, t->tls);
	set_facts(t);
	if (!login || (s->pins > 0 ? is_pinned(t) : tls_verified(t->tls)))
		return true;
	*why = "its certificate cannot be verified, and the password is not "
	    "for others";
	return false;
}

static bool
handshake(struct talk *t)
{
	const char *why = "";
	char sentence[HOST_OCTETS_MAX + 200];

	if (begin_tls(t, &why))
		return true;
	t->tls_failed = t->tls == NULL;
	(void)snprintf(sentence, sizeof(sentence),
	    "TLS with the mail server %s fails: %s.", t->host, why);
	talk_lost(t, sentence);
	return false;
}

/* A server that answers a batch piece by piece may wait for our ACK before
 * each (Nagle's algorithm), and the kernel would keep it for the next data,
 * of which we have none: 40 ms a letter. */
static void
ack_at_once(const struct talk *t)
{
	int one = 1;

	if (t->client.offer.pipelining && (t->client.at == SMTP_C_MAIL ||
	    t->client.at == SMTP_C_RCPT || t->client.at == SMTP_C_DATA))
		(void)setsockopt(t->stream.sock, IPPROTO_TCP, TCP_QUICKACK,
		    &one, sizeof(one));
}

static void
take_answer(struct talk *t)
{
	struct str line;

	switch (stream_line(&t->stream, SMTP_ANSWER_LINE, &line)) {
	case STREAM_OK:
		smtp_client_line(&t->client, line);
		break;
	case STREAM_TIMEOUT:
		talk_lost(t, "The other server does not answer in time.");
		break;
	case STREAM_LONG:
	case STREAM_FLOOD:
		talk_lost(t, "The other server gives an answer that has no "
		    "end.");
		break;
	case STREAM_EOF:
	case STREAM_BROKEN:
		talk_lost(t, "The other server closed the connection.");
		break;
	}
}

/* Until the server speaks: the queue may want its place for another. */
static void
first_word(struct talk *t)
{
	struct pollfd p[2] = { { .fd = t->stream.sock, .events = POLLIN },
	    { .fd = t->setup->queue } };

	/* under TLS it has spoken */
	if (t->tls == NULL && poll(p, 2, patience(t)) <= 0)
		return;
	send_if_wanted(p[1].revents);
	t->speaks = true;
	(void)chan_put(t->setup->queue, msg_send, SEND_TYPES, SEND_TALKS,
	    NULL, NULL, 0);
}

static void
answer(struct talk *t)
{
	uint64_t limit;

	stream_put(&t->stream, buf_str(&t->client.out));
	buf_clear(&t->client.out);
	if (t->client.answer.lines == 0) {
		/* for the whole of it, however slowly it drips */
		limit = stream_now() + (uint64_t)patience(t);
		t->stream.end = limit < t->end ? limit : t->end;
		t->stream.idle_ms = patience(t);
	}
	if (!stream_has_input(&t->stream))
		ack_at_once(t);
	if (!t->speaks)
		first_word(t);
	take_answer(t);
}

enum smtp_client_wants
talk_on(struct talk *t)
{
	enum smtp_client_wants w;

	for (;;) {
		w = smtp_client_wants(&t->client);
		if (w == SMTP_WANTS_ANSWER)
			answer(t);
		else if (w != SMTP_WANTS_TLS)
			break;
		else if (handshake(t))
			smtp_client_tls(&t->client, true);
	}
	if (w == SMTP_WANTS_END)
		talk_end(t);
	return w;
}

static void
set_conf(struct talk *t, const struct target *to, enum talk_tls tls)
{
	const struct send_setup *s = t->setup;

	t->conf = (struct smtp_client_conf){
		.name = s->conf->mx,
		.also = s->conf->host,
		.may_tls = tls != TALK_CLEAR && s->tls != NULL,
		.must_tls = tls == TALK_MUST,
		.tls_begun = to->smart &&
		    (to->port == SMTPS_PORT || s->pins > 0),
	};
	if (to->smart && s->user.len > 0) {
		t->conf.user = s->user;
		t->conf.password = s->password;
		t->conf.must_tls = true;
	}
}

bool
talk_begin(struct talk *t, const struct send_setup *s, int sock,
    const struct target *to, size_t which, enum talk_tls tls, uint64_t end)
{
	const struct address *a = &to->address[which];

	t->setup = s;
	t->tls = NULL;
	t->tls_failed = t->speaks = false;
	t->letters = 0;
	t->end = end;
	memcpy(t->host, to->host[a->host].name, sizeof(t->host));
	if (inet_ntop(a->ip.v6 ? AF_INET6 : AF_INET, a->ip.byte, t->peer,
	    sizeof(t->peer)) == NULL)
		t->peer[0] = '\0';
	stream_plain(&t->stream, sock, t->in, sizeof(t->in), t->out,
	    sizeof(t->out));
	set_conf(t, to, tls);
	smtp_client_begin(&t->client, &t->conf);
	t->open = true;
	set_facts(t);
	if (t->conf.tls_begun)
		(void)handshake(t);
	return talk_on(t) == SMTP_WANTS_LETTER;
}

void
talk_end(struct talk *t)
{
	if (!t->open)
		return;
	t->open = false;
	if (smtp_client_wants(&t->client) == SMTP_WANTS_LETTER)
		smtp_client_quit(&t->client);
	t->stream.idle_ms = QUIT_MS;
	stream_put(&t->stream, buf_str(&t->client.out));
	stream_close(&t->stream);
	t->tls = NULL;
	smtp_client_end(&t->client);
}
