/*
 * events.h - the stream of an EventSource (RFC 8620, 7.3; WHATWG HTML, 9.2.6),
 * of which the last state is all that counts.
 *
 * Pure.  A line that is too long, or a field that one does not know, is passed
 * over.
 */
#ifndef HOME_EVENTS_H
#define HOME_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { EVENTS_LINE_MAX = 1100, EVENTS_ID_MAX = 1024 };

struct events {
	char line[EVENTS_LINE_MAX];
	size_t len;
	bool is_long;		/* of this line the rest */
	bool is_state;		/* this event is one */
	char next[EVENTS_ID_MAX + 1];
	/* what came */
	bool told;
	char id[EVENTS_ID_MAX + 1];	/* its id; may be "" */
};

void events_feed(struct events *, struct str);

#endif
