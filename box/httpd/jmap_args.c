/* jmap_args.c - arguments of methods, and values of responses. */

#include <string.h>

#include "base/ascii.h"
#include "codec/utf8.h"
#include "jmap.h"
#include "mail/date.h"

json_t *
jmap_fail(struct jmap *j, const char *error, const char *why)
{
	if (j->error == NULL) {
		j->error = error;
		j->why = why;
	}
	return NULL;
}

bool
jmap_account(struct jmap *j, json_t *args)
{
	const char *id = json_string_value(json_object_get(args,
	    "accountId"));

	if (id == NULL)
		jmap_fail(j, "invalidArguments", "accountId");
	else if (strcmp(id, j->account) != 0)
		jmap_fail(j, "accountNotFound", NULL);
	else
		return true;
	return false;
}

static bool
is_named(const char *const *names, const char *name)
{
	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

bool
jmap_only(struct jmap *j, json_t *args, const char *const *names)
{
	const char *key;
	json_t *value;

	json_object_foreach(args, key, value)
		if (strcmp(key, "accountId") != 0 && !is_named(names, key)) {
			jmap_fail(j, "invalidArguments",
			    "an argument that is not known");
			return false;
		}
	return jmap_account(j, args);
}

bool
jmap_bool(struct jmap *j, json_t *args, const char *name, bool *out)
{
	json_t *v = json_object_get(args, name);

	if (v == NULL)
		return true;
	if (!json_is_boolean(v)) {
		jmap_fail(j, "invalidArguments", name);
		return false;
	}
	*out = json_is_true(v);
	return true;
}

bool
jmap_int(struct jmap *j, json_t *args, const char *name, int64_t least,
    int64_t *out)
{
	json_t *v = json_object_get(args, name);

	if (v == NULL || json_is_null(v))
		return true;
	if (!json_is_integer(v) || json_integer_value(v) < least ||
	    json_integer_value(v) > ((int64_t)1 << 53) - 1) {
		jmap_fail(j, "invalidArguments", name);
		return false;
	}
	*out = json_integer_value(v);
	return true;
}

bool
jmap_since(struct jmap *j, json_t *args, uint64_t *since, int64_t *max)
{
	static const char *const names[] = { "sinceState", "maxChanges",
	    NULL };
	json_t *state = json_object_get(args, "sinceState");

	*max = 0;
	if (!jmap_only(j, args, names) ||
	    !jmap_int(j, args, "maxChanges", 1, max))
		return false;
	if (!json_is_string(state)) {
		jmap_fail(j, "invalidArguments", "sinceState");
		return false;
	}
	if (jmap_state_parse(state, since))
		return true;
	jmap_fail(j, "cannotCalculateChanges", "no state of ours");
	return false;
}

bool
jmap_properties(struct jmap *j, json_t *args, const char *const *names,
    bool (*may)(const char *), json_t **out)
{
	json_t *list = json_object_get(args, "properties");
	json_t *one;
	size_t i;

	*out = NULL;
	if (list == NULL || json_is_null(list))
		return true;
	*out = list;
	if (!json_is_array(list)) {
		jmap_fail(j, "invalidArguments", "properties");
		return false;
	}
	json_array_foreach(list, i, one) {
		const char *name = json_string_value(one);

		if (name == NULL || !(is_named(names, name) ||
		    (may != NULL && may(name)))) {
			jmap_fail(j, "invalidArguments", "properties");
			return false;
		}
	}
	return true;
}

bool
jmap_wants(json_t *properties, const char *name)
{
	json_t *one;
	size_t i;

	if (properties == NULL)
		return true;
	json_array_foreach(properties, i, one)
		if (strcmp(json_string_value(one), name) == 0)
			return true;
	return false;
}

json_t *
jmap_text(struct str s)
{
	json_t *value = json_stringn(s.len > 0 ? s.ptr : "", s.len);
	struct buf clean;

	if (value != NULL)
		return value;
	buf_init(&clean, 3 * s.len + 1);
	utf8_clean(&clean, s);
	value = json_stringn(clean.len > 0 ? clean.ptr : "", clean.len);
	buf_free(&clean);
	return value;
}

json_t *
jmap_date_json(uint64_t seconds)
{
	struct date d = date_of((int64_t)seconds, 0);
	unsigned part[] = { d.month, d.day, d.hour, d.minute, d.second };
	json_t *value;
	struct buf b;

	buf_init(&b, 64);
	date_put_digits(&b, (unsigned)d.year, 4);
	for (size_t i = 0; i < 5; i++) {
		buf_byte(&b, "--T::"[i]);
		date_put_digits(&b, part[i], 2);
	}
	buf_byte(&b, 'Z');
	value = jmap_text(buf_str(&b));
	buf_free(&b);
	return value;
}

static bool
take_digits(struct str *in, size_t n, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit((unsigned char)(in->len > 0 ? *in->ptr : 0)))
			return false;
		*out = *out * 10 + (unsigned)(*in->ptr - '0');
		in->ptr++;
		in->len--;
	}
	return true;
}

/* UTCDate: RFC 8620, 1.4. */
bool
jmap_date_parse(const char *text, uint64_t *seconds)
{
	static const char between[] = "--T::";
	struct str in = from_c(text);
	struct date d = { 0 };
	unsigned year, *part[] = { &d.month, &d.day, &d.hour, &d.minute,
	    &d.second };
	int64_t at;

	if (!take_digits(&in, 4, &year))
		return false;
	d.year = (int)year;
	for (size_t i = 0; i < 5; i++)
		if (!str_take_byte(&in, between[i]) ||
		    !take_digits(&in, 2, part[i]))
			return false;
	if (str_take_byte(&in, '.'))
		str_take_while(&in, is_digit);
	if (!str_take_byte(&in, 'Z') || in.len > 0 || d.year < 1970 ||
	    d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 ||
	    d.hour > 23 || d.minute > 59 || d.second > 60)
		return false;
	at = date_seconds(&d);
	*seconds = at < 0 ? 0 : (uint64_t)at;
	return true;
}

json_t *
jmap_changes(uint64_t old, uint64_t now, bool more)
{
	json_t *r = json_object();

	json_object_set_new(r, "oldState", jmap_state_json(old));
	json_object_set_new(r, "newState", jmap_state_json(now));
	json_object_set_new(r, "hasMoreChanges", json_boolean(more));
	json_object_set_new(r, "created", json_array());
	json_object_set_new(r, "updated", json_array());
	json_object_set_new(r, "destroyed", json_array());
	return r;
}
