/*
 * places.c - how much of one account there is at once: RFC 8620, 1.7.
 *
 * The store gives all that serve an account the same empty memfd.  What is
 * under way has a place: a lock on one octet of it, which is not there.  So the
 * kernel counts over all connections, takes back what a process leaves that
 * dies, and they share nothing but the count.
 */

#include <errno.h>
#include <fcntl.h>

#include "jmap.h"

static const struct {
	int first, count;
} kinds[PLACE_KINDS] = {
	[PLACE_REQUEST]	= { 0, JMAP_REQUESTS_AT_ONCE },
	[PLACE_UPLOAD]	= { JMAP_REQUESTS_AT_ONCE, JMAP_UPLOADS_AT_ONCE },
};

static bool
lock(int fd, short how, int octet)
{
	struct flock l = { .l_type = how, .l_whence = SEEK_SET,
	    .l_start = octet, .l_len = 1 };
	int done;

	do
		done = fcntl(fd, F_SETLK, &l);
	while (done != 0 && errno == EINTR);
	return done == 0;
}

int
place_take(const struct http *h, enum place_kind kind)
{
	for (int i = 0; i < kinds[kind].count; i++)
		if (lock(h->places, F_WRLCK, kinds[kind].first + i))
			return kinds[kind].first + i;
	return -1;
}

void
place_leave(const struct http *h, int place)
{
	(void)lock(h->places, F_UNLCK, place);
}
