/* armour.c - an ASCII-armoured OpenPGP message, line by line. */

#include "mail/armour.h"

#include <string.h>

#include "base/ascii.h"

enum { BEFORE, HEADERS, DATA, CHECKED, AFTER, BAD };

static const struct str names[] = {
	STR_INIT("Version: "), STR_INIT("Comment: "), STR_INIT("Hash: "),
	STR_INIT("MessageID: "), STR_INIT("Charset: "),
};

static bool
is_header(struct str line)
{
	if (line.len > ARMOUR_HEADER_MAX)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_take_word(&line, names[i]))
			return true;
	return false;
}

static bool
take_headers(struct armour *a, struct str line)
{
	if (line.len == 0) {
		a->state = DATA;
		return true;
	}
	return is_header(line) && ++a->headers <= ARMOUR_HEADERS_MAX;
}

static bool
is_end(struct str line)
{
	return str_eq(line, STR("-----END PGP MESSAGE-----"));
}

static bool
take_data(struct armour *a, struct str line)
{
	char out[ARMOUR_LINE_MAX];
	size_t n;

	if (line.len > 0 && (line.ptr[0] == '=' || line.ptr[0] == '-')) {
		n = base64_dec_end(&a->base64, out);
		if (a->base64.strange || n > 0)
			return false;
		a->state = is_end(line) ? AFTER : CHECKED;
		return a->state == AFTER ||
		    (line.len == 5 && line.ptr[0] == '=');
	}
	n = base64_dec_feed(&a->base64, out, line);
	return !a->base64.strange &&
	    pgppacket_feed(&a->packets, (struct str){ out, n });
}

static bool
take_line(struct armour *a, struct str line)
{
	line = str_trim_end(line, is_wsp);
	switch (a->state) {
	case BEFORE:
		if (line.len == 0)
			return true;
		a->state = HEADERS;
		return str_eq(line, STR("-----BEGIN PGP MESSAGE-----"));
	case HEADERS:
		return take_headers(a, line);
	case DATA:
		return take_data(a, line);
	case CHECKED:
		a->state = AFTER;
		return is_end(line);
	case AFTER:
		return line.len == 0;
	default:
		return false;
	}
}

static bool
end_line(struct armour *a)
{
	size_t n = a->len;

	if (n > 0 && a->line[n - 1] == '\r')
		n--;
	a->len = 0;
	if (take_line(a, (struct str){ a->line, n }))
		return true;
	a->state = BAD;
	return false;
}

bool
armour_feed(struct armour *a, struct str more)
{
	while (more.len > 0) {
		const char *lf = memchr(more.ptr, '\n', more.len);
		size_t n = lf != NULL ? (size_t)(lf - more.ptr) : more.len;

		if (n > ARMOUR_LINE_MAX - a->len) {
			a->state = BAD;
			return false;
		}
		memcpy(a->line + a->len, more.ptr, n);
		a->len += n;
		if (lf == NULL)
			return a->state != BAD;
		if (!end_line(a))
			return false;
		more.ptr += n + 1;
		more.len -= n + 1;
	}
	return a->state != BAD;
}

bool
armour_end(struct armour *a)
{
	return (a->len == 0 || end_line(a)) && a->state == AFTER &&
	    pgppacket_end(&a->packets);
}
