/* rcpt.c - recipients, and the certificates that seal asks for. */

#include <sys/random.h>

#include "store.h"

static const char cert_of[] =
    "SELECT use FROM cert WHERE account = ?1 AND serial = ?2";

/* Upper 16 bits: which child, so that it is found again; the rest chance. */
static uint64_t
new_ticket(const struct peer *p)
{
	uint64_t chance;

	if (getrandom(&chance, sizeof(chance), 0) != sizeof(chance))
		log_die("no-randomness", "-");
	return (uint64_t)serve_slot(p) << 48 | (chance >> 16);
}

static void
add_target(struct peer *p, const struct account *a, struct buf *targets)
{
	struct sender *s = p->data;
	struct ticket *t = &s->ticket[s->tickets % TICKETS_MAX];

	/* the oldest gives way: its mail has long been sent or given up */
	s->tickets++;
	*t = (struct ticket){ new_ticket(p), a->id, a->sealed ? a->cert : 0 };
	field_put_u64(targets, t->number);
	field_put_u64(targets, t->account);
	field_put_u32(targets, t->cert);
}

static enum rcpt_reason
look(struct peer *p, const struct msg_store_rcpt *m, struct buf *targets)
{
	static struct account found[TARGETS_MAX];
	struct str domain = m->domain.len > 0 ? m->domain :
	    store.role->conf.domain[0];
	struct buf address;
	size_t n = 0;

	if (!address_is_ours(domain))
		return RCPT_NO_DOMAIN;
	buf_init(&address, ADDRESS_MAX);
	if (address_fold(m->local, domain, &address))
		n = address_find(buf_str(&address), found, TARGETS_MAX);
	buf_free(&address);
	for (size_t i = 0; i < n; i++) {
		if (found[i].quota > 0 &&
		    found[i].used + m->size > found[i].quota)
			return RCPT_FULL;
		if (found[i].sealed && found[i].cert == 0) {
			log_event("certificate-missing", "account=%u: mail "
			    "waits; plictl user cert", (unsigned)found[i].id);
			return RCPT_NO_CERT;
		}
	}
	for (size_t i = 0; i < n; i++)
		add_target(p, &found[i], targets);
	return n > 0 ? RCPT_OK : RCPT_NO_USER;
}

static uint32_t
verdict_of(enum rcpt_reason reason)
{
	switch (reason) {
	case RCPT_OK:
		return VERDICT_YES;
	case RCPT_NO_DOMAIN:
	case RCPT_NO_USER:
		return VERDICT_NO;
	default:
		return VERDICT_LATER;
	}
}

/* Only read: it is answered at once, without a commit. */
bool
rcpt_take(struct peer *p, struct chan_msg *in)
{
	struct msg_store_rcpt_is is = { 0 };
	struct msg_store_rcpt m;
	struct buf targets;

	if (field_get(msg_store, STORE_TYPES, in->wire, &m) != STORE_RCPT)
		return false;
	buf_init(&targets, TARGETS_MAX * TARGET_SIZE);
	is.reason = look(p, &m, &targets);
	is.verdict = verdict_of((enum rcpt_reason)is.reason);
	is.targets = buf_str(&targets);
	serve_send(store.role, p, msg_store, STORE_TYPES, STORE_RCPT_IS, &is,
	    NULL, 0);
	buf_free(&targets);
	return true;
}

bool
cert_take(struct peer *p, struct chan_msg *in)
{
	struct msg_store_cert_is is = { .verdict = VERDICT_NO,
	    .use = STR("") };
	struct msg_store_cert m;
	struct sqlite3_stmt *q;

	if (field_get(msg_store, STORE_TYPES, in->wire, &m) != STORE_CERT)
		return false;
	is.account = m.account;
	is.cert = m.cert;
	q = sql_bind(&store.db, cert_of, "uu", m.account, (uint64_t)m.cert);
	if (sql_step(q) == SQL_ROW) {
		is.verdict = VERDICT_YES;
		is.use = sql_str(q, 0);
	}
	serve_send(store.role, p, msg_store, STORE_TYPES, STORE_CERT_IS, &is,
	    NULL, 0);
	sql_end(q);
	return true;
}
