/* copy.c - the sealed form of one target: made, signed, sent to the store. */

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "codec/base64.h"
#include "seal.h"

static struct copy copies[COPIES_MAX];
static uint64_t last_id;

static struct copy *
copy_new(void)
{
	for (size_t i = 0; i < COPIES_MAX; i++)
		if (!copies[i].used)
			return &copies[i];
	return NULL;
}

static void
copy_end(struct copy *c)
{
	close(c->fd);
	c->used = false;
}

/* What keys signs: see pliseal.h. */
static void
set_signed_text(struct copy *c, struct str stamp, unsigned char hash[HASH])
{
	struct buf b;

	buf_init(&b, sizeof(c->signed_text));
	buf_add_c(&b, "pli-seal-v1\n");
	buf_add(&b, stamp);
	buf_byte(&b, '\n');
	b.failed = b.failed || buf_room(&b, HASH_B64 + 1) == NULL;
	if (!b.failed)
		buf_grow(&b, base64_encode(b.ptr + b.len,
		    (struct str){ (char *)hash, HASH }));
	c->signed_len = b.failed ? 0 : b.len;
	memcpy(c->signed_text, b.ptr, c->signed_len);
	buf_free(&b);
}

static bool
fill(struct copy *c, const struct job *j, struct str plain,
    struct seal_cert *cert)
{
	unsigned char hash[HASH];
	struct frame f = { .fd = c->fd };
	bool ok;

	if (cert == NULL)
		ok = frame_plain(&f, plain, j->m.head_len, j->m.stamp);
	else
		ok = frame_begin(&f, j->m.outer, j->m.stamp) &&
		    seal_encrypt(cert, plain, frame_body, &f);
	if (cert != NULL)
		wipe_stack();
	if (!ok || !frame_end(&f, hash))
		return false;
	c->m.size = f.written;
	c->m.head_len = (uint32_t)f.head_len;
	c->signature_at = f.signature_at;
	set_signed_text(c, j->m.stamp, hash);
	return c->signed_len > 0;
}

static void
ask(struct role *r, struct copy *c)
{
	struct msg_keys_sign_seal m = { c->id,
	    { c->signed_text, c->signed_len } };

	c->asked = serve_send(r, serve_edge(r, ROLE_KEYS, 0), msg_keys,
	    KEYS_TYPES, KEYS_SIGN_SEAL, &m, NULL, 0);
}

bool
copy_make(struct role *r, const struct job *j, struct str plain,
    struct seal_cert *cert)
{
	const struct target *t = &j->target[j->next];
	struct copy *c = copy_new();

	if (c == NULL)
		return false;
	c->fd = memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (c->fd < 0)
		return false;
	c->m = (struct msg_store_deliver){ .ticket = t->ticket,
	    .group = j->m.group, .part = j->next + 1, .parts = j->targets,
	    .cert = t->cert, .date = j->m.date };
	if (!fill(c, j, plain, cert)) {
		close(c->fd);
		return false;
	}
	c->used = true;
	c->id = ++last_id;
	c->child = j->child;
	ask(r, c);
	return true;
}

static void
send_on(struct role *r, struct copy *c)
{
	int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;

	if (fcntl(c->fd, F_ADD_SEALS, seals) != 0 || !serve_send(r,
	    serve_edge(r, ROLE_STORE, 0), msg_store, STORE_TYPES,
	    STORE_DELIVER, &c->m, &c->fd, 1))
		seal_failed(r, c->child, c->m.group, VERDICT_LATER);
}

bool
copy_signed(struct role *r, struct chan_msg *in)
{
	struct msg_keys_signed m;

	if (field_get(msg_keys, KEYS_TYPES, in->wire, &m) != KEYS_SIGNED)
		return false;
	for (size_t i = 0; i < COPIES_MAX; i++) {
		struct copy *c = &copies[i];

		if (!c->used || c->id != m.id)
			continue;
		if (m.verdict == VERDICT_YES &&
		    m.signature.len == SIGNATURE && frame_sign(c->fd,
		    c->signature_at, (const unsigned char *)m.signature.ptr))
			send_on(r, c);
		else
			seal_failed(r, c->child, c->m.group, VERDICT_LATER);
		copy_end(c);
		return true;
	}
	return true;		/* its child is gone */
}

void
copy_ask_again(struct role *r)
{
	for (size_t i = 0; i < COPIES_MAX; i++)
		if (copies[i].used)
			ask(r, &copies[i]);
}

void
copy_child_gone(const struct peer *child)
{
	for (size_t i = 0; i < COPIES_MAX; i++)
		if (copies[i].used && copies[i].child == child)
			copy_end(&copies[i]);
}
