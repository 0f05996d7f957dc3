/* dns_mx.c - which servers take mail for a domain, and in which order. */

#include "proto/dns_mx.h"

#include <string.h>

#include "proto/dns_reply.h"

static bool
before(const struct dns_mx *a, const struct dns_mx *b)
{
	return a->preference != b->preference ?
	    a->preference < b->preference : a->chance < b->chance;
}

/* Where a host of that name stands, or n. */
static size_t
find(const struct dns_mx *out, size_t n, const struct dns_mx *m)
{
	struct str name = { m->name, m->len };
	size_t i = 0;

	while (i < n && !str_eq_nocase(name,
	    (struct str){ out[i].name, out[i].len }))
		i++;
	return i;
}

/* Into its place; the list is in order. */
static size_t
insert(struct dns_mx *out, size_t n, const struct dns_mx *m)
{
	size_t same = find(out, n, m), at;

	if (same < n) {
		if (out[same].preference <= m->preference)
			return n;
		memmove(out + same, out + same + 1,
		    (n - same - 1) * sizeof(*out));
		n--;
	}
	for (at = n; at > 0 && before(m, &out[at - 1]); at--)
		;
	memmove(out + at + 1, out + at, (n - at) * sizeof(*out));
	out[at] = *m;
	return n + 1;
}

enum dns_mx_kind
dns_mx_list(struct str records, const uint32_t chance[DNS_MX_MAX],
    struct dns_mx out[DNS_MX_MAX], size_t *n)
{
	size_t seen = 0, nulls = 0;
	struct dns_name host;
	struct str rdata;
	struct dns_mx m;

	*n = 0;
	while (seen < DNS_MX_MAX && dns_record_take(&records, &rdata)) {
		if (rdata.len < 3)
			continue;
		m.preference = (uint16_t)((unsigned char)rdata.ptr[0] << 8 |
		    (unsigned char)rdata.ptr[1]);
		m.chance = chance[seen++];
		rdata.ptr += 2;
		rdata.len -= 2;
		if (!dns_name_from_wire(&host, rdata))
			continue;
		m.len = dns_name_text(&host, m.name);
		if (m.len == 0)
			nulls++;
		else
			*n = insert(out, *n, &m);
	}
	if (*n > 0)
		return DNS_MX_SOME;
	return seen == 0 ? DNS_MX_NONE : nulls == seen ? DNS_MX_NULL :
	    DNS_MX_BROKEN;
}
