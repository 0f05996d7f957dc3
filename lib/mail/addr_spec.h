/*
 * addr_spec.h - is this one address, and how good a one?
 *
 * Pure.  RFC 5322, 3.4.1 and 4.4; RFC 5321, 4.1.2.  ASCII only.
 */
#ifndef MAIL_ADDR_SPEC_H
#define MAIL_ADDR_SPEC_H

#include "base/str.h"

/* From good to bad; an address is as bad as the worst thing in it. */
enum addr_level {
	ADDR_PLAIN,		/* local@name.example */
	ADDR_RARE,		/* RFC 5321 allows it: "quoted", [literals],
				   a name of one label or with numbers last */
	ADDR_CFWS,		/* comments or folds, in a header only */
	ADDR_OBSOLETE,		/* RFC 5322, 4: read, never written */
	ADDR_UNUSABLE,		/* RFC 5322 allows it, no mail can go there:
				   too long, a name that is none */
	ADDR_BAD,		/* no address at all */
};

enum addr_level addr_spec_check(struct str);

#endif
