/* http_request.c - the head of a request: HTTP/1.1 as a server takes it. */

#include "proto/http_request.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/qp.h"

enum {
	OK = 0, BAD = 400, URI_TOO_LONG = 414, EXPECTATION_FAILED = 417,
	FIELDS_TOO_LARGE = 431, NOT_IMPLEMENTED = 501, BAD_VERSION = 505,
	PORT_DIGITS = 5, HOST_MAX = 255,
};

static bool
is_tchar(unsigned char c)		/* RFC 9110, 5.6.2 */
{
	return is_alpha(c) || is_digit(c) ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_value(unsigned char c)
{
	return is_print(c) || c == '\t' || c >= 0x80;
}

static bool
is_plain(unsigned char c)
{
	return is_value(c) || c == '\r' || c == '\n';
}

/* A line from `from` that ends before lf. */
static bool
is_whole_line(struct str in, size_t from, size_t lf)
{
	return lf > from && in.ptr[lf - 1] == '\r' && memchr(in.ptr + from,
	    '\r', lf - from) == in.ptr + lf - 1;
}

static enum http_head_is
take_line(struct http_head *h, struct str in, size_t lf)
{
	size_t from = h->line;

	if (!is_whole_line(in, from, lf))
		return HTTP_HEAD_BAD;
	h->at = h->line = lf + 1;
	if (lf - from > 1)
		return HTTP_HEAD_MORE;
	if (from > h->skip)
		return HTTP_HEAD_DONE;
	if (from > 0)
		return HTTP_HEAD_BAD;	/* two empty lines, RFC 9112, 2.2 */
	h->skip = lf + 1;
	return HTTP_HEAD_MORE;
}

enum http_head_is
http_head_next(struct http_head *h, struct str in)
{
	while (h->at < in.len) {
		enum http_head_is is;

		if (!is_plain((unsigned char)in.ptr[h->at]))
			return HTTP_HEAD_BAD;
		if (h->at >= HTTP_HEAD_MAX)
			return HTTP_HEAD_LONG;
		if (in.ptr[h->at] != '\n') {
			h->at++;
			continue;
		}
		is = take_line(h, in, h->at);
		if (is != HTTP_HEAD_MORE)
			return is;
	}
	return HTTP_HEAD_MORE;
}

bool
http_field_parse(struct http_field *f, struct str line)
{
	f->name = str_take_while(&line, is_tchar);
	if (f->name.len == 0 || !str_take_byte(&line, ':'))
		return false;
	str_take_while(&line, is_wsp);
	f->value = str_take_while(&line, is_value);
	f->value = str_trim_end(f->value, is_wsp);
	return line.len == 0;
}

struct str
http_request_field(const struct http_request *r, struct str name)
{
	for (size_t i = 0; i < r->fields; i++)
		if (str_eq_nocase(r->field[i].name, name))
			return r->field[i].value;
	return (struct str){ NULL, 0 };
}

static bool
is_no_comma(unsigned char c)
{
	return c != ',';
}

bool
http_list_next(struct str *list, struct str *element)
{
	str_take_while(list, is_wsp);
	if (list->len == 0)
		return false;
	*element = str_trim_end(str_take_while(list, is_no_comma), is_wsp);
	(void)str_take_byte(list, ',');
	return true;
}

/* The request line. */

static const struct str methods[HTTP_METHODS] = {
	[HTTP_GET] = STR_INIT("GET"), [HTTP_HEAD] = STR_INIT("HEAD"),
	[HTTP_POST] = STR_INIT("POST"), [HTTP_PUT] = STR_INIT("PUT"),
	[HTTP_DELETE] = STR_INIT("DELETE"),
	[HTTP_OPTIONS] = STR_INIT("OPTIONS"),
};

static unsigned
take_method(struct http_request *r, struct str *in)
{
	struct str name = str_take_while(in, is_tchar);

	if (name.len == 0 || !str_take_byte(in, ' '))
		return BAD;
	for (r->method = 0; r->method < HTTP_METHODS; r->method++)
		if (str_eq(name, methods[r->method]))
			return OK;
	return NOT_IMPLEMENTED;
}

static bool
is_path(unsigned char c)		/* RFC 3986, 3.3 */
{
	return is_alpha(c) || is_digit(c) ||
	    (c != '\0' && strchr("-._~!$&'()*+,;=:@/%", c) != NULL);
}

static bool
is_query(unsigned char c)
{
	return is_path(c) || c == '?';
}

/* Escapes are whole, and none stands for NUL. */
static bool
is_escaped_well(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '%')
			continue;
		if (s.len - i < 3 || qp_hex(s.ptr[i + 1]) < 0 ||
		    qp_hex(s.ptr[i + 2]) < 0 ||
		    memcmp(s.ptr + i, "%00", 3) == 0)
			return false;
		i += 2;
	}
	return true;
}

static bool
take_path(struct http_request *r, struct str in)
{
	r->path = str_take_while(&in, is_path);
	if (str_take_byte(&in, '?'))
		r->query = str_take_while(&in, is_query);
	return in.len == 0 && str_peek(r->path) == '/' &&
	    is_escaped_well(r->path) && is_escaped_well(r->query);
}

static bool
is_authority(unsigned char c)
{
	return is_alpha(c) || is_digit(c) ||
	    (c != '\0' && strchr("-._:[]", c) != NULL);
}

/* authority: what an absolute target says, to be held against Host. */
static bool
take_target(struct http_request *r, struct str target, struct str *authority)
{
	*authority = (struct str){ NULL, 0 };
	if (r->method == HTTP_OPTIONS && str_eq(target, STR("*"))) {
		r->path = target;
		return true;
	}
	if (str_take_word(&target, STR("https://")) ||
	    str_take_word(&target, STR("http://"))) {
		*authority = str_take_while(&target, is_authority);
		if (target.len == 0 || str_peek(target) == '?')
			return false;	/* an empty path: say "/" */
	}
	return take_path(r, target);
}

static bool
is_not_space(unsigned char c)
{
	return c != ' ';
}

static unsigned
take_request_line(struct http_request *r, struct str line,
    struct str *authority)
{
	unsigned status = take_method(r, &line);
	struct str target;

	if (status == BAD)
		return status;
	target = str_take_while(&line, is_not_space);
	if (!str_take_byte(&line, ' ') || line.len != 8 ||
	    memcmp(line.ptr, "HTTP/", 5) != 0 ||
	    !is_digit((unsigned char)line.ptr[5]) || line.ptr[6] != '.' ||
	    !is_digit((unsigned char)line.ptr[7]))
		return BAD;
	if (!str_eq(line, STR("HTTP/1.1")))
		return BAD_VERSION;
	if (status != OK)
		return status;
	if (target.len > HTTP_TARGET_MAX)
		return URI_TOO_LONG;
	return take_target(r, target, authority) ? OK : BAD;
}

/* Fields that decide where a request ends, and who asks whom for what. */

static bool
is_bracketed(unsigned char c)
{
	return is_digit(c) || c == ':' || c == '.' ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool
is_host(unsigned char c)
{
	return is_ldh(c) || c == '.' || c == '_';
}

static bool
is_port(struct str rest)
{
	struct str digits;

	if (rest.len == 0)
		return true;
	if (!str_take_byte(&rest, ':'))
		return false;
	digits = str_take_while(&rest, is_digit);
	return rest.len == 0 && digits.len > 0 && digits.len <= PORT_DIGITS;
}

static unsigned
take_host(struct http_request *r, struct str value)
{
	struct str rest = value;

	if (str_take_byte(&rest, '[')) {
		str_take_while(&rest, is_bracketed);
		if (!str_take_byte(&rest, ']'))
			return BAD;
	} else {
		str_take_while(&rest, is_host);
	}
	r->host = str_before(value, rest);
	return r->host.len > 0 && r->host.len <= HOST_MAX && is_port(rest) ?
	    OK : BAD;
}

static unsigned
take_length(struct http_request *r, struct str value)
{
	struct str digits = str_take_while(&value, is_digit);

	if (digits.len == 0 || digits.len > HTTP_LENGTH_DIGITS ||
	    value.len > 0 || !str_take_u64(&digits, &r->length))
		return BAD;
	if (r->length > 0)
		r->framing = HTTP_LENGTH;
	return OK;
}

static unsigned
take_coding(struct http_request *r, struct str value)
{
	r->framing = HTTP_CHUNKED;
	return str_eq_nocase(value, STR("chunked")) ? OK : NOT_IMPLEMENTED;
}

static unsigned
take_expect(struct http_request *r, struct str value)
{
	r->expects = true;
	return str_eq_nocase(value, STR("100-continue")) ? OK :
	    EXPECTATION_FAILED;
}

static unsigned
take_any(struct http_request *r, struct str value)
{
	(void)r;
	(void)value;
	return OK;
}

static const struct {
	struct str name;
	unsigned (*take)(struct http_request *, struct str value);
} once[] = {		/* may stand but once */
	{ STR_INIT("Host"), take_host },
	{ STR_INIT("Content-Length"), take_length },
	{ STR_INIT("Transfer-Encoding"), take_coding },
	{ STR_INIT("Expect"), take_expect },
	{ STR_INIT("Authorization"), take_any },
	{ STR_INIT("Content-Type"), take_any },
	{ STR_INIT("Content-Encoding"), take_any },
	{ STR_INIT("Origin"), take_any },
	{ STR_INIT("Last-Event-ID"), take_any },
};

enum { AT_HOST, AT_LENGTH, AT_CODING };

static void
take_connection(struct http_request *r, struct str value)
{
	struct str option;

	while (http_list_next(&value, &option))
		if (str_eq_nocase(option, STR("close")))
			r->close = true;
}

static unsigned
take_field(struct http_request *r, const struct http_field *f, unsigned *seen)
{
	if (str_eq_nocase(f->name, STR("Connection")))
		take_connection(r, f->value);
	for (unsigned i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		if (!str_eq_nocase(f->name, once[i].name))
			continue;
		if ((*seen & 1U << i) != 0)
			return BAD;
		*seen |= 1U << i;
		return once[i].take(r, f->value);
	}
	return OK;
}

static bool
is_no_cr(unsigned char c)
{
	return c != '\r';
}

static bool
next_line(struct str *in, struct str *line)
{
	*line = str_take_while(in, is_no_cr);
	return str_take_byte(in, '\r') && str_take_byte(in, '\n');
}

static unsigned
take_fields(struct http_request *r, struct str in, unsigned *seen)
{
	unsigned status = OK;
	struct str line;

	for (;;) {
		struct http_field f;

		if (!next_line(&in, &line))
			return BAD;
		if (line.len == 0)
			return in.len == 0 ? status : BAD;
		if (!http_field_parse(&f, line))
			return BAD;
		if (r->fields == HTTP_FIELDS_MAX)
			return FIELDS_TOO_LARGE;
		r->field[r->fields++] = f;
		/* what is no request at all is that first */
		if (status == OK)
			status = take_field(r, &f, seen);
	}
}

unsigned
http_request_parse(struct http_request *r, struct str head)
{
	unsigned status, seen = 0;
	struct str line, authority;

	r->path = r->query = r->host = STR("");
	r->method = HTTP_GET;
	r->framing = HTTP_NO_BODY;
	r->fields = 0;
	r->length = 0;
	r->close = r->expects = false;
	if (!next_line(&head, &line))
		return BAD;
	status = take_request_line(r, line, &authority);
	if (status == OK)
		status = take_fields(r, head, &seen);
	if (status != OK)
		return status;
	if ((seen & 1U << AT_HOST) == 0 || (authority.ptr != NULL &&
	    !str_eq_nocase(authority, http_request_field(r, STR("Host")))))
		return BAD;
	if ((seen & 1U << AT_LENGTH) != 0 && (seen & 1U << AT_CODING) != 0)
		return BAD;
	/* what nobody reads, some proxy may take for the next request */
	if (r->framing != HTTP_NO_BODY && (r->method == HTTP_GET ||
	    r->method == HTTP_HEAD || r->method == HTTP_OPTIONS))
		return BAD;
	return OK;
}

bool
http_unescape(struct str in, char *out, size_t *n)
{
	*n = 0;
	if (!is_escaped_well(in))
		return false;
	for (size_t i = 0; i < in.len; i++) {
		char c = in.ptr[i];

		if (c == '%') {
			c = (char)(qp_hex(in.ptr[i + 1]) << 4 |
			    qp_hex(in.ptr[i + 2]));
			i += 2;
		}
		out[(*n)++] = c;
	}
	return true;
}

static bool
is_no_ampersand(unsigned char c)
{
	return c != '&';
}

static bool
is_no_equals(unsigned char c)
{
	return c != '=';
}

struct str
http_query_value(struct str query, struct str name)
{
	while (query.len > 0) {
		struct str pair = str_take_while(&query, is_no_ampersand);
		struct str key = str_take_while(&pair, is_no_equals);

		(void)str_take_byte(&query, '&');
		(void)str_take_byte(&pair, '=');
		if (str_eq(key, name))
			return pair;
	}
	return (struct str){ NULL, 0 };
}
