/*
 * contacts.c - by whose certificates signatures are looked at: that of whom the
 * letter says it is from, and the owner's, which the agent has with the key.
 * What another contact has signed in his name is not good.
 */

#include "sync/sync.h"

#include "mail/address.h"

static bool
is_not_slash(unsigned char c)
{
	return c != '/';
}

/* The one address of a From field; false: there is none, or more. */
static bool
address_of(struct str from, struct buf *out)
{
	struct address_list list;
	struct address a;
	size_t n = 0;

	address_begin(&list, from);
	while (address_next(&list, &a)) {
		if (a.kind != ADDRESS_MAILBOX || n++ > 0)
			continue;
		address_put_local(out, &a);
		buf_byte(out, '@');
		address_put_domain(out, &a);
	}
	return n == 1 && !out->failed;
}

/* The owner's own address. */
static bool
is_own(const struct sync *s, struct str address, struct contact *c)
{
	struct str user = from_c(s->record.user);

	user = str_take_while(&user, is_not_slash);
	if (!str_eq_nocase(user, address))
		return false;
	*c = (struct contact){ .known = { user, from_c(s->fingerprint),
	    STR("own"), 0 }, .cert = STR("") };
	return true;
}

bool
contacts_find(struct sync *s, struct str from, struct contact *c)
{
	struct msg_read_contacts m = { .after = STR("") };
	struct buf address, packed;
	struct str in;
	bool found, more;

	buf_init(&address, ADDRESS_TEXT_MAX);
	buf_init(&packed, ADDRESS_TEXT_MAX + 8);
	found = address_of(from, &address);
	field_put_str(&packed, buf_str(&address));
	m.addresses = buf_str(&packed);
	if (found && is_own(s, buf_str(&address), c)) {
		buf_free(&packed);
		buf_free(&address);
		return true;
	}
	found = found && !packed.failed && mirror_read(s, READ_CONTACTS, &m,
	    &more);
	in = buf_str(&s->answer);
	found = found && field_take_str(&in, &c->known.address) &&
	    field_take_str(&in, &c->known.fingerprint) &&
	    field_take_str(&in, &c->known.how) &&
	    field_take_u64(&in, &c->known.since) &&
	    field_take_str(&in, &c->cert);
	buf_free(&packed);
	buf_free(&address);
	return found;
}

void
contacts_certs(struct sync *s, struct str from, struct buf *out)
{
	struct contact c;

	if (contacts_find(s, from, &c))
		buf_add(out, c.cert);
}
