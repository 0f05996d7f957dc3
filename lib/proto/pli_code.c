/* pli_code.c - pairing codes. */

#include "proto/pli_code.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/crc24.h"

enum { FIXED = PLI_CODE_HASH + PLI_CODE_TOKEN + 1, CRC = 3 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static int
value_of(char c)
{
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	c = ascii_lower(c);
	return c >= 'a' && c <= 'z' ? c - 'a' : -1;
}

/* What is left of the last letter has to be zero: one text for each code. */
static bool
decode32(struct str in, unsigned char *out, size_t room, size_t *len)
{
	unsigned bits = 0, held = 0;

	*len = 0;
	for (size_t i = 0; i < in.len; i++) {
		int v = value_of(in.ptr[i]);

		if (is_blank((unsigned char)in.ptr[i]))
			continue;
		if (v < 0)
			return false;
		held = (held << 5 | (unsigned)v) & 0xfff;
		bits += 5;
		if (bits < 8)
			continue;
		if (*len == room)
			return false;
		bits -= 8;
		out[(*len)++] = (unsigned char)(held >> bits);
	}
	return bits < 5 && (held & ((1u << bits) - 1)) == 0;
}

static void
encode32(struct buf *b, struct str in)
{
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < in.len; i++) {
		held = (held << 8 | (unsigned char)in.ptr[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			buf_byte(b, letters[held >> (bits - 5) & 31]);
	}
	if (bits > 0)
		buf_byte(b, letters[held << (5 - bits) & 31]);
}

static bool
is_text(struct str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f)
			return false;
	return s.len > 0 && s.len <= max;
}

static bool
is_not_colon(unsigned char c)
{
	return c != ':';
}

static bool
is_host(struct str s)
{
	struct str rest = s, name = str_take_while(&rest, is_not_colon);
	uint64_t port;

	return is_text(s, PLI_CODE_HOST_MAX) && name.len > 0 &&
	    str_take_byte(&rest, ':') && str_peek(rest) != '0' &&
	    rest.len <= 5 && str_take_u64(&rest, &port) && rest.len == 0 &&
	    port <= UINT16_MAX;
}

static bool
is_address(struct str s)
{
	const char *at = s.len == 0 ? NULL : memchr(s.ptr, '@', s.len);

	return is_text(s, PLI_CODE_ADDRESS_MAX) && at != NULL && at > s.ptr &&
	    at < s.ptr + s.len - 1;
}

static bool
crc_is_right(const unsigned char *octets, size_t n)
{
	uint32_t crc = crc24(CRC24_INIT, (struct str){
	    (const char *)octets, n });

	return octets[n] == (crc >> 16 & 255) &&
	    octets[n + 1] == (crc >> 8 & 255) && octets[n + 2] == (crc & 255);
}

bool
pli_code_decode(struct str in, struct pli_code *c)
{
	size_t n, name;

	while (in.len > 0 && is_blank((unsigned char)*in.ptr)) {
		in.ptr++;
		in.len--;
	}
	if (!str_take_word(&in, STR("pli1:")) ||
	    !decode32(in, c->room, sizeof(c->room), &n) ||
	    n < FIXED + CRC || !crc_is_right(c->room, n - CRC))
		return false;
	name = c->room[FIXED - 1];
	if (FIXED + name > n - CRC)
		return false;
	memcpy(c->tls, c->room, PLI_CODE_HASH);
	memcpy(c->token, c->room + PLI_CODE_HASH, PLI_CODE_TOKEN);
	c->address = (struct str){ (char *)c->room + FIXED, name };
	c->host = (struct str){ c->address.ptr + name,
	    n - CRC - FIXED - name };
	return is_address(c->address) && is_host(c->host);
}

bool
pli_code_encode(struct buf *out, const struct pli_code *c)
{
	struct buf b;
	uint32_t crc;

	if (!is_address(c->address) || !is_host(c->host))
		return false;
	buf_init(&b, PLI_CODE_OCTETS_MAX);
	buf_add_mem(&b, c->tls, PLI_CODE_HASH);
	buf_add_mem(&b, c->token, PLI_CODE_TOKEN);
	buf_byte(&b, (char)c->address.len);
	buf_add(&b, c->address);
	buf_add(&b, c->host);
	crc = crc24(CRC24_INIT, buf_str(&b));
	buf_byte(&b, (char)(crc >> 16 & 255));
	buf_byte(&b, (char)(crc >> 8 & 255));
	buf_byte(&b, (char)(crc & 255));
	out->failed |= b.failed;
	buf_add(out, STR("pli1:"));
	encode32(out, buf_str(&b));
	buf_free(&b);
	return !out->failed;
}
