/*
 * dest.c - destinations with connections; of others only whether they took
 * the last letter.
 *
 * That is kept by a hash under a key of this process, so that nobody finds two
 * names for one place.
 */

#include <sodium.h>
#include <string.h>

#include "queue.h"

enum { KNOWN = 8192 };

static struct dest dests[LINES_ROOM];
static unsigned char key[crypto_shorthash_KEYBYTES];
static struct {
	uint32_t mark;
	enum dest_kind kind;
} known[KNOWN];

void
dests_begin(void)
{
	crypto_shorthash_keygen(key);
}

/* Its place; *mark tells it from others that have the same. */
static size_t
place_of(struct str domain, uint32_t *mark)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint32_t at;

	(void)crypto_shorthash(hash, (const unsigned char *)domain.ptr,
	    domain.len, key);
	memcpy(&at, hash, sizeof(at));
	memcpy(mark, hash + sizeof(at), sizeof(*mark));
	return at % KNOWN;
}

enum dest_kind
dest_known(struct str domain)
{
	uint32_t mark;
	size_t at = place_of(domain, &mark);

	return known[at].mark == mark ? known[at].kind : DEST_NEW;
}

void
dest_note(struct dest *d, enum dest_kind kind)
{
	uint32_t mark;
	size_t at = place_of((struct str){ d->domain, d->len }, &mark);

	known[at].mark = mark;
	known[at].kind = d->kind = kind;
}

struct dest *
dest_find(struct str domain)
{
	for (size_t i = 0; i < LINES_ROOM; i++)
		if (dests[i].len > 0 && str_eq(domain, (struct str){
		    dests[i].domain, dests[i].len }))
			return &dests[i];
	return NULL;
}

struct dest *
dest_new(struct str domain, enum dest_kind kind)
{
	if (domain.len == 0 || domain.len > DOMAIN_OCTETS_MAX)
		return NULL;
	for (size_t i = 0; i < LINES_ROOM; i++) {
		struct dest *d = &dests[i];

		if (d->len > 0)
			continue;
		*d = (struct dest){ .len = domain.len, .allowed = 1,
		    .kind = kind };
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
