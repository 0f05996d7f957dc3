/* jmap_mailbox_set.c - Mailbox/set.  RFC 8621, 2.5. */

#include <string.h>

#include "base/verdict.h"
#include "jmap.h"

static json_t *
made_error(uint32_t verdict, uint32_t reason)
{
	if (verdict == VERDICT_LATER)
		return jmap_set_error("serverFail", "try again later", NULL);
	switch (reason) {
	case MADE_EXISTS:
		return jmap_set_error("invalidProperties",
		    "there is a mailbox of that name", "name");
	case MADE_NAME:
		return jmap_set_error("invalidProperties",
		    "no mailbox can have that name", "name");
	case MADE_USE:
		return jmap_set_error("invalidProperties",
		    "another mailbox has that role", "role");
	case MADE_INSIDE:
		return jmap_set_error("invalidProperties",
		    "a mailbox cannot lie below itself", "parentId");
	case MADE_LIMIT:
		return jmap_set_error("overQuota", "too many mailboxes",
		    NULL);
	case MADE_CHILDREN:
		return jmap_set_error("mailboxHasChild", NULL, NULL);
	case MADE_MISSING:
		return jmap_set_error("notFound", NULL, NULL);
	default:
		return jmap_set_error("forbidden", NULL, NULL);
	}
}

static json_t *
change(struct jmap *j, enum msg_write type, const void *msg, uint64_t *id)
{
	union msg_written is;

	if (jmap_write(j, type, msg, -1, &is, NULL) != WRITE_MADE)
		return jmap_set_error("serverFail", NULL, NULL);
	if (id != NULL)
		*id = is.made.mailbox;
	return is.made.verdict == VERDICT_YES ? NULL :
	    made_error(is.made.verdict, is.made.reason);
}

/* What a client gives: NULL, or what is wrong with it. */
struct wish {
	json_t *name, *parent, *role, *subscribed;
};

static json_t *
take_wish(json_t *o, struct wish *w, bool create)
{
	const char *key;
	json_t *v;

	*w = (struct wish){ 0 };
	json_object_foreach(o, key, v) {
		if (strcmp(key, "name") == 0 && json_is_string(v))
			w->name = v;
		else if (strcmp(key, "parentId") == 0 &&
		    (json_is_string(v) || json_is_null(v)))
			w->parent = v;
		else if (strcmp(key, "isSubscribed") == 0 &&
		    json_is_boolean(v))
			w->subscribed = v;
		else if (create && strcmp(key, "role") == 0 &&
		    (json_is_string(v) || json_is_null(v)))
			w->role = v;
		else if (!(create && strcmp(key, "sortOrder") == 0))
			return jmap_set_error("invalidProperties",
			    "not to be set", key);
	}
	return NULL;
}

/* "parent/name" in the call's arena; no "/" in a name. */
static json_t *
full_name(struct jmap *j, const struct jmap_box *parent, struct str name,
    struct str *out)
{
	struct buf b;

	if (name.len == 0 || name.len > JMAP_NAME_MAX ||
	    memchr(name.ptr, '/', name.len) != NULL)
		return jmap_set_error("invalidProperties",
		    "no mailbox can have that name", "name");
	buf_init(&b, MAILBOX_NAME_MAX);
	if (parent != NULL) {
		buf_add(&b, parent->name);
		buf_byte(&b, '/');
	}
	buf_add(&b, name);
	*out = b.failed ? (struct str){ NULL, 0 } :
	    arena_str(&j->arena, buf_str(&b));
	buf_free(&b);
	return out->ptr != NULL ? NULL : jmap_set_error("invalidProperties",
	    "too long", "name");
}

static json_t *
find_parent(struct jmap *j, const struct jmap_boxes *all, json_t *value,
    const struct jmap_box **parent)
{
	uint64_t id;

	*parent = NULL;
	if (value == NULL || json_is_null(value))
		return NULL;
	if (jmap_id_of(j, value, 'm', &id))
		*parent = jmap_box(all, id);
	return *parent != NULL ? NULL : jmap_set_error("invalidProperties",
	    "no such mailbox", "parentId");
}

static json_t *
find_special(json_t *role, uint32_t *special)
{
	static const char *const roles[SPECIALS] = {
		"", "archive", "drafts", "junk", "sent", "trash",
	};

	*special = SPECIAL_NONE;
	if (role == NULL || json_is_null(role))
		return NULL;
	for (uint32_t i = 1; i < SPECIALS; i++)
		if (strcmp(json_string_value(role), roles[i]) == 0)
			*special = i;
	return *special != SPECIAL_NONE ? NULL :
	    jmap_set_error("invalidProperties", "no role of ours", "role");
}

static json_t *
subscribe(struct jmap *j, struct str name, bool on)
{
	struct msg_write_subscribe m = { name, on };

	return change(j, WRITE_SUBSCRIBE, &m, NULL);
}

static json_t *
created(struct jmap *j, uint64_t id)
{
	struct jmap_boxes all;
	const struct jmap_box *b;
	json_t *o;

	o = json_pack("{s:o}", "id", jmap_id_json('m', id));
	if (!jmap_boxes(j, &all) || (b = jmap_box(&all, id)) == NULL)
		return o;
	json_object_set_new(o, "sortOrder", json_integer(jmap_order(b)));
	json_object_set_new(o, "totalEmails", json_integer(0));
	json_object_set_new(o, "unreadEmails", json_integer(0));
	json_object_set_new(o, "totalThreads", json_integer(0));
	json_object_set_new(o, "unreadThreads", json_integer(0));
	json_object_set_new(o, "isSubscribed", json_boolean(b->subscribed));
	json_object_set_new(o, "myRights", json_pack(
	    "{s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b}",
	    "mayReadItems", 1, "mayAddItems", 1, "mayRemoveItems", 1,
	    "maySetSeen", 1, "maySetKeywords", 1, "mayCreateChild", 1,
	    "mayRename", 1, "mayDelete", 1, "maySubmit", 1));
	return o;
}

static json_t *
create(struct jmap *j, json_t *object, json_t **out)
{
	const struct jmap_box *parent;
	struct msg_write_create m;
	struct jmap_boxes all;
	struct wish w;
	uint64_t id;
	json_t *e;

	if ((e = take_wish(object, &w, true)) != NULL)
		return e;
	if (w.name == NULL)
		return jmap_set_error("invalidProperties", NULL, "name");
	if (!jmap_boxes(j, &all))
		return jmap_set_error("serverFail", NULL, NULL);
	if ((e = find_parent(j, &all, w.parent, &parent)) != NULL ||
	    (e = find_special(w.role, &m.special)) != NULL ||
	    (e = full_name(j, parent, from_c(json_string_value(w.name)),
	    &m.name)) != NULL ||
	    (e = change(j, WRITE_CREATE, &m, &id)) != NULL)
		return e;
	if (json_is_true(w.subscribed))
		json_decref(subscribe(j, m.name, true));
	*out = created(j, id);
	return NULL;
}

static json_t *
rename_it(struct jmap *j, const struct jmap_boxes *all,
    const struct jmap_box *b, const struct wish *w, struct str *name)
{
	const struct jmap_box *parent = b->parent;
	struct str own = w->name == NULL ? b->own :
	    from_c(json_string_value(w->name));
	struct msg_write_rename m = { .from = b->name };
	json_t *e;

	*name = b->name;
	if (w->parent != NULL &&
	    (e = find_parent(j, all, w->parent, &parent)) != NULL)
		return e;
	if (parent == b->parent && str_eq(own, b->own))
		return NULL;
	if (str_eq(b->name, STR("INBOX")))
		return str_eq(own, STR("Inbox")) && parent == NULL ? NULL :
		    jmap_set_error("forbidden", "the inbox stays", NULL);
	if ((e = full_name(j, parent, own, &m.to)) != NULL)
		return e;
	*name = m.to;
	return change(j, WRITE_RENAME, &m, NULL);
}

static json_t *
update(struct jmap *j, const char *key, json_t *patch, json_t **out)
{
	const struct jmap_box *b;
	struct jmap_boxes all;
	struct str name;
	struct wish w;
	uint64_t id;
	json_t *e;

	(void)out;
	if (!jmap_boxes(j, &all))
		return jmap_set_error("serverFail", NULL, NULL);
	if (!jmap_id_parse(key, 'm', &id) ||
	    (b = jmap_box(&all, id)) == NULL)
		return jmap_set_error("notFound", NULL, NULL);
	if ((e = take_wish(patch, &w, false)) != NULL ||
	    (e = rename_it(j, &all, b, &w, &name)) != NULL)
		return e;
	return w.subscribed == NULL ? NULL : subscribe(j, name,
	    json_is_true(w.subscribed));
}

static json_t *
destroy(struct jmap *j, const char *key, json_t *args)
{
	bool remove = json_is_true(json_object_get(args,
	    "onDestroyRemoveEmails"));
	const struct jmap_box *b;
	struct msg_write_delete m;
	struct jmap_boxes all;
	uint64_t id;

	if (!jmap_boxes(j, &all))
		return jmap_set_error("serverFail", NULL, NULL);
	if (!jmap_id_parse(key, 'm', &id) ||
	    (b = jmap_box(&all, id)) == NULL)
		return jmap_set_error("notFound", NULL, NULL);
	for (size_t i = 0; i < all.n; i++)
		if (all.box[i].parent == b)
			return jmap_set_error("mailboxHasChild", NULL, NULL);
	if (b->messages > 0 && !remove)
		return jmap_set_error("mailboxHasEmail", NULL, NULL);
	m.name = b->name;
	return change(j, WRITE_DELETE, &m, NULL);
}

json_t *
jmap_mailbox_set(struct jmap *j, json_t *args)
{
	static const char *const own[] = { "onDestroyRemoveEmails", NULL };
	static const struct jmap_set_ops ops = { .args = own,
	    .create = create, .update = update, .destroy = destroy };
	bool remove;

	return jmap_bool(j, args, "onDestroyRemoveEmails", &remove) ?
	    jmap_set(j, args, &ops) : NULL;
}
