/* jmap_reply.c - what the box answers, and what it must not. */

#include "sync/jmap_reply.h"

#include <string.h>

#include "base/ascii.h"
#include "codec/utf8.h"
#include "mail/date.h"
#include "sync/jmap_date.h"

static enum jmap_status
lie(struct jmap_lie *l, const char *what)
{
	l->what = what;
	return JMAP_LIE;
}

static bool
is_id_char(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool
jmap_is_id(struct str id)
{
	struct str rest = id;

	(void)str_take_while(&rest, is_id_char);
	return id.len > 0 && id.len <= JMAP_ID_MAX && rest.len == 0;
}

static struct str
text_of(const json_t *value)
{
	if (!json_is_string(value))
		return STR("");
	return (struct str){ json_string_value(value),
	    json_string_length(value) };
}

static bool
take_id(const json_t *value, struct str *id)
{
	*id = text_of(value);
	return jmap_is_id(*id);
}

static bool
take_state(const json_t *object, const char *key, struct str *state)
{
	*state = text_of(json_object_get(object, key));
	return state->len > 0 && state->len <= JMAP_STATE_MAX;
}

static bool
is_no_brace(unsigned char c)
{
	return c > ' ' && c < 127 && c != '"' && c != '\\';
}

/* The path of a URL of this origin. */
static bool
take_path(const json_t *s, const char *key, struct str base, struct str *path)
{
	struct str url = text_of(json_object_get(s, key)), rest;

	if (url.len > JMAP_URL_MAX || !str_take_word(&url, base) ||
	    str_peek(url) != '/')
		return false;
	*path = rest = url;
	(void)str_take_while(&rest, is_no_brace);
	return rest.len == 0;
}

static size_t
take_limit(const json_t *core, const char *key, size_t most)
{
	json_int_t n = json_integer_value(json_object_get(core, key));

	return n < 1 ? 0 : (uint64_t)n > most ? most : (size_t)n;
}

enum jmap_status
jmap_session_read(const json_t *s, struct str base, struct jmap_session *out,
    struct jmap_lie *l)
{
	const json_t *core = json_object_get(json_object_get(s,
	    "capabilities"), "urn:ietf:params:jmap:core");
	const json_t *primary = json_object_get(s, "primaryAccounts");

	if (!json_is_object(core))
		return lie(l, "session");
	if (!take_id(json_object_get(primary, "urn:ietf:params:jmap:mail"),
	    &out->account))
		return lie(l, "session-account");
	if (!take_path(s, "apiUrl", base, &out->api) ||
	    !take_path(s, "downloadUrl", base, &out->download) ||
	    !take_path(s, "uploadUrl", base, &out->upload))
		return lie(l, "session-url");
	/* who has none is asked again and again */
	if (!take_path(s, "eventSourceUrl", base, &out->events))
		out->events = STR("");
	out->limits.get = take_limit(core, "maxObjectsInGet", 500);
	out->limits.set = take_limit(core, "maxObjectsInSet", 100);
	return out->limits.get > 0 && out->limits.set > 0 ? JMAP_OK :
	    lie(l, "session-limits");
}

static enum jmap_status
method_error(const json_t *args, struct jmap_lie *l)
{
	struct str type = text_of(json_object_get(args, "type"));

	if (str_eq(type, STR("cannotCalculateChanges")) ||
	    str_eq(type, STR("anchorNotFound")) ||
	    str_eq(type, STR("stateMismatch")))
		return JMAP_TOO_OLD;
	l->what = "method-error";
	return JMAP_LATER;
}

enum jmap_status
jmap_response(const json_t *reply, const char *method, struct str account,
    const json_t **args, struct jmap_lie *l)
{
	const json_t *all = json_object_get(reply, "methodResponses");
	const json_t *one = json_array_get(all, 0);
	struct str name = text_of(json_array_get(one, 0));

	if (json_array_size(all) != 1 || json_array_size(one) != 3 ||
	    !str_eq(text_of(json_array_get(one, 2)), STR("0")))
		return lie(l, "response");
	*args = json_array_get(one, 1);
	if (!json_is_object(*args))
		return lie(l, "response-arguments");
	if (str_eq(name, STR("error")))
		return method_error(*args, l);
	if (!str_eq(name, from_c(method)))
		return lie(l, "response-method");
	if (!str_eq(text_of(json_object_get(*args, "accountId")), account))
		return lie(l, "response-account");
	return JMAP_OK;
}

/* A set of ids, to find one that is there twice. */
static bool
is_new(json_t *seen, struct str id)
{
	/* ids have no NUL, and jansson's strings end in one */
	return json_object_get(seen, id.ptr) == NULL &&
	    json_object_set_new(seen, id.ptr, json_true()) == 0;
}

static const char *
box_wrong(const json_t *o, struct jmap_box *b)
{
	const json_t *parent = json_object_get(o, "parentId");
	const json_t *role = json_object_get(o, "role");

	*b = (struct jmap_box){ .name = text_of(json_object_get(o, "name")) };
	if (!take_id(json_object_get(o, "id"), &b->id))
		return "mailbox-id";
	if (parent != NULL && !json_is_null(parent) &&
	    !take_id(parent, &b->parent))
		return "mailbox-parent";
	if (role != NULL && !json_is_null(role) && !json_is_string(role))
		return "mailbox-role";
	b->role = text_of(role);
	if (b->name.len == 0 || b->name.len > JMAP_NAME_MAX ||
	    memchr(b->name.ptr, '/', b->name.len) != NULL)
		return "mailbox-name";
	for (size_t i = 0; i < b->name.len; i++)
		if ((unsigned char)b->name.ptr[i] < ' ' ||
		    b->name.ptr[i] == 127)
			return "mailbox-name";
	return NULL;
}

static size_t
parent_of(const struct jmap_box *b, size_t n, size_t i)
{
	size_t p = 0;

	while (p < n && !str_eq(b[p].id, b[i].parent))
		p++;
	return p;
}

/* Up to the root, or round and round. */
static bool
has_root(const struct jmap_box *b, size_t n, size_t i)
{
	for (int depth = 0; depth < JMAP_DEPTH_MAX; depth++) {
		if (b[i].parent.len == 0)
			return true;
		i = parent_of(b, n, i);
		if (i == n)
			return false;
	}
	return false;
}

bool
jmap_box_path(const struct jmap_box *b, size_t n, size_t i, struct buf *out)
{
	size_t up[JMAP_DEPTH_MAX], depth = 0;

	for (; depth < JMAP_DEPTH_MAX && i < n; i = parent_of(b, n, i)) {
		up[depth++] = i;
		if (b[i].parent.len == 0)
			break;
	}
	while (depth > 0) {
		buf_add(out, b[up[--depth]].name);
		if (depth > 0)
			buf_byte(out, '/');
	}
	return !out->failed;
}

enum jmap_status
jmap_boxes_read(const json_t *args, struct jmap_box *b, size_t room,
    size_t *n, struct jmap_lie *l)
{
	const json_t *list = json_object_get(args, "list");
	json_t *seen = json_object();
	const char *wrong = NULL;

	*n = json_array_size(list);
	if (!json_is_array(list) || *n == 0 || *n > room)
		wrong = "mailboxes";
	for (size_t i = 0; wrong == NULL && i < *n; i++) {
		wrong = box_wrong(json_array_get(list, i), &b[i]);
		if (wrong == NULL && !is_new(seen, b[i].id))
			wrong = "mailbox-twice";
	}
	for (size_t i = 0; wrong == NULL && i < *n; i++)
		if (!has_root(b, *n, i))
			wrong = "mailbox-parent";
	json_decref(seen);
	return wrong == NULL ? JMAP_OK : lie(l, wrong);
}

uint64_t
jmap_boxes_emails(const json_t *args)
{
	const json_t *list = json_object_get(args, "list");
	uint64_t all = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		json_int_t n = json_integer_value(json_object_get(
		    json_array_get(list, i), "totalEmails"));

		if (n > 0 && n <= UINT32_MAX)
			all += (uint64_t)n;
	}
	return all;
}

static bool
are_ids(const json_t *list, json_t *seen)
{
	struct str id;

	if (!json_is_array(list) || json_array_size(list) > JMAP_IDS_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!take_id(json_array_get(list, i), &id) ||
		    !is_new(seen, id))
			return false;
	return true;
}

enum jmap_status
jmap_changes_read(const json_t *args, struct str since,
    struct jmap_changes *c, struct jmap_lie *l)
{
	const json_t *more = json_object_get(args, "hasMoreChanges");
	json_t *seen = json_object();
	struct str old;
	bool ids;

	c->created = json_object_get(args, "created");
	c->updated = json_object_get(args, "updated");
	c->destroyed = json_object_get(args, "destroyed");
	ids = are_ids(c->created, seen) && are_ids(c->updated, seen) &&
	    are_ids(c->destroyed, seen);
	json_decref(seen);
	if (!ids)
		return lie(l, "changes-ids");
	if (!take_state(args, "oldState", &old) || !str_eq(old, since) ||
	    !take_state(args, "newState", &c->now))
		return lie(l, "changes-state");
	if (!json_is_boolean(more))
		return lie(l, "changes-more");
	c->more = json_is_true(more);
	/* it would go on for ever */
	return c->more && str_eq(c->now, since) ? lie(l, "changes-stuck") :
	    JMAP_OK;
}

enum jmap_status
jmap_query_read(const json_t *args, struct str anchor, size_t limit,
    struct jmap_query *q, struct jmap_lie *l)
{
	json_t *seen = json_object();
	bool ok;

	q->ids = json_object_get(args, "ids");
	ok = are_ids(q->ids, seen) && (anchor.len == 0 ||
	    json_object_get(seen, anchor.ptr) == NULL);
	json_decref(seen);
	if (!ok || json_array_size(q->ids) > limit)
		return lie(l, "query-ids");
	return take_state(args, "queryState", &q->state) ? JMAP_OK :
	    lie(l, "query-state");
}

static bool
is_keyword_char(unsigned char c)
{
	return c > ' ' && c < 127 && memchr("(){]%*\"\\", c, 8) == NULL;
}

/* In order: what is the same is then the same text. */
static bool
take_keyword(struct jmap_email *e, struct str k)
{
	struct str rest = k;
	size_t i = e->keywords;

	(void)str_take_while(&rest, is_keyword_char);
	if (k.len == 0 || k.len > JMAP_KEYWORD_MAX || rest.len > 0 ||
	    e->keywords == JMAP_KEYWORDS_MAX)
		return false;
	for (; i > 0 && strcmp(e->keyword[i - 1].ptr, k.ptr) > 0; i--)
		e->keyword[i] = e->keyword[i - 1];
	e->keyword[i] = k;
	e->keywords++;
	return true;
}

static bool
take_keywords(json_t *set, struct jmap_email *e)
{
	const char *key;
	json_t *value;

	if (!json_is_object(set))
		return false;
	json_object_foreach(set, key, value)
		if (!json_is_true(value) || !take_keyword(e, from_c(key)))
			return false;
	return true;
}

/* An email is in exactly one mailbox (maxMailboxesPerEmail). */
static bool
take_box(json_t *set, struct str *box)
{
	const char *key = json_object_iter_key(json_object_iter(set));

	if (!json_is_object(set) || json_object_size(set) != 1 ||
	    !json_is_true(json_object_get(set, key)))
		return false;
	*box = from_c(key);
	return jmap_is_id(*box);
}

static const char *
email_wrong(const json_t *o, struct jmap_email *e)
{
	const json_t *size = json_object_get(o, "size");

	*e = (struct jmap_email){ 0 };
	if (!take_id(json_object_get(o, "id"), &e->id))
		return "email-id";
	if (!take_id(json_object_get(o, "blobId"), &e->blob))
		return "email-blob";
	if (!take_box(json_object_get(o, "mailboxIds"), &e->box))
		return "email-mailboxes";
	if (!take_keywords(json_object_get(o, "keywords"), e))
		return "email-keywords";
	if (!json_is_integer(size) || json_integer_value(size) < 1 ||
	    json_integer_value(size) > JMAP_EMAIL_MAX)
		return "email-size";
	e->size = (uint64_t)json_integer_value(size);
	return jmap_date(text_of(json_object_get(o, "receivedAt")),
	    &e->received) ? NULL : "email-date";
}

/* Of what is still asked for. */
static bool
cross_off(json_t *asked, struct str id)
{
	return jmap_is_id(id) && json_object_del(asked, id.ptr) == 0;
}

static const char *
emails_wrong(const json_t *args, json_t *asked, struct jmap_email *emails,
    size_t *n)
{
	const json_t *list = json_object_get(args, "list");
	const json_t *missing = json_object_get(args, "notFound");
	const char *wrong;

	if (!json_is_array(list) || !json_is_array(missing) ||
	    json_array_size(list) + json_array_size(missing) !=
	    json_object_size(asked))
		return "emails";
	for (size_t i = 0; i < json_array_size(missing); i++)
		if (!cross_off(asked, text_of(json_array_get(missing, i))))
			return "emails-not-found";
	for (*n = 0; *n < json_array_size(list); (*n)++) {
		wrong = email_wrong(json_array_get(list, *n), &emails[*n]);
		if (wrong != NULL)
			return wrong;
		if (!cross_off(asked, emails[*n].id))
			return "emails-others";
	}
	return NULL;
}

enum jmap_status
jmap_emails_read(const json_t *args, const json_t *ids,
    struct jmap_email *emails, size_t *n, struct str *state,
    struct jmap_lie *l)
{
	json_t *asked = json_object();
	const char *wrong;

	*n = 0;
	for (size_t i = 0; i < json_array_size(ids); i++)
		(void)is_new(asked, text_of(json_array_get(ids, i)));
	wrong = emails_wrong(args, asked, emails, n);
	json_decref(asked);
	if (wrong == NULL && !take_state(args, "state", state))
		wrong = "emails-state";
	return wrong == NULL ? JMAP_OK : lie(l, wrong);
}

static bool
did_it(const json_t *did, struct str id)
{
	if (json_is_object(did))
		return json_object_get(did, id.ptr) != NULL;
	for (size_t i = 0; i < json_array_size(did); i++)
		if (str_eq(text_of(json_array_get(did, i)), id))
			return true;
	return false;
}

enum jmap_status
jmap_set_read(const json_t *args, const char *did, const char *not_did,
    struct str id, const char **why, struct jmap_lie *l)
{
	const json_t *no = json_object_get(json_object_get(args, not_did),
	    id.ptr);
	struct str type = text_of(json_object_get(no, "type"));

	*why = NULL;
	if (did_it(json_object_get(args, did), id))
		return no == NULL ? JMAP_OK : lie(l, "set-both");
	if (no == NULL)
		return lie(l, "set-neither");
	*why = str_eq(type, STR("notFound")) ? "notFound" : "other";
	return JMAP_OK;
}

enum jmap_status
jmap_upload_read(const json_t *o, struct str account, uint64_t size,
    struct str *blob, struct jmap_lie *l)
{
	const json_t *n = json_object_get(o, "size");

	if (!str_eq(text_of(json_object_get(o, "accountId")), account) ||
	    !take_id(json_object_get(o, "blobId"), blob))
		return lie(l, "upload");
	return json_is_integer(n) && (uint64_t)json_integer_value(n) == size ?
	    JMAP_OK : lie(l, "upload-size");
}

enum jmap_status
jmap_import_read(const json_t *args, const char *key, struct str *id,
    const char **why, struct jmap_lie *l)
{
	const json_t *made = json_object_get(json_object_get(args,
	    "created"), key);
	const json_t *no = json_object_get(json_object_get(args,
	    "notCreated"), key);

	*why = NULL;
	if (made != NULL && no != NULL)
		return lie(l, "import-both");
	if (made != NULL)
		return take_id(json_object_get(made, "id"), id) ? JMAP_OK :
		    lie(l, "import-id");
	if (no == NULL)
		return lie(l, "import-neither");
	*why = "other";
	return JMAP_OK;
}
