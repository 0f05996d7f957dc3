/* jmap_ref.c - references to earlier results: RFC 8620, 3.7. */

#include <string.h>

#include "jmap.h"

/* The arguments of the response to that call; borrowed. */
static json_t *
result_of(struct jmap *j, const char *call, const char *name)
{
	json_t *one;
	size_t i;

	json_array_foreach(j->responses, i, one) {
		const char *id = json_string_value(json_array_get(one, 2));

		if (id == NULL || strcmp(id, call) != 0)
			continue;
		return strcmp(json_string_value(json_array_get(one, 0)),
		    name) == 0 ? json_array_get(one, 1) : NULL;
	}
	return NULL;
}

static bool
is_no_slash(unsigned char c)
{
	return c != '/';
}

/* One token of a pointer, "~1" and "~0" undone (RFC 6901, 4). */
static bool
take_token(struct str *path, struct buf *token)
{
	struct str raw;

	buf_clear(token);
	if (!str_take_byte(path, '/'))
		return false;
	raw = str_take_while(path, is_no_slash);
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.ptr[i];

		if (c == '~') {
			if (++i == raw.len || (raw.ptr[i] != '0' &&
			    raw.ptr[i] != '1'))
				return false;
			c = raw.ptr[i] == '0' ? '~' : '/';
		}
		buf_byte(token, c);
	}
	return !token->failed;
}

static json_t *
step(json_t *at, struct str token)
{
	struct str rest = token;
	uint64_t n;

	if (json_is_object(at))
		return json_object_getn(at, token.len > 0 ? token.ptr : "",
		    token.len);
	if (!json_is_array(at) || !str_take_u64(&rest, &n) || rest.len > 0 ||
	    (token.len > 1 && token.ptr[0] == '0'))
		return NULL;
	return json_array_get(at, (size_t)n);
}

static json_t *evaluate(json_t *at, struct str path, unsigned depth);

/* "*": of each element; lists come as one list. */
static json_t *
each(json_t *list, struct str path, unsigned depth)
{
	json_t *all = json_array(), *one, *value;
	size_t i;

	json_array_foreach(list, i, one) {
		value = evaluate(one, path, depth + 1);
		if (value == NULL) {
			json_decref(all);
			return NULL;
		}
		if (json_is_array(value))
			json_array_extend(all, value);
		else
			json_array_append(all, value);
		json_decref(value);
	}
	return all;
}

/* A new reference. */
static json_t *
evaluate(json_t *at, struct str path, unsigned depth)
{
	struct buf token;
	bool star;

	if (depth > JMAP_DEPTH_MAX)
		return NULL;
	buf_init(&token, 1024);
	while (at != NULL && path.len > 0) {
		if (!take_token(&path, &token)) {
			at = NULL;
			break;
		}
		star = json_is_array(at) && str_eq(buf_str(&token), STR("*"));
		if (star) {
			buf_free(&token);
			return each(at, path, depth);
		}
		at = step(at, buf_str(&token));
	}
	buf_free(&token);
	return json_incref(at);
}

static json_t *
look_up(struct jmap *j, json_t *ref)
{
	const char *call, *name, *path;
	json_t *from;

	if (json_unpack(ref, "{s:s, s:s, s:s}", "resultOf", &call, "name",
	    &name, "path", &path) != 0)
		return NULL;
	from = result_of(j, call, name);
	return from == NULL ? NULL : evaluate(from, from_c(path), 0);
}

json_t *
jmap_resolve(struct jmap *j, json_t *args)
{
	json_t *out = json_object(), *value, *found;
	const char *key;

	json_object_foreach(args, key, value) {
		if (key[0] != '#') {
			json_object_set(out, key, value);
			continue;
		}
		if (json_object_get(args, key + 1) != NULL)
			jmap_fail(j, "invalidArguments",
			    "given itself and by reference");
		found = look_up(j, value);
		if (found == NULL)
			jmap_fail(j, "invalidResultReference", NULL);
		json_object_set_new(out, key + 1, found);
	}
	if (j->error == NULL)
		return out;
	json_decref(out);
	return NULL;
}
