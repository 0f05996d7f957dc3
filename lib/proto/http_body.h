/*
 * http_body.h - the octets of a request's body: counted, or in chunks.
 *
 * Pure, in pieces.  RFC 9112, 6 and 7.1.  Sizes of chunks are hexadecimal
 * digits without sign or blanks and do not overflow; every line ends in CRLF;
 * extensions and trailer fields are read, limited, and thrown away.
 */
#ifndef PROTO_HTTP_BODY_H
#define PROTO_HTTP_BODY_H

#include "proto/http_request.h"

enum {
	HTTP_CHUNK_DIGITS = 12,		/* of a chunk's size */
	HTTP_EXTENSIONS_MAX = 1024,	/* octets, of all chunks */
	HTTP_TRAILER_MAX = 1024,	/* octets of one field */
	HTTP_TRAILERS_MAX = 16,		/* fields */
};

struct http_body {
	enum http_framing framing;
	unsigned state;
	uint64_t left;			/* of the length, or of this chunk */
	unsigned digits;
	size_t extensions;
	size_t trailers;
	char line[HTTP_TRAILER_MAX];	/* of the trailer */
	size_t len;
};

enum http_body_is {
	HTTP_BODY_MORE,		/* all of *in was taken */
	HTTP_BODY_DATA,		/* *data; there may be more in *in */
	HTTP_BODY_DONE,		/* what is left of *in is the next request's */
	HTTP_BODY_BAD,		/* 400, and nothing more can be trusted */
};

void http_body_begin(struct http_body *, const struct http_request *);

/* *data is a piece of *in, and is not empty. */
enum http_body_is http_body_next(struct http_body *, struct str *in,
    struct str *data);

#endif
