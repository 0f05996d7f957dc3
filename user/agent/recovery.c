/* recovery.c - the copy of the key that is printed. */

#include "agent/recovery.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/ascii.h"
#include "base/wipe.h"

enum { TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES, DERIVED = 56 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const struct str mark = STR_INIT("PLI1:");

const char *
recovery_word(enum recovery_status status)
{
	static const char *const words[RECOVERY_STATUSES] = {
		[RECOVERY_OK] = "ok", [RECOVERY_NONE] = "no-recovery",
		[RECOVERY_PART_LACKS] = "part", [RECOVERY_WORDS] = "words",
		[RECOVERY_BIG] = "big",
	};

	assert(status < RECOVERY_STATUSES);
	return words[status];
}

/* 32 octets of key, 24 of nonce. */
static void
derive(const unsigned char secret[WORDS_SECRET], unsigned char out[DERIVED])
{
	static const unsigned char purpose[] = "pli recovery sheet 1";

	(void)crypto_generichash(out, DERIVED, secret, WORDS_SECRET, purpose,
	    sizeof(purpose) - 1);
}

static void
put_base32(struct buf *out, const unsigned char *in, size_t n)
{
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | in[i]) & 0xfff;
		for (have += 8; have >= 5; have -= 5)
			buf_byte(out, alphabet[bits >> (have - 5) & 31]);
	}
	if (have > 0)
		buf_byte(out, alphabet[bits << (5 - have) & 31]);
}

static void
put_parts(struct buf *text, struct str letters)
{
	size_t parts = (letters.len + RECOVERY_PART - 1) / RECOVERY_PART;

	for (size_t i = 0; i < parts; i++) {
		struct str part = letters;

		if (part.len > RECOVERY_PART)
			part.len = RECOVERY_PART;
		letters.ptr += part.len;
		letters.len -= part.len;
		buf_add(text, mark);
		buf_add_u64(text, i + 1);
		buf_byte(text, '/');
		buf_add_u64(text, parts);
		buf_byte(text, ':');
		buf_add(text, part);
		buf_byte(text, '\n');
	}
}

enum recovery_status
recovery_put(struct buf *text, struct str records,
    const unsigned char secret[WORDS_SECRET])
{
	unsigned char derived[DERIVED];
	unsigned char sealed[RECOVERY_SEALED_MAX];
	struct buf letters;

	if (records.len > sizeof(sealed) - TAG)
		return RECOVERY_BIG;
	derive(secret, derived);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL,
	    (const unsigned char *)records.ptr, records.len, NULL, 0, NULL,
	    derived + 32, derived);
	buf_init(&letters, RECOVERY_TEXT_MAX);
	put_base32(&letters, sealed, records.len + TAG);
	put_parts(text, buf_str(&letters));
	buf_free(&letters);
	wipe(derived, sizeof(derived));
	return text->failed ? RECOVERY_BIG : RECOVERY_OK;
}

/* What was typed or scanned, by part. */
struct parts {
	struct str part[RECOVERY_PARTS_MAX];
	uint64_t count;
};

static bool
find_mark(struct str *in)
{
	while (in->len > 0) {
		if (str_take_word(in, mark))
			return true;
		in->ptr++;
		in->len--;
	}
	return false;
}

/* After the mark: "1/2:", then letters until the next mark. */
static bool
take_part(struct str *in, struct parts *p)
{
	struct str rest;
	uint64_t n, of;

	if (!str_take_u64(in, &n) || !str_take_byte(in, '/') ||
	    !str_take_u64(in, &of) || !str_take_byte(in, ':') || n == 0 ||
	    n > of || of > RECOVERY_PARTS_MAX ||
	    (p->count != 0 && p->count != of))
		return false;
	p->count = of;
	rest = *in;
	if (find_mark(&rest)) {
		rest.ptr -= mark.len;
		rest.len += mark.len;
	}
	p->part[n - 1] = str_before(*in, rest);
	*in = rest;
	return true;
}

static bool
is_blank(unsigned char c)
{
	return c <= ' ' || c == '-';
}

/* Octets of the letters of all parts together. */
static bool
decode(const struct parts *p, struct buf *out)
{
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->part[i].len; k++) {
			char c = p->part[i].ptr[k];
			const char *at;

			if (is_blank((unsigned char)c))
				continue;
			c = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
			at = memchr(alphabet, c, 32);
			if (at == NULL)
				return false;
			bits = (bits << 5 | (unsigned)(at - alphabet)) & 0xfff;
			have += 5;
			if (have < 8)
				continue;
			have -= 8;
			buf_byte(out, (char)(bits >> have & 0xff));
		}
	return !out->failed;
}

static enum recovery_status
open_up(struct str sealed, const unsigned char secret[WORDS_SECRET],
    struct buf *records)
{
	unsigned char derived[DERIVED];
	char *room;
	bool ok;

	if (sealed.len < TAG)
		return RECOVERY_NONE;
	room = buf_room(records, sealed.len);
	if (room == NULL)
		return RECOVERY_BIG;
	derive(secret, derived);
	ok = crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)room,
	    NULL, NULL, (const unsigned char *)sealed.ptr, sealed.len, NULL, 0,
	    derived + 32, derived) == 0;
	wipe(derived, sizeof(derived));
	if (ok)
		buf_grow(records, sealed.len - TAG);
	return ok ? RECOVERY_OK : RECOVERY_WORDS;
}

enum recovery_status
recovery_take(struct str text, const unsigned char secret[WORDS_SECRET],
    struct buf *records)
{
	enum recovery_status status;
	struct parts p = { .count = 0 };
	struct buf sealed;

	if (text.len > RECOVERY_TEXT_MAX || !find_mark(&text))
		return RECOVERY_NONE;
	do
		if (!take_part(&text, &p))
			return RECOVERY_NONE;
	while (find_mark(&text));
	for (size_t i = 0; i < p.count; i++)
		if (p.part[i].len == 0)
			return RECOVERY_PART_LACKS;
	buf_init(&sealed, RECOVERY_SEALED_MAX);
	status = decode(&p, &sealed) ?
	    open_up(buf_str(&sealed), secret, records) : RECOVERY_NONE;
	buf_free(&sealed);
	return status;
}
