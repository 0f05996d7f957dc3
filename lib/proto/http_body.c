/* http_body.c - the octets of a request's body: counted, or in chunks. */

#include "proto/http_body.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/qp.h"

enum state {
	AT_DATA,		/* `left` octets follow */
	AT_SIZE,		/* a chunk's */
	AT_EXTENSION,
	AT_SIZE_LF,
	AT_DATA_CR, AT_DATA_LF,	/* behind a chunk */
	AT_TRAILER, AT_TRAILER_LF,
	AT_END, AT_FAULT,
};

void
http_body_begin(struct http_body *b, const struct http_request *r)
{
	b->framing = r->framing;
	b->left = r->framing == HTTP_LENGTH ? r->length : 0;
	b->state = r->framing == HTTP_CHUNKED ? AT_SIZE :
	    b->left > 0 ? AT_DATA : AT_END;
	b->digits = 0;
	b->extensions = b->trailers = b->len = 0;
}

static enum state
at_size(struct http_body *b, char c)
{
	int digit = qp_hex(c);

	if (digit >= 0) {
		if (b->digits++ == HTTP_CHUNK_DIGITS)
			return AT_FAULT;
		b->left = b->left << 4 | (unsigned)digit;
		return AT_SIZE;
	}
	if (b->digits == 0)
		return AT_FAULT;
	return c == '\r' ? AT_SIZE_LF : c == ';' ? AT_EXTENSION : AT_FAULT;
}

static enum state
at_extension(struct http_body *b, char c)
{
	if (c == '\r')
		return AT_SIZE_LF;
	if (++b->extensions > HTTP_EXTENSIONS_MAX)
		return AT_FAULT;
	return is_print((unsigned char)c) || c == '\t' ? AT_EXTENSION :
	    AT_FAULT;
}

static enum state
at_size_lf(struct http_body *b, char c)
{
	if (c != '\n')
		return AT_FAULT;
	b->digits = 0;
	return b->left > 0 ? AT_DATA : AT_TRAILER;
}

static enum state
at_trailer(struct http_body *b, char c)
{
	if (c == '\r')
		return AT_TRAILER_LF;
	if (b->len == HTTP_TRAILER_MAX || (!is_print((unsigned char)c) &&
	    c != '\t' && (unsigned char)c < 0x80))
		return AT_FAULT;
	b->line[b->len++] = c;
	return AT_TRAILER;
}

/* What frames or routes a request does not come behind it: RFC 9110, 6.5.1. */
static bool
may_trail(struct str name)
{
	static const struct str never[] = {
		STR_INIT("Content-Length"), STR_INIT("Transfer-Encoding"),
		STR_INIT("Host"), STR_INIT("Authorization"),
	};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (str_eq_nocase(name, never[i]))
			return false;
	return true;
}

static enum state
at_trailer_lf(struct http_body *b, char c)
{
	struct str line = { b->line, b->len };
	struct http_field f;

	if (c != '\n')
		return AT_FAULT;
	if (line.len == 0)
		return AT_END;
	b->len = 0;
	return b->trailers++ < HTTP_TRAILERS_MAX &&
	    http_field_parse(&f, line) && may_trail(f.name) ? AT_TRAILER :
	    AT_FAULT;
}

static enum state
step(struct http_body *b, char c)
{
	switch ((enum state)b->state) {
	case AT_SIZE:
		return at_size(b, c);
	case AT_EXTENSION:
		return at_extension(b, c);
	case AT_SIZE_LF:
		return at_size_lf(b, c);
	case AT_DATA_CR:
		return c == '\r' ? AT_DATA_LF : AT_FAULT;
	case AT_DATA_LF:
		return c == '\n' ? AT_SIZE : AT_FAULT;
	case AT_TRAILER:
		return at_trailer(b, c);
	case AT_TRAILER_LF:
		return at_trailer_lf(b, c);
	default:
		return AT_FAULT;
	}
}

static enum http_body_is
take_data(struct http_body *b, struct str *in, struct str *data)
{
	*data = *in;
	if (data->len > b->left)
		data->len = (size_t)b->left;
	in->ptr += data->len;
	in->len -= data->len;
	b->left -= data->len;
	if (b->left == 0)
		b->state = b->framing == HTTP_CHUNKED ? AT_DATA_CR : AT_END;
	return HTTP_BODY_DATA;
}

enum http_body_is
http_body_next(struct http_body *b, struct str *in, struct str *data)
{
	for (;;) {
		if (b->state == AT_END)
			return HTTP_BODY_DONE;
		if (b->state == AT_FAULT)
			return HTTP_BODY_BAD;
		if (in->len == 0)
			return HTTP_BODY_MORE;
		if (b->state == AT_DATA)
			return take_data(b, in, data);
		b->state = step(b, in->ptr[0]);
		in->ptr++;
		in->len--;
	}
}
