/* dkim.c - "dkim show": what keys says, as the records to publish. */

#include "call.h"
#include "codec/base64.h"
#include "ipc/msg_keys.h"

enum { RECORD_MAX = 2 * DKIM_KEY_MAX };

static const struct str types[DKIM_ALGORITHMS] = {
	[DKIM_ED25519] = STR_INIT("ed25519"), [DKIM_RSA] = STR_INIT("rsa"),
};

/* The domain of the call's step; "": it was the last one. */
static struct str
domain_at(const struct role *r, const struct call *c)
{
	size_t n = c->step / DKIM_ALGORITHMS;
	struct str one;

	if (admin_get(buf_str(&c->args), STR("domain"), &one))
		return n == 0 ? one : STR("");
	return n < r->conf.domains ? r->conf.domain[n] : STR("");
}

void
dkim_ask(struct role *r, struct call *c)
{
	struct msg_keys_dkim_public m = { .id = c->number,
	    .algorithm = (uint32_t)(c->step % DKIM_ALGORITHMS),
	    .domain = domain_at(r, c) };

	c->at = CALL_KEYS;
	if (m.domain.len == 0)
		call_end(r, c, VERDICT_YES, STR(""), STR(""));
	else if (m.domain.len > DOMAIN_OCTETS_MAX)
		call_end(r, c, VERDICT_NO, STR("no-domain"), STR(""));
	else if (!serve_send(r, serve_edge(r, ROLE_KEYS, 0), msg_keys,
	    KEYS_TYPES, KEYS_DKIM_PUBLIC, &m, NULL, 0))
		call_end(r, c, VERDICT_LATER, STR("keys-away"), STR(""));
}

/* RFC 6376, 3.6.1; RFC 8463, 4.2 */
static void
put_record(struct buf *out, const struct call *c,
    const struct msg_keys_dkim_public_is *m)
{
	char *room;

	buf_add(out, STR("v=DKIM1; k="));
	buf_add(out, types[c->step % DKIM_ALGORITHMS]);
	buf_add(out, STR("; p="));
	room = buf_room(out, base64_encoded_len(m->key.len));
	if (room != NULL)
		buf_grow(out, base64_encode(room, m->key));
}

static void
say_record(struct role *r, struct call *c,
    const struct msg_keys_dkim_public_is *m)
{
	struct buf row, name, record;
	struct str domain = domain_at(r, c);

	buf_init(&row, ADMIN_ARGS_MAX);
	buf_init(&name, RECORD_MAX);
	buf_init(&record, RECORD_MAX);
	buf_add(&name, m->selector);
	buf_add(&name, STR("._domainkey."));
	buf_add(&name, domain);
	put_record(&record, c, m);
	admin_put(&row, STR("domain"), domain);
	admin_put(&row, STR("name"), buf_str(&name));
	admin_put(&row, STR("type"), STR("TXT"));
	admin_put(&row, STR("value"), buf_str(&record));
	call_row(r, c, buf_str(&row));
	buf_free(&row);
	buf_free(&name);
	buf_free(&record);
}

bool
dkim_take(struct role *r, struct chan_msg *in)
{
	struct msg_keys_dkim_public_is m;
	struct call *c;

	if (field_get(msg_keys, KEYS_TYPES, in->wire, &m) !=
	    KEYS_DKIM_PUBLIC_IS || m.verdict >= VERDICTS)
		return false;
	c = call_find(m.id, CALL_KEYS);
	if (c == NULL)
		return true;
	/* a key that is not made yet has no record */
	if (m.verdict == VERDICT_NO && c->step % DKIM_ALGORITHMS != 0) {
		c->step++;
		dkim_ask(r, c);
		return true;
	}
	if (m.verdict != VERDICT_YES) {
		call_end(r, c, (enum verdict)m.verdict, STR("no-domain"),
		    STR(""));
		return true;
	}
	say_record(r, c, &m);
	c->step++;
	dkim_ask(r, c);
	return true;
}
