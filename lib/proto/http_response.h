/*
 * http_response.h - what a server says: status lines, fields, chunks.
 *
 * Pure.  Appends to a buf; the caller writes it out.  RFC 9112, 4 and 7.1.
 */
#ifndef PROTO_HTTP_RESPONSE_H
#define PROTO_HTTP_RESPONSE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* "HTTP/1.1 200 OK" and its end; a status without words of its own has
 * none. */
void http_put_status(struct buf *, unsigned status);

/* value must be clean: what has a control character is left out whole. */
void http_put_field(struct buf *, struct str name, struct str value);
void http_put_number(struct buf *, struct str name, uint64_t value);

/* "Thu, 26 Nov 2026 12:19:51 GMT": RFC 9110, 5.6.7. */
void http_put_date(struct buf *, uint64_t unix_seconds);

/* What every answer says to browsers: nothing is sniffed, framed, sent on as
 * a referrer or read by other origins.  policy: of Content-Security-Policy,
 * with its frame-ancestors; "" is the strictest.  tls: HTTPS from now on. */
void http_put_security(struct buf *, struct str policy, bool tls);

void http_put_end(struct buf *);	/* of the fields */

/* One chunk; an empty one is not written, since it would end all. */
void http_put_chunk(struct buf *, struct str);
void http_put_last_chunk(struct buf *);

#endif
