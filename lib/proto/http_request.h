/*
 * http_request.h - the head of a request: HTTP/1.1 as a server takes it.
 *
 * Pure.  RFC 9110 and RFC 9112, as strictly as they permit: where two readers
 * might see two different requests, there is none.  So no line ends in a bare
 * LF, no field is folded, no blank stands before a colon, the body has one
 * length or is chunked, never both, and what is said twice is refused even if
 * it is the same.  HTTP/1.0, which has no way to say where a request ends that
 * proxies agree on, is answered 505.
 *
 * The caller keeps the octets of the request from the first on and calls
 * http_head_next when there are more, as with proto/imap_frame.h; then
 * http_request_parse, whose result points into them.
 */
#ifndef PROTO_HTTP_REQUEST_H
#define PROTO_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	HTTP_HEAD_MAX = 16 * 1024,	/* octets, with the empty line */
	HTTP_TARGET_MAX = 4096,
	HTTP_FIELDS_MAX = 64,
	HTTP_LENGTH_DIGITS = 15,	/* of Content-Length */
};

enum http_method {
	HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_OPTIONS,
	HTTP_METHODS,
};

struct http_field {
	struct str name, value;		/* without blanks around */
};

enum http_framing { HTTP_NO_BODY, HTTP_LENGTH, HTTP_CHUNKED };

struct http_request {
	enum http_method method;
	struct str path;	/* as sent, "%" and all; "*" for OPTIONS */
	struct str query;	/* behind "?", or empty */
	struct str host;	/* without its port */
	struct http_field field[HTTP_FIELDS_MAX];
	size_t fields;
	enum http_framing framing;
	uint64_t length;	/* HTTP_LENGTH: octets, 1 at least */
	bool close;		/* Connection: close */
	bool expects;		/* Expect: 100-continue */
};

/* Where a head ends.  Begin with { 0 }. */
struct http_head {
	size_t at;		/* all before has been looked at */
	size_t line;		/* the present line begins here */
	size_t skip;		/* an empty line before the request */
};

enum http_head_is {
	HTTP_HEAD_MORE,
	HTTP_HEAD_DONE,		/* the first h->at octets, of which h->skip
				   come before the head */
	HTTP_HEAD_BAD,		/* a control character: 400 */
	HTTP_HEAD_LONG,		/* past HTTP_HEAD_MAX: 431 */
};

enum http_head_is http_head_next(struct http_head *, struct str in);

/* Take a whole head apart.  0: done; else the status to answer, after which
 * nothing more on this connection can be trusted. */
unsigned http_request_parse(struct http_request *, struct str head);

/* The value of the first field of that name (ignores case); .ptr is NULL if
 * there is none. */
struct str http_request_field(const struct http_request *, struct str name);

/* One header or trailer field, a line without its CRLF. */
bool http_field_parse(struct http_field *, struct str line);

/* Takes the next element off a list ("a, b;q=1"): false at its end.  Elements
 * may be empty. */
bool http_list_next(struct str *list, struct str *element);

/* "%41" and the like undone; false: an escape that is none, a NUL.  out has
 * room for in.len. */
bool http_unescape(struct str in, char *out, size_t *n);

/* Of "a=1&b=2" what stands for name, escaped still; .ptr NULL: nothing. */
struct str http_query_value(struct str query, struct str name);

#endif
