/* record.c - what the owner's container says of the box. */

#include "home/record.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/base64.h"
#include "proto/pli_identity.h"

static bool
is_not_lf(unsigned char c)
{
	return c != '\n';
}

static bool
is_not_blank(unsigned char c)
{
	return c != ' ';
}

static bool
copy(char *out, size_t room, struct str value)
{
	if (value.len == 0 || value.len >= room ||
	    memchr(value.ptr, '\0', value.len) != NULL)
		return false;
	memcpy(out, value.ptr, value.len);
	out[value.len] = '\0';
	return true;
}

static bool
is_host_char(unsigned char c)
{
	return is_alpha(c) || is_digit(c) || c == '-' || c == '.' ||
	    c == ':' || c == '[' || c == ']';
}

static bool
take_host(char *out, size_t room, struct str value)
{
	struct str rest = value;

	(void)str_take_while(&rest, is_host_char);
	return rest.len == 0 && copy(out, room, value);
}

static bool
take_key(unsigned char key[RECORD_KEY], struct str value)
{
	char out[64];
	size_t n;

	if (value.len != 44 || !base64_decode(out, &n, value) ||
	    n != RECORD_KEY)
		return false;
	memcpy(key, out, RECORD_KEY);
	return true;
}

static bool
add_pin(struct record *r, struct str value)
{
	size_t len = strlen(r->pins);

	if (len + 64 > sizeof(r->pins))
		return false;
	if (len > 0)
		r->pins[len++] = ';';
	memcpy(r->pins + len, "sha256//", 8);
	return copy(r->pins + len + 8, sizeof(r->pins) - len - 8, value);
}

static bool
take_pin(struct record *r, struct str value)
{
	unsigned char key[RECORD_KEY];

	return take_key(key, value) && add_pin(r, value);
}

static bool
take_seal(struct record *r, struct str value)
{
	return r->seals < RECORD_SEALS_MAX &&
	    take_key(r->seal[r->seals++], value);
}

static bool
take_port(struct record *r, struct str value)
{
	uint64_t n;

	if (!str_take_u64(&value, &n) || value.len > 0 || n < 1 || n > 65535)
		return false;
	r->port = (unsigned)n;
	return true;
}

static bool
take_line(struct record *r, struct str word, struct str value)
{
	if (str_eq(word, STR("host")))
		return take_host(r->host, sizeof(r->host), value);
	if (str_eq(word, STR("address")))
		return take_host(r->address, sizeof(r->address), value);
	if (str_eq(word, STR("port")))
		return take_port(r, value);
	if (str_eq(word, STR("tls")))
		return take_pin(r, value);
	if (str_eq(word, STR("seal")))
		return take_seal(r, value);
	if (str_eq(word, STR("identity")))
		return r->has_identity = take_key(r->identity, value);
	if (str_eq(word, STR("serial")))
		return str_take_u64(&value, &r->serial) && value.len == 0;
	if (str_eq(word, STR("user")))
		return copy(r->user, sizeof(r->user), value);
	if (str_eq(word, STR("password")))
		return copy(r->password, sizeof(r->password), value);
	return true;
}

static bool
take_lines(struct record *r, struct str text)
{
	while (text.len > 0) {
		struct str line = str_take_while(&text, is_not_lf);
		struct str word = str_take_while(&line, is_not_blank);

		(void)str_take_byte(&text, '\n');
		(void)str_take_byte(&line, ' ');
		if (!take_line(r, word, line))
			return false;
	}
	return true;
}

bool
record_box(struct record *r, struct str text)
{
	r->host[0] = r->address[0] = r->pins[0] = '\0';
	r->port = 443;
	r->seals = 0;
	r->has_identity = false;
	r->serial = 0;
	return take_lines(r, text) && r->host[0] != '\0' &&
	    r->pins[0] != '\0';
}

bool
record_device(struct record *r, struct str text)
{
	r->user[0] = r->password[0] = '\0';
	return take_lines(r, text) && r->user[0] != '\0' &&
	    r->password[0] != '\0' && strchr(r->user, ':') == NULL;
}

static void
renew_pin(struct record *r, const unsigned char key[PLI_KEY])
{
	char text[64];
	size_t n = base64_encode(text, (struct str){ (const char *)key,
	    PLI_KEY });

	(void)add_pin(r, (struct str){ text, n });
}

static void
renew_seal(struct record *r, const unsigned char key[PLI_KEY])
{
	for (size_t i = 0; i < r->seals; i++)
		if (memcmp(r->seal[i], key, RECORD_KEY) == 0)
			return;
	if (r->seals < RECORD_SEALS_MAX)
		memcpy(r->seal[r->seals++], key, RECORD_KEY);
}

bool
record_renew(struct record *r, const struct pli_identity *d)
{
	_Static_assert((int)RECORD_KEY == (int)PLI_KEY, "one kind of key");

	if (!r->has_identity || memcmp(d->key, r->identity, PLI_KEY) != 0 ||
	    d->serial < r->serial || !str_eq_nocase(d->host, from_c(r->host)))
		return false;
	r->pins[0] = '\0';
	renew_pin(r, d->tls);
	if (d->has_next)
		renew_pin(r, d->tls_next);
	for (size_t i = 0; i < d->seals; i++)
		renew_seal(r, d->seal[i]);
	return true;
}
