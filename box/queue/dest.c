/* dest.c - destinations with connections, and no others. */

#include <string.h>

#include "queue.h"

static struct dest dests[LINES_MAX];

struct dest *
dest_find(struct str domain)
{
	for (size_t i = 0; i < LINES_MAX; i++)
		if (dests[i].len > 0 && str_eq(domain, (struct str){
		    dests[i].domain, dests[i].len }))
			return &dests[i];
	return NULL;
}

struct dest *
dest_new(struct str domain, bool retry)
{
	if (domain.len == 0 || domain.len > DOMAIN_OCTETS_MAX)
		return NULL;
	for (size_t i = 0; i < LINES_MAX; i++) {
		struct dest *d = &dests[i];

		if (d->len > 0)
			continue;
		*d = (struct dest){ .len = domain.len, .allowed = 1,
		    .retry = retry };
		memcpy(d->domain, domain.ptr, domain.len);
		return d;
	}
	return NULL;
}

void
dest_leave(struct dest *d)
{
	if (--d->lines == 0)
		d->len = 0;
	look_soon();
}
