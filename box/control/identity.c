/* identity.c - "identity show": what keys has signed, and where https is. */

#include "call.h"
#include "ipc/msg_keys.h"

void
identity_ask(struct role *r, struct call *c)
{
	struct msg_keys_identity m = { .id = c->number };

	c->at = CALL_KEYS;
	if (!serve_send(r, serve_edge(r, ROLE_KEYS, 0), msg_keys, KEYS_TYPES,
	    KEYS_IDENTITY, &m, NULL, 0))
		call_end(r, c, VERDICT_LATER, STR("keys-away"), STR(""));
}

/* 0: nobody listens there. */
static uint16_t
https_port(const struct conf *conf)
{
	for (size_t i = 0; i < conf->listens; i++)
		if (conf->listen[i].service == CONF_HTTPS)
			return conf->listen[i].port;
	return 0;
}

bool
identity_take(struct role *r, struct chan_msg *in)
{
	union {
		struct msg_keys_identity_is is;
		struct msg_keys_dkim_public_is dkim;
		struct msg_keys_sign_dkim sign;
		struct msg_keys_signed sig;
	} m;
	struct call *c;
	struct buf row;

	if (field_get(msg_keys, KEYS_TYPES, in->wire, &m) != KEYS_IDENTITY_IS)
		return false;
	c = call_find(m.is.id, CALL_KEYS);
	if (c == NULL)
		return true;
	buf_init(&row, ADMIN_ARGS_MAX);
	admin_put(&row, STR("document"), m.is.document);
	admin_put(&row, STR("host"), r->conf.host);
	admin_put_u64(&row, STR("port"), https_port(&r->conf));
	call_row(r, c, buf_str(&row));
	buf_free(&row);
	call_end(r, c, VERDICT_YES, STR(""), STR(""));
	return true;
}
