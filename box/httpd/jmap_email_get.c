/* jmap_email_get.c - Email/get.  RFC 8621, 4.2. */

#include <string.h>

#include "jmap_email.h"

static const char *const properties[] = {
	"id", "blobId", "threadId", "mailboxIds", "keywords", "size",
	"receivedAt", "hasAttachment", "messageId", "inReplyTo", "references",
	"sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt",
	"preview", "bodyValues", "textBody", "htmlBody", "attachments",
	"headers", "bodyStructure", NULL,
};

enum { META = 8, HEADERS = 19, BODIES = 24 };	/* where each kind ends */

struct get {
	json_t *properties;
	struct email_body body;
	bool head, whole;
	struct email_keywords keywords;
};

static bool
is_header(const char *name)
{
	return strncmp(name, "header:", 7) == 0 && email_is_header(name);
}

/* What of a message must be read for it? */
static void
plan(struct get *g)
{
	json_t *one;
	size_t i;

	if (g->properties == NULL) {
		g->head = g->whole = true;
		return;
	}
	json_array_foreach(g->properties, i, one) {
		const char *name = json_string_value(one);

		for (size_t k = HEADERS; properties[k] != NULL; k++)
			if (strcmp(name, properties[k]) == 0 &&
			    strcmp(name, "headers") != 0)
				g->whole = true;
		g->head |= email_is_header(name) ||
		    strcmp(name, "headers") == 0;
	}
}

static bool
take_args(struct jmap *j, json_t *args, struct get *g)
{
	static const char *const names[] = { "ids", "properties",
	    "bodyProperties", "fetchTextBodyValues", "fetchHTMLBodyValues",
	    "fetchAllBodyValues", "maxBodyValueBytes", NULL };
	json_t *body = json_object_get(args, "bodyProperties"), *one;
	size_t i;

	*g = (struct get){ 0 };
	if (!jmap_only(j, args, names) || !jmap_properties(j, args,
	    properties, is_header, &g->properties) ||
	    !jmap_bool(j, args, "fetchTextBodyValues", &g->body.text) ||
	    !jmap_bool(j, args, "fetchHTMLBodyValues", &g->body.html) ||
	    !jmap_bool(j, args, "fetchAllBodyValues", &g->body.all) ||
	    !jmap_int(j, args, "maxBodyValueBytes", 0, &g->body.max))
		return false;
	json_array_foreach(body, i, one)
		if (!json_is_string(one) ||
		    !email_is_part_property(json_string_value(one)))
			jmap_fail(j, "invalidArguments", "bodyProperties");
	g->body.properties = json_is_array(body) ? body : NULL;
	plan(g);
	return j->error == NULL;
}

static void
put_meta(struct jmap *j, struct get *g, const struct email *e, json_t *o)
{
	char blob[EMAIL_BLOB_LEN], box[JMAP_ID_LEN];

	json_object_set_new(o, "id", jmap_id_json('e', e->id));
	email_blob(blob, e, 0);
	jmap_id(box, 'm', e->mailbox);
	json_object_set_new(o, "blobId", json_string(blob));
	json_object_set_new(o, "threadId", jmap_id_json('t', e->thread));
	json_object_set_new(o, "mailboxIds", json_pack("{s:b}", box, 1));
	json_object_set_new(o, "size", json_integer((json_int_t)e->size));
	json_object_set_new(o, "receivedAt", jmap_date_json(e->date));
	json_object_set_new(o, "hasAttachment", json_boolean(
	    (e->flags & FLAG_ATTACHED) != 0));
	if (jmap_wants(g->properties, "keywords") &&
	    email_learn_keywords(j, &g->keywords, e->mailbox))
		json_object_set_new(o, "keywords", email_keywords_json(
		    &g->keywords, e->flags));
	for (size_t i = 1; i < META; i++)
		if (!jmap_wants(g->properties, properties[i]))
			json_object_del(o, properties[i]);
}

static void
put_headers(const struct get *g, const struct email *e,
    const struct email_open *open, json_t *o)
{
	struct str header = { open->text.ptr, e->head_len };
	json_t *one;
	size_t i;

	for (i = META; i < HEADERS; i++)
		if (jmap_wants(g->properties, properties[i]))
			json_object_set_new(o, properties[i],
			    email_header(header, properties[i]));
	json_array_foreach(g->properties, i, one) {
		const char *name = json_string_value(one);

		if (strncmp(name, "header:", 7) == 0)
			json_object_set_new(o, name, email_header(header,
			    name));
		else if (strcmp(name, "headers") == 0)
			json_object_set_new(o, name, email_headers(header));
	}
}

/* NULL: it has just gone. */
static json_t *
object(struct jmap *j, struct get *g, const struct email *e)
{
	json_t *o = json_object();
	struct email_open open;
	bool ok;

	put_meta(j, g, e, o);
	if (!g->head && !g->whole)
		return o;
	ok = email_open(j, e, g->whole, &open);
	if (ok && e->head_len <= open.text.len) {
		put_headers(g, e, &open, o);
		if (g->whole)
			email_put_bodies(e, &open, &g->body, g->properties,
			    o);
	}
	email_close(&open);
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}

/* Valid ids, each once; the others go to *missing. */
static size_t
take_ids(struct jmap *j, json_t *ids, uint64_t *out, json_t *missing)
{
	json_t *one, *seen = json_object();
	size_t i, n = 0;

	json_array_foreach(ids, i, one) {
		const char *id = json_string_value(one);

		if (id == NULL) {
			jmap_fail(j, "invalidArguments", "ids");
			break;
		}
		if (json_object_get(seen, id) != NULL)
			continue;
		json_object_set(seen, id, one);
		if (jmap_id_of(j, one, 'e', &out[n]))
			n++;
		else
			json_array_append(missing, one);
	}
	json_decref(seen);
	return n;
}

static void
put_all(struct jmap *j, struct get *g, const uint64_t *ids, size_t n,
    json_t *r)
{
	struct email *found = arena_alloc(&j->arena, n + 1, sizeof(*found));
	json_t *list = json_object_get(r, "list"), *o;
	size_t has = 0, k;

	if (found == NULL || (n > 0 && !email_find(j, ids, n, found, &has)))
		return;
	for (size_t i = 0; i < n && j->error == NULL; i++) {
		for (k = 0; k < has && found[k].id != ids[i]; k++)
			;
		o = k < has ? object(j, g, &found[k]) : NULL;
		if (o != NULL)
			json_array_append_new(list, o);
		else
			json_array_append_new(json_object_get(r, "notFound"),
			    jmap_id_json('e', ids[i]));
	}
}

json_t *
jmap_email_get(struct jmap *j, json_t *args)
{
	json_t *ids = json_object_get(args, "ids"), *r;
	uint64_t state, *wanted;
	struct get g;
	size_t n;

	if (!take_args(j, args, &g))
		return NULL;
	if (!json_is_array(ids))
		return jmap_fail(j, ids == NULL || json_is_null(ids) ?
		    "requestTooLarge" : "invalidArguments", "ids");
	if (json_array_size(ids) > JMAP_GET_MAX)
		return jmap_fail(j, "requestTooLarge", "maxObjectsInGet");
	wanted = arena_alloc(&j->arena, json_array_size(ids) + 1,
	    sizeof(*wanted));
	if (wanted == NULL || !jmap_state(j, &state))
		return NULL;
	r = json_pack("{s:s, s:o, s:[], s:[]}", "accountId", j->account,
	    "state", jmap_state_json(state), "list", "notFound");
	n = take_ids(j, ids, wanted, json_object_get(r, "notFound"));
	put_all(j, &g, wanted, n, r);
	buf_free(&g.keywords.text);
	return r;
}
