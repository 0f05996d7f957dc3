/*
 * frame.c - the bytes around the ciphertext (RFC 3156), in a memfd.
 *
 *	Pli-Seal: …				mail/pliseal.h
 *	From: … (outer fields)
 *	MIME-Version, …				mail/pgpwrap.h
 *
 * Pli-Seal has the hash of all that follows the empty line, and a signature
 * that comes later: its place in front is kept, and written at the end.
 */

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "codec/base64.h"
#include "codec/crc24.h"
#include "mail/pgpwrap.h"
#include "os/fd.h"
#include "os/memfd.h"
#include "seal.h"

enum {
	ROOM = 256 << 10,	/* octets of one write; touched as used */
	LINE = 48,		/* octets in a line */
	LINE64 = 64,		/* characters they become */
	MARGIN = 1024,		/* more than the end of the armour */
};

static char room[ROOM];
static EVP_MD *sha256;
static EVP_MD_CTX *digest;

static const struct str armour_head = STR_INIT(
    "-----BEGIN PGP MESSAGE-----\r\n"
    "\r\n");
static const struct str armour_tail = STR_INIT(
    "-----END PGP MESSAGE-----\r\n");

/* Write what waits; hash what is body of it. */
static void
flush(struct frame *f)
{
	size_t done = f->written < f->head_len ? f->head_len - f->written : 0;

	if (done > f->len)		/* of a message kept as it is */
		done = f->len;
	if (EVP_DigestUpdate(digest, room + done, f->len - done) != 1)
		f->failed = true;
	if (!f->failed)
		f->failed = !fd_write(f->fd, (struct str){ room, f->len });
	f->written += f->len;
	f->len = 0;
}

static void
put(struct frame *f, struct str s)
{
	while (s.len > 0 && !f->failed) {
		size_t n = ROOM - f->len < s.len ? ROOM - f->len : s.len;

		memcpy(room + f->len, s.ptr, n);
		f->len += n;
		s.ptr += n;
		s.len -= n;
		if (f->len == ROOM)
			flush(f);
	}
}

/* The field as it will be, but for hash and signature. */
static bool
put_seal_field(struct frame *f, struct str stamp)
{
	static const unsigned char none[PLISEAL_SIGNATURE];
	static struct buf field;

	if (field.limit == 0)
		buf_init(&field, PLISEAL_FIELD_MAX);
	buf_clear(&field);
	pliseal_put(&field, stamp, none, none);
	put(f, buf_str(&field));
	return !field.failed;
}

static bool
begin(struct frame *f, struct str stamp)
{
	*f = (struct frame){ .fd = f->fd, .crc = CRC24_INIT };
	return EVP_DigestInit_ex2(digest, sha256, NULL) == 1 &&
	    put_seal_field(f, stamp);
}

bool
frame_ready(void)
{
	/* openssl.cnf has nothing to say here */
	return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1 &&
	    (sha256 = EVP_MD_fetch(NULL, "SHA256", NULL)) != NULL &&
	    (digest = EVP_MD_CTX_new()) != NULL;
}

bool
frame_begin(struct frame *f, struct str outer, struct str stamp)
{
	_Static_assert(PLISEAL_FIELD_MAX + OUTER_MAX + MARGIN < ROOM,
	    "the header fits");

	if (!begin(f, stamp))
		return false;
	put(f, outer);
	put(f, pgpwrap_fields);
	f->head_len = f->len;
	put(f, pgpwrap_before);
	put(f, armour_head);
	return !f->failed;
}

/* Whole lines, but for the last of a message. */
static void
put_lines(struct frame *f, struct str in)
{
	while (in.len > 0 && !f->failed) {
		size_t fits = (ROOM - f->len) / (LINE64 + 2) * LINE;
		struct str piece = in;

		if (piece.len > fits)
			piece.len = fits;
		f->len += base64_encode_lines(room + f->len, piece, LINE64);
		in.ptr += piece.len;
		in.len -= piece.len;
		if (in.len > 0 || ROOM - f->len < MARGIN)
			flush(f);
	}
}

bool
frame_body(void *arg, const void *mem, size_t n)
{
	struct frame *f = arg;
	struct str in = { mem, n };
	size_t need = LINE - f->rest_len < n ? LINE - f->rest_len : n;

	f->crc = crc24(f->crc, in);
	if (f->rest_len > 0) {
		memcpy(f->rest + f->rest_len, in.ptr, need);
		f->rest_len += need;
		in.ptr += need;
		in.len -= need;
		if (f->rest_len < LINE)
			return true;
		put_lines(f, (struct str){ (char *)f->rest, LINE });
	}
	f->rest_len = in.len % LINE;
	in.len -= f->rest_len;
	put_lines(f, in);
	memcpy(f->rest, in.ptr + in.len, f->rest_len);
	return !f->failed;
}

static bool
finish(struct frame *f, unsigned char hash[PLISEAL_HASH])
{
	unsigned n = PLISEAL_HASH;

	if (f->failed)
		return false;
	flush(f);
	return EVP_DigestFinal_ex(digest, hash, &n) == 1 &&
	    n == PLISEAL_HASH && !f->failed;
}

bool
frame_end(struct frame *f, unsigned char hash[PLISEAL_HASH])
{
	char crc[3] = { (char)(f->crc >> 16), (char)(f->crc >> 8),
	    (char)f->crc };
	char text[8] = "=";
	size_t n;

	put_lines(f, (struct str){ (char *)f->rest, f->rest_len });
	n = 1 + base64_encode(text + 1, (struct str){ crc, sizeof(crc) });
	put(f, (struct str){ text, n });
	put(f, STR("\r\n"));
	put(f, armour_tail);
	put(f, pgpwrap_after);
	return finish(f, hash);
}

bool
frame_as_is(struct frame *f, struct str whole, size_t head_len,
    struct str stamp, unsigned char hash[PLISEAL_HASH])
{
	if (!begin(f, stamp))
		return false;
	f->head_len = f->len + head_len;
	put(f, whole);
	return finish(f, hash);
}

bool
frame_sign(int fd, struct str stamp, const unsigned char hash[PLISEAL_HASH],
    const unsigned char signature[PLISEAL_SIGNATURE])
{
	static struct buf field;

	if (field.limit == 0)
		buf_init(&field, PLISEAL_FIELD_MAX);
	buf_clear(&field);
	pliseal_put(&field, stamp, hash, signature);
	return !field.failed &&
	    pwrite(fd, field.ptr, field.len, 0) == (ssize_t)field.len;
}
