/* accounturl.c - imaps://USER@HOST[:PORT][/], taken apart. */

#include "account.h"

#include <string.h>

#include "base/ascii.h"

enum { IMAPS_PORT = 993 };

static int
hex(char c)
{
	if (is_digit((unsigned char)c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* No octet of it may be a control. */
static bool
take_user(struct str in, char out[ACCOUNT_USER_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		char c = in.ptr[i];

		if (c == '%') {
			if (i + 2 >= in.len || hex(in.ptr[i + 1]) < 0 ||
			    hex(in.ptr[i + 2]) < 0)
				return false;
			c = (char)(hex(in.ptr[i + 1]) << 4 |
			    hex(in.ptr[i + 2]));
			i += 2;
		}
		if (n == ACCOUNT_USER_MAX || (unsigned char)c < ' ' ||
		    c == 0x7f)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0;
}

static bool
is_host(unsigned char c)
{
	return is_alpha(c) || is_digit(c) || c == '-' || c == '.';
}

static bool
is_literal(unsigned char c)
{
	return is_alpha(c) || is_digit(c) || c == ':' || c == '.';
}

bool
account_url(struct str in, struct account_url *u)
{
	struct str user, host;
	size_t at;
	uint64_t port = IMAPS_PORT;

	if (!str_take_word(&in, STR("imaps://")))
		return false;
	for (at = in.len; at > 0 && in.ptr[at - 1] != '@'; at--)
		;
	if (at == 0)
		return false;
	user = (struct str){ in.ptr, at - 1 };
	in = (struct str){ in.ptr + at, in.len - at };
	if (str_take_byte(&in, '[')) {
		host = str_take_while(&in, is_literal);
		if (!str_take_byte(&in, ']'))
			return false;
	} else {
		host = str_take_while(&in, is_host);
	}
	if (str_take_byte(&in, ':') && (!str_take_u64(&in, &port) ||
	    port == 0 || port > 65535))
		return false;
	(void)str_take_byte(&in, '/');
	if (in.len > 0 || host.len == 0 || host.len > ACCOUNT_HOST_MAX)
		return false;
	memcpy(u->host, host.ptr, host.len);
	u->host[host.len] = '\0';
	u->port = (unsigned)port;
	return take_user(user, u->user);
}
