/* dns_reply.c - what a DNS message says about a question. */

#include "proto/dns_reply.h"

enum {
	HEADER = 12,
	ANSWERS_MAX = 4096,
	CLASS_IN = 1,
	RDATA_MAX = 65535,
};

/* One resource record, within the packet. */
struct record {
	struct dns_name owner;
	unsigned type, class;
	uint32_t ttl;
	size_t from, len;		/* rdata */
};

static unsigned
u16_at(struct str p, size_t at)
{
	return (unsigned)(unsigned char)p.ptr[at] << 8 |
	    (unsigned char)p.ptr[at + 1];
}

static bool
take_record(struct str p, size_t *at, struct record *r)
{
	enum { FIXED = 10 };

	if (!dns_name_take(&r->owner, p, at) || p.len - *at < FIXED)
		return false;
	r->type = u16_at(p, *at);
	r->class = u16_at(p, *at + 2);
	r->ttl = (uint32_t)u16_at(p, *at + 4) << 16 | u16_at(p, *at + 6);
	r->len = u16_at(p, *at + 8);
	r->from = *at + FIXED;
	if (r->len > p.len - r->from)
		return false;
	*at = r->from + r->len;
	return true;
}

static void
least_ttl(struct dns_reply *reply, uint32_t ttl)
{
	if (ttl > DNS_TTL_MAX)
		ttl = DNS_TTL_MAX;
	if (ttl < reply->ttl)
		reply->ttl = ttl;
}

static void
put_u32(struct buf *out, size_t n)
{
	for (unsigned i = 0; i < 4; i++)
		buf_byte(out, (char)(n >> 8 * i & 0xff));
}

/* preference, and a name that may be compressed */
static bool
put_mx(struct str p, const struct record *r, struct buf *out)
{
	struct dns_name host;
	size_t at = r->from + 2;

	if (r->len < 3 || !dns_name_take(&host, p, &at) ||
	    at != r->from + r->len)
		return false;
	put_u32(out, 2 + host.len);
	buf_add_mem(out, p.ptr + r->from, 2);
	buf_add_mem(out, host.wire, host.len);
	return true;
}

static bool
put_record(struct str p, const struct record *r, struct buf *out)
{
	size_t len = r->type == DNS_MX ? DNS_WIRE_MAX + 2 : r->len;

	if (out->limit - out->len < 4 + len)
		return true;		/* no room: dropped */
	if (r->type == DNS_MX)
		return put_mx(p, r, out);
	if ((r->type == DNS_A && r->len != 4) ||
	    (r->type == DNS_AAAA && r->len != 16))
		return false;
	put_u32(out, r->len);
	buf_add_mem(out, p.ptr + r->from, r->len);
	return true;
}

/* One step along the CNAMEs: true if there was one. */
static bool
follow(struct str p, size_t answers, unsigned count, struct dns_reply *reply,
    bool *ok)
{
	struct record r;
	size_t at = answers;

	for (unsigned i = 0; i < count; i++) {
		if (!take_record(p, &at, &r))
			return *ok = false;
		if (r.type != DNS_CNAME || r.class != CLASS_IN ||
		    !dns_name_eq(&r.owner, &reply->canonical))
			continue;
		if (!dns_name_take(&reply->canonical, p, &r.from))
			return *ok = false;
		least_ttl(reply, r.ttl);
		return true;
	}
	return false;
}

static bool
collect(struct str p, size_t at, unsigned count, unsigned type, size_t most,
    struct dns_reply *reply, struct buf *out)
{
	struct record r;

	for (unsigned i = 0; i < count; i++) {
		size_t before = out->len;

		if (!take_record(p, &at, &r))
			return false;
		if (r.type != type || r.class != CLASS_IN ||
		    reply->records >= most ||
		    !dns_name_eq(&r.owner, &reply->canonical))
			continue;
		if (!put_record(p, &r, out))
			return false;
		least_ttl(reply, r.ttl);
		reply->records += out->len > before;
	}
	return true;
}

bool
dns_reply_parse(struct dns_reply *reply, struct str p, unsigned type,
    size_t most, struct buf *out)
{
	size_t at = HEADER;
	unsigned count, hops = 0;
	bool ok = true;

	*reply = (struct dns_reply){ .ttl = DNS_TTL_MAX };
	if (p.len < HEADER || (p.ptr[2] & 0x80) == 0 || u16_at(p, 4) != 1)
		return false;
	reply->rcode = (unsigned char)p.ptr[3] & 0xf;
	count = u16_at(p, 6);
	if (count > ANSWERS_MAX || !dns_name_take(&reply->canonical, p, &at) ||
	    p.len - at < 4)
		return false;
	at += 4;
	while (type != DNS_CNAME && follow(p, at, count, reply, &ok))
		if (++hops > DNS_CNAMES_MAX)
			return false;
	return ok && collect(p, at, count, type, most, reply, out);
}

bool
dns_record_take(struct str *list, struct str *rdata)
{
	size_t n = 0;

	if (list->len < 4)
		return false;
	for (unsigned i = 0; i < 4; i++)
		n |= (size_t)(unsigned char)list->ptr[i] << 8 * i;
	if (n > RDATA_MAX || n > list->len - 4)
		return false;
	*rdata = (struct str){ list->ptr + 4, n };
	list->ptr += 4 + n;
	list->len -= 4 + n;
	return true;
}
