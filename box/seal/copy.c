/* copy.c - the sealed form of one target: made, signed, sent to the store. */

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/memfd.h"
#include "seal.h"

enum copy_state { COPY_FREE, COPY_NEW, COPY_ASKED, COPY_SIGNED };

static struct copy {
	enum copy_state state;
	int fd;
	uint64_t id;
	struct peer *child;
	struct msg_store_deliver m;
	int64_t since;
	unsigned char hash[PLISEAL_HASH];
	size_t stamp_len;
	char stamp[PLISEAL_STAMP_MAX];
	char refs[REFS_MAX * 8];	/* what m.refs points to */
} copies[COPIES_MAX];

static size_t used, high;	/* copies above were never used */
static uint64_t bytes;		/* of all that are used */
static uint64_t last_id;

bool
copy_room(void)
{
	return used < COPIES_MAX && bytes < COPIES_BYTES_MAX;
}

static struct copy *
copy_new(void)
{
	for (size_t i = 0; i < COPIES_MAX; i++)
		if (copies[i].state == COPY_FREE) {
			if (i >= high)
				high = i + 1;
			return &copies[i];
		}
	return NULL;
}

static void
copy_end(struct copy *c)
{
	close(c->fd);
	bytes -= c->m.size;
	used--;
	c->state = COPY_FREE;
}

static void
copy_fail(struct role *r, struct copy *c)
{
	seal_failed(r, c->child, c->m.group, VERDICT_LATER);
	copy_end(c);
}

static struct str
stamp_of(const struct copy *c)
{
	return (struct str){ c->stamp, c->stamp_len };
}

static bool
fill(struct copy *c, const struct job *j, struct str plain, struct cert *cert)
{
	struct frame f = { .fd = c->fd };
	bool ok;

	if (cert == NULL) {
		ok = frame_as_is(&f, plain, j->m.head_len, j->m.stamp,
		    c->hash);
	} else {
		ok = frame_begin(&f, j->m.outer, j->m.stamp) &&
		    cert_seal(cert, plain, frame_body, &f) &&
		    frame_end(&f, c->hash);
		wipe_stack();
	}
	c->m.size = f.written;
	c->m.head_len = (uint32_t)f.head_len;
	return ok;
}

/* If keys is away or its channel is full, it is asked later. */
static void
ask(struct role *r, struct copy *c)
{
	struct msg_keys_sign_seal m = { .id = c->id };
	static struct buf text;

	if (text.limit == 0)
		buf_init(&text, PLISEAL_SIGNED_MAX);
	buf_clear(&text);
	pliseal_signed(&text, stamp_of(c), c->hash);
	m.content = buf_str(&text);
	c->state = COPY_NEW;
	if (serve_try(r, serve_edge(r, ROLE_KEYS, 0), msg_keys, KEYS_TYPES,
	    KEYS_SIGN_SEAL, &m, NULL, 0) == CHAN_OK)
		c->state = COPY_ASKED;
}

bool
copy_make(struct role *r, const struct job *j, struct str plain,
    struct cert *cert)
{
	const struct msg_target *t = &j->target[j->next];
	struct copy *c = copy_new();

	if (c == NULL || j->m.stamp.len > sizeof(c->stamp))
		return false;
	c->fd = memfd_new("sealed");
	if (c->fd < 0)
		return false;
	c->m = (struct msg_store_deliver){ .ticket = t->ticket,
	    .account = t->account,
	    .group = j->m.group, .part = j->m.first + j->next,
	    .parts = j->m.parts > 0 ? j->m.parts : j->targets,
	    .cert = t->cert, .date = j->m.date, .refs = j->m.refs };
	if (!fill(c, j, plain, cert)) {
		close(c->fd);
		return false;
	}
	c->id = ++last_id;
	c->child = j->child;
	c->since = j->since;
	c->stamp_len = j->m.stamp.len;
	memcpy(c->stamp, j->m.stamp.ptr, c->stamp_len);
	for (size_t i = 0; i < c->m.refs.len; i++)
		c->refs[i] = c->m.refs.ptr[i];
	c->m.refs.ptr = c->refs;
	used++;
	bytes += c->m.size;
	ask(r, c);
	return true;
}

/* While the store writes to disk it does not listen: then it waits. */
static void
send_on(struct role *r, struct copy *c)
{
	switch (serve_try(r, serve_edge(r, ROLE_STORE, 0), msg_store,
	    STORE_TYPES, STORE_DELIVER, &c->m, &c->fd, 1)) {
	case CHAN_OK:
		copy_end(c);
		break;
	case CHAN_AGAIN:
		break;
	case CHAN_GONE:
		copy_fail(r, c);
		break;
	}
}

static bool
sign(struct copy *c, struct str signature)
{
	c->state = COPY_SIGNED;
	return signature.len == PLISEAL_SIGNATURE &&
	    frame_sign(c->fd, stamp_of(c), c->hash,
	    (const unsigned char *)signature.ptr) &&
	    memfd_settle(c->fd);
}

bool
copy_signed(struct role *r, struct chan_msg *in)
{
	struct msg_keys_signed m;

	if (field_get(msg_keys, KEYS_TYPES, in->wire, &m) != KEYS_SIGNED)
		return false;
	for (size_t i = 0; i < high; i++) {
		struct copy *c = &copies[i];

		if (c->state != COPY_ASKED || c->id != m.id)
			continue;
		if (m.verdict == VERDICT_YES && sign(c, m.signature))
			send_on(r, c);
		else
			copy_fail(r, c);
		return true;
	}
	return true;		/* its child is gone */
}

void
copy_keys_are(struct role *r, bool new)
{
	for (size_t i = 0; i < high; i++)
		if (copies[i].state == COPY_NEW ||
		    (new && copies[i].state == COPY_ASKED))
			ask(r, &copies[i]);
}

void
copy_store_is(struct role *r)
{
	for (size_t i = 0; i < high; i++)
		if (copies[i].state == COPY_SIGNED)
			send_on(r, &copies[i]);
}

void
copy_child_gone(const struct peer *child)
{
	for (size_t i = 0; i < high; i++)
		if (copies[i].state != COPY_FREE && copies[i].child == child)
			copy_end(&copies[i]);
}

void
copy_tick(struct role *r)
{
	for (size_t i = 0; i < high; i++)
		if (copies[i].state != COPY_FREE &&
		    seal_now() - copies[i].since > PATIENCE)
			copy_fail(r, &copies[i]);
}
