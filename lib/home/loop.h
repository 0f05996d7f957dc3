/*
 * loop.h - HTTP in clear to a port of this computer, 127.0.0.1.
 *
 * For pli, which asks the mirror's httpd: one request after the other, over
 * one connection, with a login.
 */
#ifndef HOME_LOOP_H
#define HOME_LOOP_H

#include <stdbool.h>

#include "base/buf.h"

struct loop {
	void *curl;
	unsigned port;
};

/* login and password are copied; false: no memory. */
bool loop_begin(struct loop *, unsigned port, const char *login,
    const char *password);
void loop_end(struct loop *);

/* body.ptr NULL: GET, else POST with its type.  The status, and the answer in
 * *out, which is cleared, at most its limit; 0: none was had. */
unsigned loop_call(struct loop *, const char *path, const char *type,
    struct str body, struct buf *out);

#endif
