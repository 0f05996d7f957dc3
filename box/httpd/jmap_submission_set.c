/* jmap_submission_set.c - EmailSubmission/set: send, have back, forget; and
 * what is to become of the email then.  RFC 8621, 7.5. */

#include <string.h>

#include "base/verdict.h"
#include "jmap_submission.h"

/* Of this call: which email each submission is of, by id. */
static json_t *emails;

static json_t *
invalid(const char *property)
{
	return jmap_set_error("invalidProperties", NULL, property);
}

static uint64_t
random_id(void)
{
	uint64_t n;

	crypt_random(&n, sizeof(n));
	return n >> 1 | 1;
}

static void
note_email(json_t *o)
{
	json_object_set(emails, json_string_value(json_object_get(o, "id")),
	    json_object_get(o, "emailId"));
}

static json_t *
send_one(struct jmap *j, json_t *o, const struct letter *l, uint64_t id)
{
	json_t *address = NULL, *envelope = NULL, *error;
	uint64_t identity;

	if (!identity_find(j, json_object_get(o, "identityId"), &identity,
	    &address))
		return j->gone ? jmap_set_error("serverFail", NULL, NULL) :
		    invalid("identityId");
	error = envelope_take(json_object_get(o, "envelope"), l->header,
	    json_string_value(address), &envelope);
	if (error == NULL)
		error = letter_send(j, l, envelope, id, identity);
	json_decref(address);
	json_decref(envelope);
	return error;
}

/* What the client has not said itself. */
static json_t *
news_of(struct jmap *j, json_t *given, uint64_t id)
{
	json_t *o = submission_object(j, id), *value;
	const char *key;

	/* it is on its way, whatever cannot be told of it now */
	if (o == NULL)
		return json_pack("{s:o}", "id", jmap_id_json('x', id));
	note_email(o);
	json_object_foreach(given, key, value)
		if (!json_is_null(value))
			json_object_del(o, key);
	return o;
}

static json_t *
create(struct jmap *j, json_t *o, json_t **out)
{
	static const char *const known[] = { "identityId", "emailId",
	    "blobId", "envelope", "pliClear" };
	const size_t all = sizeof(known) / sizeof(known[0]);
	uint64_t id = random_id();
	struct letter l;
	const char *key;
	json_t *value, *error;
	size_t i;

	json_object_foreach(o, key, value) {
		for (i = 0; i < all && strcmp(key, known[i]) != 0; i++)
			;
		if (i == all)
			return invalid(key);
	}
	error = letter_begin(j, o, &l);
	l.clear = json_is_true(json_object_get(o, "pliClear"));
	if (error == NULL)
		error = send_one(j, o, &l, id);
	letter_end(&l);
	if (error == NULL)
		*out = news_of(j, o, id);
	return error;
}

static bool
write(struct jmap *j, uint64_t id, bool cancel, enum verdict *v)
{
	struct msg_write_submission m = { id, cancel };
	union msg_written is;

	if (jmap_write(j, WRITE_SUBMISSION, &m, -1, &is, NULL) != WRITE_DONE)
		return false;
	*v = is.done.verdict;
	return true;
}

static json_t *
cancel(struct jmap *j, uint64_t id, json_t *now)
{
	const char *is = json_string_value(json_object_get(now,
	    "undoStatus"));
	enum verdict v = VERDICT_NO;

	if (strcmp(is, "canceled") == 0)
		return NULL;
	if (strcmp(is, "pending") == 0 && !write(j, id, true, &v))
		return jmap_set_error("serverFail", NULL, NULL);
	if (v == VERDICT_LATER)
		return jmap_set_error("serverFail", "try again later", NULL);
	return v == VERDICT_YES ? NULL : jmap_set_error("cannotUnsend",
	    "It is on its way to at least one recipient.", NULL);
}

/* Only undoStatus changes, and to one value. */
static json_t *
patch(struct jmap *j, uint64_t id, json_t *now, json_t *change)
{
	json_t *value, *error = NULL;
	bool wanted = false;
	const char *key;

	json_object_foreach(change, key, value) {
		if (json_object_get(now, key) != NULL &&
		    json_equal(json_object_get(now, key), value))
			continue;
		if (strcmp(key, "undoStatus") != 0 ||
		    !json_is_string(value) ||
		    strcmp(json_string_value(value), "canceled") != 0)
			return invalid(key);
		wanted = true;
	}
	if (wanted)
		error = cancel(j, id, now);
	return error;
}

static json_t *
update(struct jmap *j, const char *key, json_t *change, json_t **out)
{
	json_t *now, *error;
	uint64_t id;

	(void)out;
	if (!jmap_id_parse(key, 'x', &id) ||
	    (now = submission_object(j, id)) == NULL)
		return jmap_set_error("notFound", NULL, NULL);
	note_email(now);
	error = patch(j, id, now, change);
	json_decref(now);
	return error;
}

static json_t *
destroy(struct jmap *j, const char *key, json_t *args)
{
	enum verdict v;
	json_t *now;
	uint64_t id;

	(void)args;
	if (!jmap_id_parse(key, 'x', &id) ||
	    (now = submission_object(j, id)) == NULL)
		return jmap_set_error("notFound", NULL, NULL);
	note_email(now);
	json_decref(now);
	if (!write(j, id, false, &v) || v == VERDICT_LATER)
		return jmap_set_error("serverFail", "try again later", NULL);
	return v == VERDICT_YES ? NULL : jmap_set_error("notFound", NULL,
	    NULL);
}

/* The id of a submission with which all went well; NULL: it is none such. */
static const char *
success(struct jmap *j, json_t *r, const char *id)
{
	json_t *created = json_object_get(r, "created"), *one;
	size_t i;

	if (id[0] == '#') {
		one = json_object_get(created, id + 1);
		return one != NULL ? json_string_value(json_object_get(
		    j->created, id + 1)) : NULL;
	}
	if (json_object_get(json_object_get(r, "updated"), id) != NULL)
		return id;
	json_array_foreach(json_object_get(r, "destroyed"), i, one)
		if (strcmp(json_string_value(one), id) == 0)
			return id;
	return NULL;
}

/* Its email; NULL: none, or not to be touched. */
static const char *
email_of(struct jmap *j, json_t *r, const char *id)
{
	const char *known = id == NULL ? NULL : success(j, r, id);

	return known == NULL ? NULL :
	    json_string_value(json_object_get(emails, known));
}

/* Arguments of the Email/set that follows, or NULL. */
static json_t *
what_follows(struct jmap *j, json_t *args, json_t *r)
{
	json_t *updates = json_object_get(args, "onSuccessUpdateEmail"), *one;
	json_t *list = json_object_get(args, "onSuccessDestroyEmail");
	json_t *update = json_object(), *gone = json_array(), *set = NULL;
	const char *key, *email;
	size_t i;

	json_object_foreach(updates, key, one)
		if ((email = email_of(j, r, key)) != NULL)
			json_object_set(update, email, one);
	json_array_foreach(list, i, one)
		if ((email = email_of(j, r, json_string_value(one))) != NULL)
			json_array_append_new(gone, json_string(email));
	if (json_object_size(update) + json_array_size(gone) > 0)
		set = json_pack("{s:s, s:O, s:O}", "accountId", j->account,
		    "update", update, "destroy", gone);
	json_decref(update);
	json_decref(gone);
	return set;
}

static bool
begin(struct jmap *j, json_t *args)
{
	json_t *update = json_object_get(args, "onSuccessUpdateEmail"), *one;
	json_t *gone = json_object_get(args, "onSuccessDestroyEmail");
	const char *key;
	size_t i;

	if ((update != NULL && !json_is_null(update) &&
	    !json_is_object(update)) || (gone != NULL && !json_is_null(gone) &&
	    !json_is_array(gone)))
		jmap_fail(j, "invalidArguments", "onSuccess");
	json_object_foreach(update, key, one)
		if (!json_is_object(one))
			jmap_fail(j, "invalidArguments",
			    "onSuccessUpdateEmail");
	json_array_foreach(gone, i, one)
		if (!json_is_string(one))
			jmap_fail(j, "invalidArguments",
			    "onSuccessDestroyEmail");
	return j->error == NULL;
}

json_t *
jmap_submission_set(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "onSuccessUpdateEmail",
	    "onSuccessDestroyEmail", NULL };
	static const struct jmap_set_ops ops = { .args = names,
	    .create = create, .update = update, .destroy = destroy,
	    .begin = begin };
	json_t *r;

	emails = json_object();
	r = jmap_set(j, args, &ops);
	if (r != NULL)
		j->then = what_follows(j, args, r);
	json_decref(emails);
	emails = NULL;
	return r;
}
