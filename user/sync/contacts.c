/*
 * contacts.c - by whose certificates signatures are looked at: those that are
 * known of whom the message says it is from, and the owner's own, for what one
 * has written oneself.
 */

#include "sync/sync.h"

#include "mail/address.h"

enum { ADDRESS_MAX = 512, FROM_MAX = 8 };

static void
put_addresses(struct str from, struct buf *out)
{
	struct address_list list;
	struct address a;
	struct buf one;

	buf_init(&one, ADDRESS_MAX);
	address_begin(&list, from);
	for (int i = 0; i < FROM_MAX && address_next(&list, &a); i++) {
		buf_clear(&one);
		if (a.kind != ADDRESS_MAILBOX || a.domain.len == 0)
			continue;
		address_put_path(&one, &a);
		if (one.failed)
			break;
		field_put_str(out, buf_str(&one));
	}
	buf_free(&one);
}

void
contacts_certs(struct sync *s, struct str from, struct buf *out)
{
	struct msg_read_contacts m = { .after = STR("") };
	struct buf addresses;
	struct str in, text, cert;
	uint64_t since;
	bool more;

	buf_add(out, buf_str(&s->cert));
	buf_init(&addresses, CONTACTS_ASK_MAX);
	put_addresses(from, &addresses);
	m.addresses = buf_str(&addresses);
	in = STR("");
	if (addresses.len > 0 && mirror_read(s, READ_CONTACTS, &m, &more))
		in = buf_str(&s->answer);
	while (field_take_str(&in, &text) && field_take_str(&in, &text) &&
	    field_take_str(&in, &text) && field_take_u64(&in, &since) &&
	    field_take_str(&in, &cert))
		buf_add(out, cert);
	buf_free(&addresses);
}
