/* pgppacket.c - do these octets look like an encrypted OpenPGP message? */

#include "mail/pgppacket.h"

enum { AT_TAG, AT_LENGTH, AT_MORE, AT_BODY, BAD };
enum { PKESK = 1, SKESK = 3, SEIPD = 18 };

/* Octets of the shortest body with sense in it, by version; 0: no such. */
static unsigned
least(unsigned tag, unsigned version)
{
	switch (tag) {
	case PKESK:
		return version == 3 ? 12 : version == 6 ? 5 : 0;
	case SKESK:
		return version >= 4 && version <= 6 ? 4 : 0;
	default:
		/* v1: prefix and MDC packet; v2: salt and a tag */
		return version == 1 ? 1 + 18 + 22 : version == 2 ? 52 : 0;
	}
}

static bool
is_complete(const struct pgppacket *p)
{
	unsigned need = p->body > 0 ? least(p->tag, p->version) : 0;

	return need > 0 && p->body >= need;
}

static bool
take_tag(struct pgppacket *p, unsigned char c)
{
	if (p->tag == SEIPD || (c & 0x80) == 0)
		return false;
	p->body = 0;
	p->partial = false;
	p->left = 0;
	p->bias = 0;
	if ((c & 0x40) != 0) {
		p->tag = c & 0x3f;
		p->state = AT_LENGTH;
	} else {
		/* old format; an endless one is never an ESK */
		p->tag = c >> 2 & 15;
		p->need = 1U << (c & 3);
		p->state = AT_MORE;
		if (p->need == 8)
			return false;
	}
	if (p->tag == SEIPD)
		return p->pkesks > 0;
	p->pkesks += p->tag == PKESK;
	return (p->tag == PKESK || p->tag == SKESK) &&
	    ++p->esks <= PGPPACKET_ESKS_MAX;
}

/* The length is known. */
static bool
enter_body(struct pgppacket *p)
{
	if (p->tag != SEIPD && (p->partial || p->left > PGPPACKET_ESK_MAX))
		return false;
	if (p->left > 0) {
		p->state = AT_BODY;
		return true;
	}
	p->state = AT_TAG;		/* the last run may be empty */
	return is_complete(p);
}

static bool
take_length(struct pgppacket *p, unsigned char c)
{
	p->partial = false;
	p->need = 0;
	p->bias = 0;
	p->left = c;
	if (c == 255) {
		p->need = 4;
		p->left = 0;
	} else if (c >= 224) {
		p->partial = true;
		p->left = 1ULL << (c & 31);
	} else if (c >= 192) {
		p->need = 1;
		p->left = c - 192U;
		p->bias = 192;		/* RFC 4880, 4.2.2.2 */
	}
	if (p->need == 0)
		return enter_body(p);
	p->state = AT_MORE;
	return true;
}

static bool
take_more(struct pgppacket *p, unsigned char c)
{
	p->left = p->left << 8 | c;
	if (--p->need > 0)
		return true;
	p->left += p->bias;
	return enter_body(p);
}

/* As much of the body as there is. */
static bool
take_body(struct pgppacket *p, struct str *in)
{
	size_t n = in->len < p->left ? in->len : (size_t)p->left;

	if (p->body == 0)
		p->version = (unsigned char)in->ptr[0];
	p->body += n;
	p->left -= n;
	in->ptr += n;
	in->len -= n;
	if (p->left > 0)
		return true;
	if (p->partial) {
		p->state = AT_LENGTH;
		return true;
	}
	p->state = AT_TAG;
	return is_complete(p);
}

static bool
take(struct pgppacket *p, struct str *in)
{
	unsigned char c = (unsigned char)in->ptr[0];

	if (p->state == AT_BODY)
		return take_body(p, in);
	in->ptr++;
	in->len--;
	switch (p->state) {
	case AT_TAG:
		return take_tag(p, c);
	case AT_LENGTH:
		return take_length(p, c);
	case AT_MORE:
		return take_more(p, c);
	default:
		return false;
	}
}

bool
pgppacket_feed(struct pgppacket *p, struct str more)
{
	while (more.len > 0) {
		if (!take(p, &more)) {
			p->state = BAD;
			return false;
		}
	}
	return p->state != BAD;
}

bool
pgppacket_end(const struct pgppacket *p)
{
	return p->state == AT_TAG && p->tag == SEIPD;
}

bool
pgppacket_is_encrypted(struct str binary)
{
	struct pgppacket p = { 0 };

	return pgppacket_feed(&p, binary) && pgppacket_end(&p);
}
