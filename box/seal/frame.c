/*
 * frame.c - the bytes around the ciphertext (RFC 3156).
 *
 *	From: … (outer fields)
 *	Pli-Seal: v=1; STAMP;
 *	 h=BASE64;
 *	 s=BASE64
 *	MIME-Version: 1.0
 *	Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";
 *	 boundary="…"
 *
 *	--…
 *	Content-Type: application/pgp-encrypted
 *	…
 *
 * h is the SHA-256 of everything after the header's empty line; s is over
 * "pli-seal-v1", the stamp and h (pliseal.h).  Both have fixed lengths, so
 * that their places are kept while the body is written.
 */

#include <openssl/evp.h>
#include <unistd.h>

#include "base/wipe.h"
#include "codec/base64.h"
#include "codec/crc24.h"
#include "seal.h"

enum {
	ROOM = 256 << 10,
	LINE = 48,		/* octets in a line of 64 characters */
	PIECE = 3 * 16384,	/* octets encoded at a time: whole lines */
};

static char room[ROOM];
static EVP_MD *sha256;
static EVP_MD_CTX *digest;

/* Not random: the body is base64, which has no "-". */
#define BOUNDARY	"=-pli-sealed-="

static const char mime_head[] =
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/encrypted;\r\n"
    " protocol=\"application/pgp-encrypted\";\r\n"
    " boundary=\"" BOUNDARY "\"\r\n"
    "\r\n";

static const char body_head[] =
    "--" BOUNDARY "\r\n"
    "Content-Type: application/pgp-encrypted\r\n"
    "\r\n"
    "Version: 1\r\n"
    "\r\n"
    "--" BOUNDARY "\r\n"
    "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n"
    "\r\n"
    "-----BEGIN PGP MESSAGE-----\r\n"
    "\r\n";

static const char body_tail[] =
    "-----END PGP MESSAGE-----\r\n"
    "\r\n"
    "--" BOUNDARY "--\r\n";

static void
flush(struct frame *f)
{
	size_t done = 0;

	while (done < f->len && !f->failed) {
		ssize_t n = write(f->fd, f->at + done, f->len - done);

		if (n <= 0)
			f->failed = true;
		else
			done += (size_t)n;
	}
	f->written += f->len;
	f->len = 0;
}

static void
put(struct frame *f, const char *mem, size_t n)
{
	while (n > 0 && !f->failed) {
		size_t fits = ROOM - f->len < n ? ROOM - f->len : n;

		memcpy(f->at + f->len, mem, fits);
		f->len += fits;
		mem += fits;
		n -= fits;
		if (f->len == ROOM)
			flush(f);
	}
}

/* Of the body: also into the hash. */
static void
put_body(struct frame *f, const char *mem, size_t n)
{
	if (EVP_DigestUpdate(f->digest, mem, n) != 1)
		f->failed = true;
	put(f, mem, n);
}

static size_t
place(const struct frame *f)
{
	return f->written + f->len;
}

static void
put_seal_field(struct frame *f, struct str stamp)
{
	static const char blank[SIGNATURE_B64 + 1] =
	    "                                            "
	    "                                            ";

	put(f, "Pli-Seal: v=1; ", 15);
	put(f, stamp.ptr, stamp.len);
	put(f, ";\r\n h=", 6);
	f->hash_at = place(f);
	put(f, blank, HASH_B64);
	put(f, ";\r\n s=", 6);
	f->signature_at = place(f);
	put(f, blank, SIGNATURE_B64);
	put(f, "\r\n", 2);
}

static bool
start(struct frame *f)
{
	if (sha256 == NULL) {
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
		digest = EVP_MD_CTX_new();
	}
	f->at = room;
	f->len = f->written = f->rest_len = 0;
	f->failed = sha256 == NULL || digest == NULL ||
	    EVP_DigestInit_ex2(digest, sha256, NULL) != 1;
	f->digest = digest;
	f->crc = CRC24_INIT;
	return !f->failed;
}

bool
frame_begin(struct frame *f, struct str outer, struct str stamp)
{
	if (!start(f))
		return false;
	put(f, outer.ptr, outer.len);
	put_seal_field(f, stamp);
	put(f, mime_head, sizeof(mime_head) - 1);
	f->head_len = place(f);
	put_body(f, body_head, sizeof(body_head) - 1);
	return !f->failed;
}

bool
frame_plain(struct frame *f, struct str whole, size_t head_len,
    struct str stamp)
{
	if (head_len > whole.len || !start(f))
		return false;
	put_seal_field(f, stamp);
	put(f, whole.ptr, head_len);
	f->head_len = place(f);
	put_body(f, whole.ptr + head_len, whole.len - head_len);
	f->crc = 0;		/* no armour of ours */
	f->rest_len = SIZE_MAX;
	return !f->failed;
}

static void
put_lines(struct frame *f, const unsigned char *mem, size_t n)
{
	static char text[PIECE / 3 * 4 + PIECE / LINE * 2 + 8];
	struct str in = { (const char *)mem, n };

	put_body(f, text, base64_encode_lines(text, in, LINE / 3 * 4));
}

bool
frame_body(void *arg, const void *mem, size_t n)
{
	const unsigned char *p = mem;
	struct frame *f = arg;

	f->crc = crc24(f->crc, (struct str){ mem, n });
	if (f->rest_len > 0) {
		size_t need = LINE - f->rest_len < n ? LINE - f->rest_len : n;

		memcpy(f->rest + f->rest_len, p, need);
		f->rest_len += need;
		p += need;
		n -= need;
		if (f->rest_len == LINE) {
			put_lines(f, f->rest, LINE);
			f->rest_len = 0;
		}
	}
	while (n >= LINE) {
		size_t whole = n / LINE * LINE > PIECE ? PIECE :
		    n / LINE * LINE;

		put_lines(f, p, whole);
		p += whole;
		n -= whole;
	}
	memcpy(f->rest + f->rest_len, p, n);
	f->rest_len += n;
	return !f->failed;
}

static void
end_armour(struct frame *f)
{
	unsigned char crc[3] = { (unsigned char)(f->crc >> 16),
	    (unsigned char)(f->crc >> 8), (unsigned char)f->crc };
	char text[8] = "=";
	size_t n;

	if (f->rest_len > 0)
		put_lines(f, f->rest, f->rest_len);
	n = 1 + base64_encode(text + 1, (struct str){ (char *)crc, 3 });
	put_body(f, text, n);
	put_body(f, "\r\n", 2);
	put_body(f, body_tail, sizeof(body_tail) - 1);
}

bool
frame_end(struct frame *f, unsigned char hash[HASH])
{
	char text[HASH_B64 + 4];
	unsigned len = HASH;
	bool whole;

	if (f->rest_len != SIZE_MAX)
		end_armour(f);
	if (EVP_DigestFinal_ex(f->digest, hash, &len) != 1 || len != HASH)
		return false;
	(void)base64_encode(text, (struct str){ (char *)hash, HASH });
	whole = f->written == 0;	/* all of it is still in room */
	if (whole)
		memcpy(f->at + f->hash_at, text, HASH_B64);
	flush(f);
	if (!whole && pwrite(f->fd, text, HASH_B64,
	    (off_t)f->hash_at) != HASH_B64)
		return false;
	return !f->failed;
}

bool
frame_sign(int fd, size_t at, const unsigned char sig[SIGNATURE])
{
	char text[SIGNATURE_B64 + 4];

	(void)base64_encode(text,
	    (struct str){ (const char *)sig, SIGNATURE });
	return pwrite(fd, text, SIGNATURE_B64, (off_t)at) == SIGNATURE_B64;
}
