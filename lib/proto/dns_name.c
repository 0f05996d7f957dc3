/* dns_name.c - domain names, as text and as on the wire. */

#include "proto/dns_name.h"

#include <string.h>

#include "base/ascii.h"

enum { POINTER = 0xc0, JUMPS_MAX = 127 };

static bool
is_name_octet(unsigned char c)
{
	return is_ldh(c) || c == '_';
}

static bool
add_label(struct dns_name *n, const char *label, size_t len)
{
	if (len > DNS_LABEL_MAX || n->len + 1 + len > DNS_WIRE_MAX)
		return false;
	n->wire[n->len++] = (unsigned char)len;
	if (len > 0)
		memcpy(n->wire + n->len, label, len);
	n->len += len;
	return true;
}

bool
dns_name_from_text(struct dns_name *n, struct str text)
{
	n->len = 0;
	if (text.len > 1 && text.ptr[text.len - 1] == '.')
		text.len--;
	else if (str_eq(text, STR(".")))
		text.len = 0;
	while (text.len > 0) {
		struct str label = str_take_while(&text, is_name_octet);
		bool last = text.len == 0;

		if (label.len == 0 || !add_label(n, label.ptr, label.len))
			return false;
		if (!last && (!str_take_byte(&text, '.') || text.len == 0))
			return false;
	}
	return add_label(n, "", 0);
}

bool
dns_name_take(struct dns_name *n, struct str packet, size_t *at)
{
	size_t from = *at, floor = *at;
	bool jumped = false;

	n->len = 0;
	for (unsigned jumps = 0; jumps <= JUMPS_MAX;) {
		unsigned char len;

		if (from >= packet.len)
			return false;
		len = (unsigned char)packet.ptr[from++];
		if ((len & POINTER) == POINTER) {
			if (from >= packet.len)
				return false;
			if (!jumped)
				*at = from + 1;
			jumped = true;
			from = (size_t)(len & ~POINTER) << 8 |
			    (unsigned char)packet.ptr[from];
			if (from >= floor)	/* back only */
				return false;
			floor = from;
			jumps++;
			continue;
		}
		if (len > DNS_LABEL_MAX || len > packet.len - from ||
		    !add_label(n, packet.ptr + from, len))
			return false;
		from += len;
		if (len == 0) {
			if (!jumped)
				*at = from;
			return true;
		}
	}
	return false;
}

bool
dns_name_from_wire(struct dns_name *n, struct str wire)
{
	size_t at = 0;

	n->len = 0;
	while (at < wire.len) {
		unsigned char len = (unsigned char)wire.ptr[at++];

		if (len > DNS_LABEL_MAX || len > wire.len - at ||
		    !add_label(n, wire.ptr + at, len))
			return false;
		at += len;
		if (len == 0)
			return at == wire.len;
	}
	return false;
}

size_t
dns_name_text(const struct dns_name *n, char out[DNS_TEXT_MAX])
{
	size_t len = 0;

	for (size_t at = 0; at < n->len && n->wire[at] != 0;) {
		size_t end = at + 1 + n->wire[at];

		if (len > 0)
			out[len++] = '.';
		for (at++; at < end; at++) {
			unsigned char c = n->wire[at];

			if (is_name_octet(c)) {
				out[len++] = (char)c;
				continue;
			}
			out[len++] = '\\';
			out[len++] = (char)('0' + c / 100);
			out[len++] = (char)('0' + c / 10 % 10);
			out[len++] = (char)('0' + c % 10);
		}
	}
	return len;
}

bool
dns_name_eq(const struct dns_name *a, const struct dns_name *b)
{
	if (a->len != b->len)
		return false;
	/* lengths of labels are below 'A': lower case leaves them alone */
	for (size_t i = 0; i < a->len; i++)
		if (ascii_lower((char)a->wire[i]) !=
		    ascii_lower((char)b->wire[i]))
			return false;
	return true;
}
