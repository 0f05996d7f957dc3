/* ip.c - addresses of the Internet, from their text. */

#include "base/ip.h"

#include <string.h>

#include "base/ascii.h"

enum { GROUPS = 8 };			/* of 16 bits, in IPv6 */

static bool
take_octet(struct str *in, unsigned char *out)
{
	struct str digits = str_take_while(in, is_digit);
	uint64_t n;

	if (digits.len == 0 || digits.len > 3 ||
	    (digits.len > 1 && digits.ptr[0] == '0'))
		return false;
	if (!str_take_u64(&digits, &n) || n > 255)
		return false;
	*out = (unsigned char)n;
	return true;
}

static bool
parse4(struct str in, unsigned char byte[4])
{
	for (int i = 0; i < 4; i++) {
		if (i > 0 && !str_take_byte(&in, '.'))
			return false;
		if (!take_octet(&in, &byte[i]))
			return false;
	}
	return in.len == 0;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* One to four hexadecimal digits. */
static bool
take_group(struct str *in, unsigned char out[2])
{
	unsigned n = 0;
	int digits = 0;

	while (digits < 4 && in->len > 0 && hex(in->ptr[0]) >= 0) {
		n = n << 4 | (unsigned)hex(in->ptr[0]);
		in->ptr++;
		in->len--;
		digits++;
	}
	out[0] = (unsigned char)(n >> 8);
	out[1] = (unsigned char)n;
	return digits > 0;
}

/* What stood behind the "::" moves to the end, zeros into the gap. */
static void
spread(unsigned char byte[16], int gap, int groups)
{
	size_t tail = (size_t)(groups - gap) * 2;
	size_t start = (size_t)gap * 2;

	memmove(byte + 16 - tail, byte + start, tail);
	memset(byte + start, 0, 16 - tail - start);
}

static bool
parse6(struct str in, unsigned char byte[16])
{
	int groups = 0, gap = -1;

	if (str_take_word(&in, STR("::")))
		gap = 0;
	while (in.len > 0 && groups < GROUPS) {
		if (groups <= GROUPS - 2 && parse4(in, byte + groups * 2)) {
			groups += 2;
			in.len = 0;
			break;
		}
		if (!take_group(&in, byte + groups * 2))
			return false;
		groups++;
		if (in.len == 0)
			break;
		if (!str_take_byte(&in, ':'))
			return false;
		if (str_take_byte(&in, ':')) {
			if (gap >= 0)
				return false;
			gap = groups;
		} else if (in.len == 0) {
			return false;		/* ends in one colon */
		}
	}
	if (in.len > 0 || (gap < 0 && groups < GROUPS) ||
	    (gap >= 0 && groups == GROUPS))
		return false;
	if (gap >= 0)
		spread(byte, gap, groups);
	return true;
}

static void
unmap(struct ip *ip)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (memcmp(ip->byte, mapped, sizeof(mapped)) != 0)
		return;
	ip->v6 = false;
	memmove(ip->byte, ip->byte + 12, 4);
	memset(ip->byte + 4, 0, 12);
}

bool
ip_parse(struct ip *ip, struct str text)
{
	*ip = (struct ip){ .v6 = false };
	if (parse4(text, ip->byte))
		return true;
	*ip = (struct ip){ .v6 = true };
	if (!parse6(text, ip->byte))
		return false;
	unmap(ip);
	return true;
}

struct ip
ip_of_octets(const void *octets, size_t n)
{
	struct ip ip = { .v6 = n == sizeof(ip.byte) };

	memcpy(ip.byte, octets, ip.v6 ? sizeof(ip.byte) : 4);
	if (ip.v6)
		unmap(&ip);
	return ip;
}

bool
ip_eq(const struct ip *a, const struct ip *b)
{
	return a->v6 == b->v6 &&
	    memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

size_t
ip_network(const struct ip *ip)
{
	return ip->v6 ? 8 : 4;
}

bool
ip_is_loopback(const struct ip *ip)
{
	static const unsigned char one[16] = { [15] = 1 };

	return ip->v6 ? memcmp(ip->byte, one, sizeof(one)) == 0 :
	    ip->byte[0] == 127;
}

struct range {
	unsigned char first[16];
	unsigned bits;
	enum ip_kind kind;
};

static const struct range v4[] = {
	{ { 127 }, 8, IP_LOOPBACK },
	{ { 10 }, 8, IP_PRIVATE },
	{ { 172, 16 }, 12, IP_PRIVATE },
	{ { 192, 168 }, 16, IP_PRIVATE },
	{ { 100, 64 }, 10, IP_PRIVATE },
	{ { 169, 254 }, 16, IP_PRIVATE },
	{ { 0 }, 8, IP_SPECIAL },
	{ { 192, 0, 0 }, 24, IP_SPECIAL },
	{ { 224 }, 3, IP_SPECIAL },		/* multicast, reserved */
};

static const struct range v6[] = {
	{ { [15] = 1 }, 128, IP_LOOPBACK },
	{ { 0xfc }, 7, IP_PRIVATE },
	{ { 0xfe, 0x80 }, 9, IP_PRIVATE },	/* link, site */
	{ { 0 }, 16, IP_SPECIAL },		/* and what hides IPv4 in it */
	{ { 0x01 }, 8, IP_SPECIAL },
	{ { 0x20, 0x02 }, 16, IP_SPECIAL },	/* 6to4, RFC 7526 */
	{ { 0x20, 0x01, 0, 0 }, 32, IP_SPECIAL },	/* Teredo */
	{ { 0xff }, 8, IP_SPECIAL },
};

static bool
within(const struct ip *ip, const struct range *r)
{
	unsigned whole = r->bits / 8, rest = r->bits % 8;
	unsigned mask = 0xff00u >> rest & 0xff;

	return memcmp(ip->byte, r->first, whole) == 0 && (rest == 0 ||
	    ((unsigned)(ip->byte[whole] ^ r->first[whole]) & mask) == 0);
}

enum ip_kind
ip_kind(const struct ip *ip)
{
	const struct range *r = ip->v6 ? v6 : v4;
	size_t n = ip->v6 ? sizeof(v6) / sizeof(v6[0]) :
	    sizeof(v4) / sizeof(v4[0]);

	for (size_t i = 0; i < n; i++)
		if (within(ip, &r[i]))
			return r[i].kind;
	return IP_PUBLIC;
}
