/*
 * identity.c - what the box says of its keys (proto/pli_identity.h).
 *
 * The record of the container has the box's identity key, and what that had
 * signed when this device was paired.  A later document of the same key counts
 * instead, and is kept in the mirror's note "=identity": records of the
 * container are pli's alone to write.  An older one than is known counts never.
 * The note "=box" is the identity key of the box that the mirror's ids are of.
 */

#include "sync/sync.h"

#include <string.h>

#include "os/clock.h"
#include "os/log.h"
#include "os/signature.h"
#include "home/net.h"

static const char path[] = "/.well-known/pli";

static bool
is_known(const struct sync *s, struct pli_identity *d)
{
	return s->document.len > 0 &&
	    pli_identity_parse(buf_str(&s->document), d);
}

void
identity_apply(const struct sync *s, struct record *r)
{
	struct pli_identity d;

	if (is_known(s, &d))
		(void)record_renew(r, &d);
}

/* It is signed by the key that the record names, and is newer. */
static bool
take(struct sync *s, const struct record *record, struct str text)
{
	struct pli_identity d, known;
	struct record r = *record;

	if (!pli_identity_parse(text, &d) || !record_renew(&r, &d) ||
	    !signature_identity(&d) || (is_known(s, &known) &&
	    memcmp(d.key, known.key, PLI_KEY) == 0 &&
	    d.serial <= known.serial))
		return false;
	buf_clear(&s->document);
	buf_add(&s->document, text);
	return !s->document.failed;
}

bool
identity_renew(struct sync *s, bool stranger)
{
	enum net_status status;
	struct buf text;
	bool new;

	s->identity_ms = clock_ms();
	if (!s->record.has_identity)
		return false;
	buf_init(&text, PLI_IDENTITY_MAX);
	status = stranger ? net_stranger(path, &text) :
	    net_call(from_c(path), NULL, (struct str){ NULL, 0 }, &text);
	new = status == NET_OK && take(s, &s->record, buf_str(&text));
	buf_free(&text);
	if (new) {
		s->document_new = true;
		log_event("box-identity", "stranger=%d", stranger);
	}
	return new;
}

bool
identity_meet(struct sync *s, const struct record *r)
{
	struct str now = { (const char *)r->identity, RECORD_KEY };
	struct buf was;
	bool ok;

	if (!r->has_identity)
		return true;
	buf_init(&was, REMOTE_VALUE_MAX);
	ok = mirror_note(s, "=box", &was);
	if (ok && was.len == 0)
		ok = mirror_keep(s, STR("=box"), 0, now);
	else if (ok && !str_eq(buf_str(&was), now)) {
		log_event("box-new", "its identity is another one");
		buf_clear(&s->document);
		ok = mirror_anew(s, STR("=box"), now);
	}
	buf_free(&was);
	return ok;
}

/* What lies in the mirror is looked at as if it had come just now. */
bool
identity_load(struct sync *s, const struct record *r)
{
	struct buf text;
	bool ok;

	if (s->document.len > 0 || !r->has_identity)
		return true;
	buf_init(&text, REMOTE_VALUE_MAX);
	ok = mirror_note(s, "=identity", &text);
	if (ok && text.len > 0)
		(void)take(s, r, buf_str(&text));
	buf_free(&text);
	return ok;
}

bool
identity_save(struct sync *s)
{
	if (!s->document_new)
		return true;
	s->document_new = !mirror_keep(s, STR("=identity"), 0,
	    buf_str(&s->document));
	return !s->document_new;
}
