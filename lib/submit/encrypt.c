/*
 * encrypt.c - on the owner's side a letter is signed and encrypted before it
 * waits: RFC 3156, its header protected as in RFC 9788.
 *
 * Only as a whole: for all its recipients, or for none.  The keys are the
 * agent's; here are certificates alone.  On a box there is no agent, and a
 * letter goes on as it came.
 */

#include "submit/submit.h"

#include <unistd.h>

#include "base/wipe.h"
#include "ipc/msg_agent.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/pgpmime.h"
#include "mail/pgpwrap.h"
#include "mail/protect.h"
#include "os/fd.h"
#include "os/memfd.h"

enum { CERTS_MAX = AGENT_CERTS_MAX, WRITE_MS = 120 * 1000 };

bool
submit_encrypts(const struct child *c)
{
	return (c->edges & 1u << ROLE_AGENT) != 0;
}

/* Is this a To or Cc that names the recipient? */
static bool
names(struct str value, const struct msg_rcpt *r)
{
	struct address_list list;
	struct address a;
	bool found = false;

	address_begin(&list, value);
	while (!found && address_next(&list, &a)) {
		char domain[IDN_MAX];
		struct buf local;
		size_t len;

		if (a.kind != ADDRESS_MAILBOX || !idn_fold(domain, &len,
		    a.domain))
			continue;
		buf_init(&local, LOCAL_PART_MAX);
		address_put_local(&local, &a);
		found = str_eq(buf_str(&local), r->local) &&
		    str_eq((struct str){ domain, len }, r->domain);
		buf_free(&local);
	}
	return found;
}

static bool
is_visible(const struct msg_rcpt *r)
{
	struct header_field f;
	struct header h;
	bool found = false;

	header_begin(&h, buf_str(&submit.header));
	while (!found && header_next(&h, &f))
		found = (str_eq_nocase(f.name, STR("To")) ||
		    str_eq_nocase(f.name, STR("Cc"))) && names(f.value, r);
	return found;
}

/* A certificate, appended; NO_KEY: none is known. */
static enum smtp_answer
add_cert(struct smtp_mail *m, const struct msg_rcpt *r, struct buf *certs)
{
	int fd = m->child->chan[ROLE_STORE];
	struct msg_store_contact ask;
	struct msg_store_contact_is is = { .verdict = VERDICT_LATER };
	struct chan_msg in;
	struct buf address;
	bool ok;

	buf_init(&address, ADDRESS_TEXT_MAX);
	buf_add(&address, r->local);
	buf_byte(&address, '@');
	buf_add(&address, r->domain);
	ask.address = buf_str(&address);
	ok = fd >= 0 && !address.failed && chan_put(fd, msg_store,
	    STORE_TYPES, STORE_CONTACT, &ask, NULL, 0) == CHAN_OK &&
	    chan_wait(&fd, 1, SUBMIT_ASK_MS) == 0 && chan_get(fd, m->gather,
	    msg_store, STORE_TYPES, &is, &in) == STORE_CONTACT_IS;
	buf_free(&address);
	if (!ok) {
		smtp_pass_lose(m, ROLE_STORE);
		return SMTP_SAYS_LATER;
	}
	if (is.verdict != VERDICT_YES)
		return SMTP_SAYS_NO_KEY;
	field_put_str(certs, is.cert);
	return certs->failed ? SMTP_SAYS_TOO_MANY_RCPTS : SMTP_SAYS_DELIVERED;
}

/* HIDDEN_RCPT: whoever opens the letter sees for whose keys it is. */
static enum smtp_answer
gather_certs(struct smtp_mail *m, struct buf *certs)
{
	enum smtp_answer answer = SMTP_SAYS_DELIVERED;
	struct str in = buf_str(&submit.rcpts);
	struct msg_rcpt r;
	bool hidden = false;

	while (answer == SMTP_SAYS_DELIVERED && msg_rcpt_take(&in, &r)) {
		hidden = hidden || !is_visible(&r);
		answer = add_cert(m, &r, certs);
	}
	return answer == SMTP_SAYS_DELIVERED && hidden ?
	    SMTP_SAYS_HIDDEN_RCPT : answer;
}

static bool
put_body(const struct smtp_mail *m, int to)
{
	uint64_t at = 0;

	while (at < m->spool.octets) {
		uint64_t left = m->spool.octets - at;
		size_t n = left < sizeof(submit.piece) ? (size_t)left :
		    sizeof(submit.piece);

		if (!memfd_read(m->spool.fd, at, submit.piece, n) ||
		    !fd_write(to, (struct str){ submit.piece, n }))
			return false;
		at += n;
	}
	return true;
}

/* The entity that is encrypted; -1: no room.  The fields that stay outside
 * into *outer. */
static int
make_entity(const struct smtp_mail *m, struct buf *outer)
{
	int fd = memfd_new("entity");
	struct buf inner;
	bool ok;

	buf_init(&inner, PROTECT_INNER_MAX);
	ok = fd >= 0 && protect_header(&(struct protect_in){
	    buf_str(&submit.header), STR(""), STR("") }, outer, &inner) &&
	    fd_write(fd, buf_str(&inner)) && put_body(m, fd) &&
	    memfd_settle(fd);
	wipe(inner.ptr, inner.len);
	buf_free(&inner);
	if (ok)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Its answer's memfd, or -1. */
static int
ask_agent(struct smtp_mail *m, int entity, int certs)
{
	struct msg_agent_write ask = { .id = m->number, .sign = 1 };
	int fd = m->child->chan[ROLE_AGENT], fds[2] = { entity, certs };
	union msg_agent_any got;
	struct chan_msg in;
	int type = -1;

	if (chan_put(fd, msg_agent, AGENT_TYPES, AGENT_WRITE, &ask, fds, 2) ==
	    CHAN_OK && chan_wait(&fd, 1, WRITE_MS) == 0)
		type = chan_get(fd, m->gather, msg_agent, AGENT_TYPES, &got,
		    &in);
	if (type == AGENT_WRITTEN)
		return in.fds[0];
	if (type != AGENT_REFUSED)
		smtp_pass_lose(m, ROLE_AGENT);
	return -1;
}

static enum smtp_answer
encrypt(struct smtp_mail *m, struct str certs)
{
	int entity, to, written = -1;
	struct buf outer, text;
	bool ok;

	buf_init(&outer, OUTER_MAX);
	buf_init(&text, AGENT_TEXT_MAX);
	entity = make_entity(m, &outer);
	to = memfd_of("certificates", certs);
	if (entity >= 0 && to >= 0)
		written = ask_agent(m, entity, to);
	ok = written >= 0 && memfd_add(written, AGENT_TEXT_MAX, &text) &&
	    pgpwrap_put(&submit.encrypted, buf_str(&outer), buf_str(&text));
	for (size_t i = 0; i < 3; i++) {
		int fd = i == 0 ? entity : i == 1 ? to : written;

		if (fd >= 0)
			close(fd);
	}
	buf_free(&text);
	buf_free(&outer);
	if (!ok)
		return SMTP_SAYS_LATER;
	submit.flags &= ~(uint32_t)QUEUE_8BIT;
	return SMTP_SAYS_DELIVERED;
}

/* By the client itself, and nothing of it is in clear. */
static bool
is_encrypted(const struct smtp_mail *m)
{
	struct str header = buf_str(&submit.header), text;
	struct copy c = { .octets = header.len + m->spool.octets };
	bool sole;

	if (!protect_is_announced(header))
		return false;
	c.fd = memfd_new("letter");
	sole = c.fd >= 0 && fd_write(c.fd, header) && put_body(m, c.fd) &&
	    memfd_settle(c.fd) && copy_map(&c, &text);
	if (sole) {
		sole = pgpmime_is_sole(text);
		copy_unmap(text);
	}
	if (c.fd >= 0)
		close(c.fd);
	return sole;
}

enum smtp_answer
submit_encrypt(struct smtp_mail *m)
{
	enum smtp_answer answer;
	struct buf certs;

	if (submit.outside == 0 || !submit_encrypts(m->child) ||
	    is_encrypted(m))
		return SMTP_SAYS_DELIVERED;
	/* an agent that is away is no reason to send in clear */
	if (m->child->chan[ROLE_AGENT] < 0)
		return SMTP_SAYS_LATER;
	buf_init(&certs, CERTS_MAX);
	answer = gather_certs(m, &certs);
	if (answer == SMTP_SAYS_DELIVERED)
		answer = encrypt(m, buf_str(&certs));
	else if (answer == SMTP_SAYS_NO_KEY && !submit.not_clear)
		answer = SMTP_SAYS_DELIVERED;
	buf_free(&certs);
	return answer;
}
