/* pli_identity.c - the signed list of a box's keys. */

#include "proto/pli_identity.h"

#include <string.h>

static bool
is_in_line(unsigned char c)
{
	return c != '\n';
}

static bool
is_host(unsigned char c)
{
	return c > ' ' && c != 0x7f;
}

/* "name: value\n"; case matters. */
static bool
take_line(struct str *in, struct str name, struct str *value)
{
	struct str rest = *in;

	if (rest.len < name.len + 2 ||
	    memcmp(rest.ptr, name.ptr, name.len) != 0 ||
	    memcmp(rest.ptr + name.len, ": ", 2) != 0)
		return false;
	rest.ptr += name.len + 2;
	rest.len -= name.len + 2;
	*value = str_take_while(&rest, is_in_line);
	if (!str_take_byte(&rest, '\n'))
		return false;
	*in = rest;
	return true;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
take_hex(struct str *in, struct str name, unsigned char *out, size_t n)
{
	struct str hex, rest = *in;

	if (!take_line(&rest, name, &hex) || hex.len != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = digit(hex.ptr[2 * i]);
		int low = digit(hex.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	*in = rest;
	return true;
}

/* Without zeros in front; not 0. */
static bool
take_number(struct str *in, struct str name, uint64_t *out)
{
	struct str value, rest = *in;

	if (!take_line(&rest, name, &value) || str_peek(value) == '0' ||
	    !str_take_u64(&value, out) || value.len != 0 ||
	    *out > INT64_MAX)
		return false;
	*in = rest;
	return true;
}

static bool
take_host(struct str *in, struct str *host)
{
	struct str value;

	if (!take_line(in, STR("host"), &value) || value.len == 0 ||
	    value.len > PLI_HOST_MAX)
		return false;
	*host = str_take_while(&value, is_host);
	return value.len == 0;
}

static bool
take_seals(struct str *in, struct pli_identity *out)
{
	while (out->seals < PLI_SEALS_MAX && take_hex(in, STR("seal"),
	    out->seal[out->seals], PLI_KEY))
		out->seals++;
	return out->seals > 0;
}

bool
pli_identity_parse(struct str in, struct pli_identity *out)
{
	struct str all = in, version;

	*out = (struct pli_identity){ .seals = 0 };
	if (in.len > PLI_IDENTITY_MAX ||
	    !take_line(&in, STR("pli-identity"), &version) ||
	    !str_eq(version, STR("1")) || !take_host(&in, &out->host) ||
	    !take_hex(&in, STR("identity"), out->key, PLI_KEY) ||
	    !take_hex(&in, STR("tls"), out->tls, PLI_KEY))
		return false;
	out->has_next = take_hex(&in, STR("tls-next"), out->tls_next, PLI_KEY);
	if (!take_seals(&in, out) ||
	    !take_number(&in, STR("serial"), &out->serial) ||
	    !take_number(&in, STR("time"), &out->time))
		return false;
	out->text = str_before(all, in);
	return take_hex(&in, STR("signature"), out->signature,
	    PLI_SIGNATURE) && in.len == 0;
}

static void
put_hex(struct buf *b, const char *name, const unsigned char *octets,
    size_t n)
{
	buf_add_c(b, name);
	buf_add_hex(b, (struct str){ (const char *)octets, n });
	buf_byte(b, '\n');
}

static void
put_number(struct buf *b, const char *name, uint64_t n)
{
	buf_add_c(b, name);
	buf_add_u64(b, n);
	buf_byte(b, '\n');
}

void
pli_identity_put(struct buf *b, const struct pli_identity *d)
{
	buf_add_c(b, "pli-identity: 1\nhost: ");
	buf_add(b, d->host);
	buf_byte(b, '\n');
	put_hex(b, "identity: ", d->key, PLI_KEY);
	put_hex(b, "tls: ", d->tls, PLI_KEY);
	if (d->has_next)
		put_hex(b, "tls-next: ", d->tls_next, PLI_KEY);
	for (size_t i = 0; i < d->seals; i++)
		put_hex(b, "seal: ", d->seal[i], PLI_KEY);
	put_number(b, "serial: ", d->serial);
	put_number(b, "time: ", d->time);
}

void
pli_identity_put_signature(struct buf *b,
    const unsigned char signature[PLI_SIGNATURE])
{
	put_hex(b, "signature: ", signature, PLI_SIGNATURE);
}
