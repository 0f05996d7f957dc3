/* unseal.c - the message that its owner reads. */

#include "mail/unseal.h"

#include "base/ascii.h"
#include "mail/bodies.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/param.h"
#include "mail/pgpsigned.h"
#include "mail/protect.h"

enum { ARENA_MAX = 64 << 20 };

bool
unseal_payload(struct str stored, struct arena *arena, struct buf *out)
{
	struct mime m;
	const struct mime_part *p;

	if (!mime_parse(&m, stored, arena) ||
	    !mime_is(m.root, STR("multipart"), STR("encrypted")) ||
	    m.root->children != 2)
		return false;
	p = mime_child(m.root, 1);
	if (!mime_is(p, STR("application"), STR("pgp-encrypted")))
		return false;
	bodies_decode(mime_child(m.root, 2), out);
	return !out->failed;
}

static bool
begins(struct str name, struct str with)
{
	return name.len >= with.len &&
	    str_eq_nocase((struct str){ name.ptr, with.len }, with);
}

static bool
is_ours(const struct header_field *f)
{
	return begins(f->name, STR("Pli-"));
}

static bool
is_of_content(const struct header_field *f)
{
	return begins(f->name, STR("Content-")) ||
	    str_eq_nocase(f->name, STR("MIME-Version"));
}

static void
put_field(struct buf *out, const struct header_field *f)
{
	buf_add(out, f->whole);
	if (f->whole.len == 0 || f->whole.ptr[f->whole.len - 1] != '\n')
		buf_add(out, STR("\r\n"));
}

static void
put_status(const struct unseal *u, struct buf *out)
{
	buf_add(out, STR("Pli-Status: "));
	buf_add(out, u->status);
	buf_add(out, STR("\r\n"));
}

static bool
is_parameter(struct str field, struct str name)
{
	struct str type, subtype;
	struct param p;

	if (!param_take_type(&field, &type, &subtype))
		return false;
	while (param_next(&field, &p))
		if (str_eq_nocase(p.name, name))
			return true;
	return false;
}

static bool
has_parameter(struct str entity, struct str name)
{
	struct header_field f;

	return header_find(entity, STR("Content-Type"), &f) &&
	    is_parameter(f.value, name);
}

static bool
is_protecting(struct str entity)
{
	return has_parameter(entity, STR("hp")) ||
	    has_parameter(entity, STR("protected-headers"));
}

/* A message from its first field on, without those that begin with "Pli-". */
static void
put_message(struct str message, struct buf *out)
{
	struct header h;
	struct header_field f;

	header_begin(&h, message);
	while (header_next(&h, &f))
		if (!is_ours(&f))
			put_field(out, &f);
	buf_add(out, h.rest);
}

/* What the box put before the original: up to Pli-Edit. */
static void
put_trace(struct str entity, struct buf *out)
{
	struct header h;
	struct header_field f;

	header_begin(&h, entity);
	while (header_next(&h, &f) && !is_ours(&f))
		if (str_eq_nocase(f.name, STR("Return-Path")) ||
		    str_eq_nocase(f.name, STR("Received")))
			put_field(out, &f);
}

static bool
put_sealed(const struct unseal *u, struct buf *out)
{
	struct buf original;
	bool ok;

	buf_init(&original, u->entity.len + 1);
	ok = protect_restore(u->entity, &original);
	if (ok) {
		put_trace(u->entity, out);
		put_message(buf_str(&original), out);
	}
	buf_free(&original);
	return ok;
}

/* Where an answer goes: RFC 9788 has all of these inside, so one outside was
 * put there by somebody else. */
static bool
is_of_answer(const struct header_field *f)
{
	static const struct str names[] = { STR_INIT("To"), STR_INIT("Cc"),
	    STR_INIT("Bcc"), STR_INIT("Reply-To"), STR_INIT("Sender"),
	    STR_INIT("Mail-Reply-To"), STR_INIT("Mail-Followup-To") };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq_nocase(f->name, names[i]))
			return true;
	return false;
}

/* Of the outer header what does not come from inside.  whole: the entity has
 * all of the sender's header. */
static void
put_outer(const struct unseal *u, bool protecting, bool whole, struct buf *out)
{
	struct header h;
	struct header_field f, inner;

	header_begin(&h, u->stored);
	while (header_next(&h, &f)) {
		if (is_ours(&f) || is_of_content(&f) || f.name.len == 0)
			continue;
		if (protecting && header_find(u->entity, f.name, &inner))
			continue;
		if (whole && is_of_answer(&f))
			continue;
		put_field(out, &f);
	}
}

/* Of the entity's header all, or what describes its content. */
static void
put_inner(const struct unseal *u, bool protecting, struct buf *out)
{
	struct header h;
	struct header_field f;

	header_begin(&h, u->entity);
	while (header_next(&h, &f))
		if (!is_ours(&f) && (protecting || is_of_content(&f)) &&
		    f.name.len > 0 && !begins(f.name, STR("HP-Outer")))
			put_field(out, &f);
	if (!header_is_closed(str_before(u->entity, h.rest)) &&
	    str_peek(h.rest) != '\r' && str_peek(h.rest) != '\n')
		buf_add(out, STR("\r\n"));
	buf_add(out, h.rest);
}

struct str
unseal_inner(struct str entity, struct arena *arena)
{
	struct str part;

	(void)pgpsigned_find(entity, arena, &part);
	return part;
}

bool
unseal_is_ours(struct str entity)
{
	struct header_field f;

	return header_find(entity, STR("Pli-Edit"), &f);
}

static void
put_encrypted(const struct unseal *u, struct buf *out)
{
	struct unseal was = *u;
	struct buf original;
	struct arena arena;
	bool protecting;

	arena_init(&arena, ARENA_MAX);
	buf_init(&original, u->entity.len + 1);
	if (unseal_is_ours(u->entity) &&
	    protect_restore(u->entity, &original)) {
		was.entity = buf_str(&original);
		put_outer(&was, true, true, out);
		put_message(was.entity, out);
	} else {
		was.entity = unseal_inner(u->entity, &arena);
		protecting = is_protecting(was.entity);
		put_outer(&was, protecting, has_parameter(was.entity,
		    STR("hp")), out);
		put_inner(&was, protecting, out);
	}
	buf_free(&original);
	arena_reset(&arena);
}

bool
unseal_message(const struct unseal *u, struct buf *out)
{

	put_status(u, out);
	switch (u->kind) {
	case UNSEAL_SEALED:
		if (!put_sealed(u, out))
			return false;
		break;
	case UNSEAL_ENCRYPTED:
		put_encrypted(u, out);
		break;
	case UNSEAL_CLEAR:
		put_message(u->stored, out);
		break;
	}
	return !out->failed;
}
