/* status.c - the value of Pli-Status. */

#include "sync/status.h"

#include "ipc/field.h"

static bool
is_key(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_word(unsigned char c)
{
	return c > ' ' && c < 127 && c != ';';
}

static bool
is_not_semicolon(unsigned char c)
{
	return c != ';';
}

/* A fact that is none leaves no trace. */
static void
fact(struct buf *out, struct str key, struct str word)
{
	struct str rest = word, name = key;

	(void)str_take_while(&rest, is_word);
	(void)str_take_while(&name, is_key);
	if (word.len == 0 || key.len == 0 || rest.len > 0 || name.len > 0)
		return;
	buf_add_c(out, "; ");
	buf_add(out, key);
	buf_byte(out, '=');
	buf_add(out, word);
}

void
status_sealed(struct buf *out, struct str stamp)
{
	buf_add_c(out, "sealed");
	while (stamp.len > 0) {
		struct str item = str_take_while(&stamp, is_not_semicolon);
		struct str key = str_take_while(&item, is_key);

		if (str_take_byte(&item, '=') && out->len + key.len +
		    item.len + 4 < STATUS_MAX_OCTETS)
			fact(out, key, item);
		(void)str_take_byte(&stamp, ';');
	}
}

static bool
take_signature(struct str *in, struct status_signature *s)
{
	struct str hash;

	return field_take_str(in, &s->verdict) &&
	    field_take_str(in, &s->key_id) &&
	    field_take_str(in, &s->fingerprint) && field_take_str(in, &hash) &&
	    field_take_u64(in, &s->made);
}

/* A good one, else the first. */
static bool
choose(struct str all, struct status_signature *best, bool *any)
{
	struct status_signature s;

	*any = false;
	while (all.len > 0) {
		if (!take_signature(&all, &s))
			return false;
		if (!*any || (str_eq(s.verdict, STR("good")) &&
		    !str_eq(best->verdict, STR("good"))))
			*best = s;
		*any = true;
	}
	return true;
}

static void
put_known(struct buf *out, const struct status_known *k)
{
	fact(out, STR("of"), k->address);
	if (k->since > 0) {
		buf_add_c(out, "; first=");
		buf_add_u64(out, k->since);
	}
	fact(out, STR("how"), k->how);
}

static void
put_signature(struct buf *out, const struct status_signature *s,
    const struct status_known *known)
{
	bool good = str_eq(s->verdict, STR("good"));
	bool theirs = good && known != NULL &&
	    str_eq(s->fingerprint, known->fingerprint);

	fact(out, STR("sig"), good && !theirs ? STR("other") : s->verdict);
	fact(out, STR("key"), s->fingerprint.len > 0 ? s->fingerprint :
	    s->key_id);
	if (s->made > 0) {
		buf_add_c(out, "; made=");
		buf_add_u64(out, s->made);
	}
	if (theirs)
		put_known(out, known);
}

bool
status_signed(struct buf *out, struct str signatures,
    const struct status_known *known)
{
	struct status_signature s = { 0 };
	bool any;

	if (!choose(signatures, &s, &any))
		return false;
	if (any)
		put_signature(out, &s, known);
	return true;
}

bool
status_e2e(struct buf *out, struct str cipher, struct str signatures,
    bool forged, const struct status_known *known)
{
	struct status_signature s = { 0 };
	bool any;

	if (!choose(signatures, &s, &any))
		return false;
	buf_add_c(out, "e2e");
	fact(out, STR("cipher"), cipher);
	if (any)
		put_signature(out, &s, known);
	else
		fact(out, STR("sig"), STR("none"));
	if (forged)
		buf_add_c(out, "; forged=1");
	return true;
}

bool
status_own(struct buf *out, struct str signatures, struct str fingerprint)
{
	struct status_signature s;

	while (signatures.len > 0) {
		if (!take_signature(&signatures, &s))
			return false;
		if (!str_eq(s.verdict, STR("good")) ||
		    !str_eq(s.fingerprint, fingerprint))
			continue;
		buf_add_c(out, "own");
		fact(out, STR("key"), s.fingerprint);
		if (s.made > 0) {
			buf_add_c(out, "; made=");
			buf_add_u64(out, s.made);
		}
		return true;
	}
	return false;
}

void
status_clear(struct buf *out)
{
	buf_add_c(out, "clear");
}

void
status_locked(struct buf *out, struct str why)
{
	buf_add_c(out, "locked");
	fact(out, STR("why"), why);
}
