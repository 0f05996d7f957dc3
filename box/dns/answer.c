/*
 * answer.c - the questions of the peers, and their answers.
 *
 * A peer may have DNS_QUESTIONS_MAX under way; one that is gone is forgotten,
 * and what the resolver finds for it goes into the cache.
 */

#include <assert.h>
#include <string.h>

#include "dns.h"
#include "ipc/msg_dns.h"
#include "os/clock.h"
#include "proto/dns_reply.h"

enum {
	QUESTIONS_MAX = 2000,
	ANSWER_MS = 30 * 1000,
	SERVFAIL = 2,
	BOGUS = 1, SECURE = 2,
};

struct question {
	struct peer *peer;		/* NULL: free */
	uint64_t id;
	uint32_t type;
	int number;			/* the resolver's; 0: none yet */
	int64_t until;
	struct role *role;
};

static struct question questions[QUESTIONS_MAX];
static size_t high;			/* entries above were never used */

static void
send_answer(const struct question *q, const struct msg_dns_answer *m)
{
	(void)serve_send(q->role, q->peer, msg_dns, DNS_TYPES, DNS_ANSWER, m,
	    NULL, 0);
}

static void
say_failed(struct question *q, enum dns_status status, const char *why)
{
	struct msg_dns_answer m = { .id = q->id, .status = status,
	    .why = { why, strnlen(why, WHY_MAX) } };

	send_answer(q, &m);
	q->peer = NULL;
}

static void
say_found(struct question *q, struct str packet, bool secure)
{
	struct msg_dns_answer m = { .id = q->id, .secure = secure };
	char text[DNS_TEXT_MAX];
	struct dns_reply reply;
	struct buf records;

	buf_init(&records, DNS_DATA_MAX);
	if (!dns_reply_parse(&reply, packet, q->type, DNS_RECORDS_MAX,
	    &records)) {
		say_failed(q, DNS_FAILED, "the answer cannot be read");
	} else if (reply.rcode != DNS_NOERROR &&
	    reply.rcode != DNS_NXDOMAIN) {
		say_failed(q, DNS_FAILED, "the servers of the domain fail");
	} else {
		m.status = reply.rcode == DNS_NOERROR ? DNS_OK : DNS_NO_NAME;
		m.ttl = reply.ttl;
		m.canonical = (struct str){ text,
		    dns_name_text(&reply.canonical, text) };
		if (m.canonical.len > DNS_NAME_MAX)
			m.canonical.len = 0;	/* no name of a host */
		m.records = buf_str(&records);
		send_answer(q, &m);
		q->peer = NULL;
	}
	buf_free(&records);
}

void
answer_heard(void *arg, int rcode, struct str packet, int sec,
    const char *why)
{
	struct question *q = arg;

	assert(q->peer != NULL);
	if (sec == BOGUS)
		say_failed(q, DNS_BOGUS, why != NULL ? why :
		    "the signatures are wrong");
	else if (packet.len == 0 || rcode == SERVFAIL)
		say_failed(q, DNS_FAILED,
		    "no server of the domain gives an answer");
	else
		say_found(q, packet, sec == SECURE);
}

/* A free place, unless the peer has enough under way. */
static struct question *
place(const struct peer *p)
{
	struct question *q = NULL;
	size_t own = 0;

	for (size_t i = 0; i < high; i++) {
		own += questions[i].peer == p;
		if (q == NULL && questions[i].peer == NULL)
			q = &questions[i];
	}
	if (own >= DNS_QUESTIONS_MAX)
		return NULL;
	if (q == NULL && high < QUESTIONS_MAX)
		q = &questions[high++];
	return q;
}

static void
ask(struct role *r, struct peer *p, const struct msg_dns_ask *m)
{
	static struct question busy;
	struct question *q = place(p);
	struct dns_name name;
	char text[DNS_TEXT_MAX + 1];
	size_t len;

	if (q == NULL)
		q = &busy;
	*q = (struct question){ .peer = p, .id = m->id, .type = m->type,
	    .role = r, .until = clock_ms() + ANSWER_MS };
	if (q == &busy) {
		say_failed(q, DNS_FAILED, "too many questions at once");
		return;
	}
	if (!dns_name_from_text(&name, m->name)) {
		say_failed(q, DNS_NO_NAME, "not a name of the DNS");
		return;
	}
	len = dns_name_text(&name, text);
	memcpy(text + len, ".", 2);
	if (!resolver_ask(text, (int)m->type, q, &q->number))
		say_failed(q, DNS_FAILED, "the resolver refuses");
}

bool
answer_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	union {
		struct msg_dns_ask ask;
		struct msg_dns_answer answer;
	} m;

	if (!p->child || in->nfds != 0 ||
	    field_get(msg_dns, DNS_TYPES, in->wire, &m) != DNS_ASK)
		return false;
	switch (m.ask.type) {
	case DNS_A:
	case DNS_AAAA:
	case DNS_MX:
	case DNS_TLSA:
	case DNS_TXT:
		ask(r, p, &m.ask);
		return true;
	default:
		return false;
	}
}

void
answer_gone(struct role *r, struct peer *p)
{
	(void)r;
	for (size_t i = 0; i < high; i++)
		if (questions[i].peer == p) {
			resolver_forget(questions[i].number);
			questions[i].peer = NULL;
		}
}

void
answer_tick(struct role *r)
{
	int64_t now = clock_ms();

	(void)r;
	for (size_t i = 0; i < high; i++)
		if (questions[i].peer != NULL && questions[i].until <= now) {
			resolver_forget(questions[i].number);
			say_failed(&questions[i], DNS_TIMEOUT,
			    "the servers of the domain do not answer");
		}
	while (high > 0 && questions[high - 1].peer == NULL)
		high--;
}
