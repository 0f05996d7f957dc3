/*
 * smtp_auth.h - the argument of AUTH: RFC 4954, section 4.
 *
 * Pure.  Both parts point into what was parsed; whether the mechanism is known
 * and the base64 is such, others look.
 */
#ifndef PROTO_SMTP_AUTH_H
#define PROTO_SMTP_AUTH_H

#include <stdbool.h>

#include "base/str.h"

enum { SMTP_MECH_MAX = 20 };	/* octets: RFC 4422, 3.1 */

struct smtp_auth {
	struct str mech;
	struct str initial;	/* "=": an empty one; ptr NULL: none came */
};

bool smtp_auth_parse(struct smtp_auth *, struct str arg);

#endif
