/* letterbox.c - a letter that waits in the queue, sealed. */

#include "os/letterbox.h"

#include <string.h>

#include "os/fd.h"
#include "os/memfd.h"

static void
put(struct letter_out *o, const unsigned char *p, size_t n)
{
	if (!o->failed)
		o->failed = !fd_write(o->fd,
		    (struct str){ (const char *)p, n });
	o->size += n;
}

static void
put_piece(struct letter_out *o, unsigned char tag)
{
	unsigned long long n;

	if (crypto_secretstream_xchacha20poly1305_push(&o->state, o->sealed,
	    &n, o->piece, o->len, NULL, 0, tag) != 0)
		o->failed = true;
	else
		put(o, o->sealed, (size_t)n);
	o->len = 0;
}

void
letter_create(struct letter_out *o, int fd,
    unsigned char key[LETTER_KEY_OCTETS])
{
	unsigned char header[LETTER_HEADER];

	o->fd = fd;
	o->size = o->octets = 0;
	o->len = 0;
	o->failed = sodium_init() < 0;
	crypto_secretstream_xchacha20poly1305_keygen(key);
	if (crypto_secretstream_xchacha20poly1305_init_push(&o->state, header,
	    key) != 0)
		o->failed = true;
	put(o, header, sizeof(header));
}

void
letter_add(struct letter_out *o, struct str s)
{
	while (s.len > 0 && !o->failed) {
		size_t n = LETTER_PIECE - o->len;

		if (n > s.len)
			n = s.len;
		memcpy(o->piece + o->len, s.ptr, n);
		o->len += n;
		o->octets += n;
		s.ptr += n;
		s.len -= n;
		if (o->len == LETTER_PIECE)
			put_piece(o, 0);
	}
}

bool
letter_close(struct letter_out *o)
{
	put_piece(o, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
	sodium_memzero(&o->state, sizeof(o->state));
	sodium_memzero(o->piece, sizeof(o->piece));
	return !o->failed;
}

static bool
get(struct letter_in *in, size_t n)
{
	if (!memfd_read(in->fd, in->at, in->sealed, n))
		return false;
	in->at += n;
	return true;
}

bool
letter_open(struct letter_in *in, int fd, uint64_t size,
    const unsigned char key[LETTER_KEY_OCTETS])
{
	in->fd = fd;
	in->size = size;
	in->at = 0;
	in->ended = false;
	return sodium_init() >= 0 &&
	    size >= LETTER_HEADER + LETTER_MORE_OCTETS &&
	    get(in, LETTER_HEADER) &&
	    crypto_secretstream_xchacha20poly1305_init_pull(&in->state,
	    in->sealed, key) == 0;
}

enum letter_status
letter_next(struct letter_in *in, struct str *out)
{
	uint64_t left = in->size - in->at;
	size_t n = left < sizeof(in->sealed) ? (size_t)left :
	    sizeof(in->sealed);
	unsigned long long len;
	unsigned char tag;

	if (in->ended)
		return LETTER_END;
	if (n < LETTER_MORE_OCTETS || !get(in, n) ||
	    crypto_secretstream_xchacha20poly1305_pull(&in->state, in->piece,
	    &len, &tag, in->sealed, n, NULL, 0) != 0)
		return LETTER_BROKEN;
	in->ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	if (in->ended != (in->at == in->size))
		return LETTER_BROKEN;
	*out = (struct str){ (const char *)in->piece, (size_t)len };
	return LETTER_OK;
}

void
letter_wipe(struct letter_in *in)
{
	sodium_memzero(&in->state, sizeof(in->state));
	sodium_memzero(in->piece, sizeof(in->piece));
}
