/*
 * letter.c - what was stored at the box becomes what is read here.
 *
 * What the box says about a message counts only with the box's signature over
 * what the message is; without it, it is a message that somebody encrypted.
 */

#include "sync/sync.h"

#include <sodium.h>
#include <string.h>

#include "mail/header.h"
#include "mail/pgpsigned.h"
#include "mail/pliseal.h"
#include "mail/unseal.h"
#include "os/clock.h"
#include "os/crypt.h"
#include "sync/status.h"

enum { ARENA_MAX = 64 << 20, RENEW_MS = 2000 };

/* What Pli-Seal is worth. */
enum word_of {
	WORD_NONE,		/* there is none */
	WORD_FORGED,		/* not our box's, or not of this text */
	WORD_SEALED,		/* it came in clear */
	WORD_KEPT,		/* it came encrypted */
};

static bool
is_signed(const struct sync *s, const struct pliseal *seal)
{
	struct str stamp = { seal->stamp, seal->stamp_len };
	struct buf text;
	bool ok = false;

	buf_init(&text, PLISEAL_SIGNED_MAX);
	pliseal_signed(&text, stamp, seal->hash);
	for (size_t i = 0; !text.failed && i < s->record.seals; i++)
		ok = ok || crypto_sign_verify_detached(seal->signature,
		    (const unsigned char *)text.ptr, text.len,
		    s->record.seal[i]) == 0;
	buf_free(&text);
	return ok;
}

/* Is it of this very text, and ours?  The box may have a newer key. */
static bool
seal_holds(struct sync *s, struct str stored, const struct pliseal *seal)
{
	size_t head = header_len(stored);
	unsigned char hash[CRYPT_HASH];

	crypt_sha256(hash, (struct str){ stored.ptr + head,
	    stored.len - head });
	if (!crypt_equal(hash, seal->hash, sizeof(hash)))
		return false;
	if (is_signed(s, seal))
		return true;
	if (clock_ms() - s->identity_ms < RENEW_MS ||
	    !identity_renew(s, false))
		return false;
	identity_apply(s, &s->record);
	return is_signed(s, seal);
}

static enum word_of
look(struct sync *s, struct str stored, struct pliseal *seal)
{
	struct header_field f;

	if (!header_find(stored, STR("Pli-Seal"), &f))
		return WORD_NONE;
	if (!pliseal_parse(seal, f.value) || !seal_holds(s, stored, seal))
		return WORD_FORGED;
	return str_take_word(&(struct str){ seal->stamp, seal->stamp_len },
	    STR(PLISEAL_KEPT ";")) ? WORD_KEPT : WORD_SEALED;
}

bool
letter_payload(struct str stored, struct buf *out)
{
	struct arena arena;
	bool any;

	arena_init(&arena, ARENA_MAX);
	any = unseal_payload(stored, &arena, out);
	arena_reset(&arena);
	if (!any)
		buf_clear(out);
	return any;
}

struct str
letter_from(struct str stored, struct str text, struct arena *arena)
{
	struct header_field f;

	if (header_find(unseal_inner(text, arena), STR("From"), &f) ||
	    header_find(stored, STR("From"), &f))
		return f.value;
	return STR("");
}

bool
letter_signed(struct str text, struct buf *over, struct buf *signature)
{
	struct arena arena;
	bool any;

	arena_init(&arena, ARENA_MAX);
	any = pgpsigned_take(text, &arena, over, signature);
	arena_reset(&arena);
	return any;
}

static bool
put(const struct unseal *u, struct buf *out)
{
	bool ok = unseal_message(u, out);

	if (!ok)
		buf_clear(out);
	return ok;
}

/* What could not be opened, or is not what it says, is there as it came. */
static bool
put_locked(struct str stored, struct str why, struct buf *out)
{
	struct unseal u = { UNSEAL_CLEAR, stored, STR(""), STR("") };
	struct buf status;
	bool ok;

	buf_init(&status, STATUS_MAX_OCTETS);
	status_locked(&status, why);
	u.status = buf_str(&status);
	ok = put(&u, out);
	buf_free(&status);
	return ok;
}

/* false: there is none, or more than one. */
static bool
only_from(struct str message, struct str *from)
{
	struct header h;
	struct header_field f;
	size_t n = 0;

	header_begin(&h, message);
	while (header_next(&h, &f))
		if (str_eq_nocase(f.name, STR("From")) && n++ == 0)
			*from = f.value;
	return n == 1;
}

/* Whose the From is that is shown: nothing but a look at the whole tells which
 * one that is.  *c is good until the mirror is asked again. */
static bool
is_known(struct sync *s, const struct unseal *u, struct contact *c)
{
	struct buf shown;
	struct str from;
	bool known;

	buf_init(&shown, (size_t)AGENT_TEXT_MAX + (1 << 20));
	known = put(u, &shown) && only_from(buf_str(&shown), &from) &&
	    contacts_find(s, from, c);
	buf_free(&shown);
	return known;
}

static bool
put_sealed(struct sync *s, struct str stored, const struct opened *o,
    const struct pliseal *seal, struct buf *out)
{
	struct unseal u = { UNSEAL_SEALED, stored, o->text, STR("") };
	struct contact c;
	struct buf status;
	bool ok;

	buf_init(&status, 2 * STATUS_MAX_OCTETS);
	status_sealed(&status, (struct str){ seal->stamp, seal->stamp_len });
	ok = status_signed(&status, o->apart ? o->signed_by : STR(""),
	    o->apart && is_known(s, &u, &c) ? &c.known : NULL);
	u.status = buf_str(&status);
	ok = ok && put(&u, out);
	buf_free(&status);
	return ok || put_locked(stored, STR("seal"), out);
}

static bool
put_clear(struct sync *s, struct str stored, const struct opened *o,
    struct buf *out)
{
	struct unseal u = { UNSEAL_CLEAR, stored, STR(""), STR("") };
	struct contact c;
	struct buf status;
	bool ok;

	buf_init(&status, 2 * STATUS_MAX_OCTETS);
	status_clear(&status);
	ok = status_signed(&status, o->signed_by,
	    o->apart && is_known(s, &u, &c) ? &c.known : NULL);
	u.status = buf_str(&status);
	ok = ok && put(&u, out);
	buf_free(&status);
	return ok;
}

static bool
put_encrypted(struct sync *s, struct str stored, const struct opened *o,
    bool forged, struct buf *out)
{
	struct unseal u = { UNSEAL_ENCRYPTED, stored, o->text, STR("") };
	struct contact c;
	struct buf status;
	bool ok, known = is_known(s, &u, &c);

	buf_init(&status, 2 * STATUS_MAX_OCTETS);
	ok = unseal_is_ours(o->text) && status_own(&status, o->signed_by,
	    from_c(s->fingerprint));
	ok = ok || status_e2e(&status, o->cipher, o->signed_by, forged,
	    known ? &c.known : NULL);
	u.status = buf_str(&status);
	ok = ok && put(&u, out);
	buf_free(&status);
	return ok;
}

bool
letter_make(struct sync *s, struct str stored, const struct opened *o,
    struct buf *out)
{
	static struct pliseal seal;
	enum word_of word;

	if (o->clear)
		return put_clear(s, stored, o, out);
	if (!o->yes)
		return put_locked(stored, o->why, out);
	word = look(s, stored, &seal);
	return word == WORD_SEALED ? put_sealed(s, stored, o, &seal, out) :
	    put_encrypted(s, stored, o, word == WORD_FORGED, out);
}
