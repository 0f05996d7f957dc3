/*
 * blobs.c - what JMAP clients have uploaded: memfds, held for a while.
 *
 * Their numbers are random: after a new start none means another blob.
 */

#include "store.h"

#include <sys/random.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/log.h"
#include "os/memfd.h"

static void
drop(struct store *st, struct blob *b)
{
	close(b->fd);
	st->blob_octets -= b->size;
	*b = st->blob[--st->blobs];
}

void
blobs_age(struct store *st)
{
	int64_t now = clock_ms();

	for (size_t i = st->blobs; i-- > 0; )
		if (now - st->blob[i].since >= BLOB_SECONDS * INT64_C(1000))
			drop(st, &st->blob[i]);
}

void
blobs_drop(struct store *st, uint64_t account)
{
	for (size_t i = st->blobs; i-- > 0; )
		if (st->blob[i].account == account)
			drop(st, &st->blob[i]);
}

/* The oldest of the account's, until another one has room. */
static void
make_room(struct store *st, uint64_t account, uint64_t size)
{
	for (;;) {
		struct blob *oldest = NULL;
		uint64_t octets = size;
		size_t n = 1;

		for (size_t i = 0; i < st->blobs; i++) {
			struct blob *b = &st->blob[i];

			if (b->account != account)
				continue;
			n++;
			octets += b->size;
			if (oldest == NULL || b->turn < oldest->turn)
				oldest = b;
		}
		if (oldest == NULL ||
		    (n <= BLOBS_MAX && octets <= BLOB_OCTETS_MAX))
			return;
		drop(st, oldest);
	}
}

static bool
say(struct store *st, struct client *c, enum verdict v, uint64_t blob)
{
	struct msg_write_blob_is is = { v, blob };

	return serve_send(st->role, c->peer, msg_write, WRITE_TYPES,
	    WRITE_BLOB_IS, &is, NULL, 0);
}

static uint64_t
new_number(void)
{
	uint64_t n = 0;

	if (getrandom(&n, sizeof(n), 0) != sizeof(n))
		log_die("no-randomness", " ");
	return n >> 1 | 1;
}

bool
blob_take(struct store *st, struct client *c, const struct msg_write_blob *m,
    struct chan_msg *in)
{
	struct blob *b;

	if (!memfd_is_settled(in->fds[0], m->size))
		return false;
	if (m->size > BLOB_OCTETS_MAX) {
		(void)say(st, c, VERDICT_NO, 0);
		return true;
	}
	make_room(st, c->account, m->size);
	if (st->blobs == HELD_BLOBS_MAX ||
	    m->size > HELD_BLOB_OCTETS - st->blob_octets) {
		(void)say(st, c, VERDICT_LATER, 0);
		return true;
	}
	b = &st->blob[st->blobs++];
	*b = (struct blob){ new_number(), c->account, 0, m->size, clock_ms(),
	    ++st->blob_turn, in->fds[0] };
	in->nfds = 0;
	st->blob_octets += m->size;
	(void)say(st, c, VERDICT_YES, b->number);
	return true;
}

/* By its number, or by the email whose text it is: the youngest such. */
static struct blob *
find(struct store *st, uint64_t account, uint64_t number, uint64_t email)
{
	struct blob *found = NULL;

	for (size_t i = 0; i < st->blobs; i++) {
		struct blob *b = &st->blob[i];

		if (b->account == account && (number != 0 ?
		    b->number == number : email != 0 && b->email == email) &&
		    (found == NULL || b->turn > found->turn))
			found = b;
	}
	return found;
}

void
blob_of(struct store *st, const struct client *c,
    const struct msg_write_blob_of *m)
{
	struct blob *b = find(st, c->account, m->blob, 0);

	if (b != NULL)
		b->email = m->email;
}

void
blob_get(struct store *st, struct client *c,
    const struct msg_write_blob_get *m)
{
	struct blob *b = find(st, c->account, m->blob, m->email);
	struct msg_write_blob_data is;

	if (b == NULL) {
		(void)say(st, c, VERDICT_NO, 0);
		return;
	}
	is = (struct msg_write_blob_data){ b->number, b->size };
	(void)serve_send(st->role, c->peer, msg_write, WRITE_TYPES,
	    WRITE_BLOB_DATA, &is, &b->fd, 1);
}
