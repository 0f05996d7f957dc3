/*
 * boxes.c - mailboxes there and here.
 *
 * A note "=m:ID" has the number of ours and the path that both agreed on.  One
 * that is new there is made here, unless there is one of its use or name; one
 * that is new here is made there.  What was renamed there is renamed here.
 * Ours go when theirs is gone and they are empty.
 */

#include "sync/sync.h"

#include <stdlib.h>
#include <string.h>

#include "os/log.h"

enum { NOTE_MAX = JMAP_ID_MAX + 8, LEVELS_MAX = 32 };

struct here {
	uint64_t id;
	uint32_t messages, special;
	struct str name;
	bool used;		/* it is one of the box's */
};

static struct here here[JMAP_BOXES_MAX];
static size_t heres;
static struct buf names;
struct note {
	struct str id;		/* the box's */
	uint64_t mirror;
	struct str path;
};

static struct note note[JMAP_BOXES_MAX];
static size_t notes;
static struct buf note_text;
static struct jmap_box there[JMAP_BOXES_MAX];
static size_t theres;

static bool
take_here(struct str *in, struct here *h)
{
	uint64_t n;
	uint32_t u;

	return field_take_u64(in, &h->id) && field_take_u32(in, &u) &&
	    field_take_u32(in, &u) && field_take_u64(in, &n) &&
	    field_take_u32(in, &h->messages) && field_take_u32(in, &u) &&
	    field_take_u64(in, &n) && field_take_u32(in, &h->special) &&
	    field_take_u32(in, &u) && field_take_u32(in, &u) &&
	    field_take_u64(in, &n) && field_take_u64(in, &n) &&
	    field_take_str(in, &h->name);
}

static bool
list_here(struct sync *s)
{
	struct str in;
	bool more;

	heres = 0;
	if (names.limit == 0)
		buf_init(&names, 2 * READ_CHUNK);
	if (!mirror_read(s, READ_LIST, NULL, &more))
		return false;
	buf_clear(&names);
	buf_add(&names, buf_str(&s->answer));
	in = buf_str(&names);
	while (heres < JMAP_BOXES_MAX && take_here(&in, &here[heres])) {
		here[heres].used = false;
		heres += here[heres].id != 0;
	}
	return true;
}

static bool
take_note(struct str *in, struct note *n)
{
	struct remote r;

	if (!remote_take(in, &r))
		return false;
	n->id = r.id;
	n->path = r.value;
	n->mirror = 0;
	if (str_take_word(&n->id, STR("=m:")) &&
	    str_take_u64(&n->path, &n->mirror))
		(void)str_take_byte(&n->path, ' ');
	return true;
}

static bool
list_notes(struct sync *s)
{
	struct msg_read_remotes m = { .what = REMOTES_NOTES };
	struct str in;
	bool more;

	notes = 0;
	if (note_text.limit == 0)
		buf_init(&note_text, 2 * READ_CHUNK);
	if (!mirror_remotes(s, &m, &more))
		return false;
	buf_clear(&note_text);
	buf_add(&note_text, buf_str(&s->answer));
	in = buf_str(&note_text);
	while (notes < JMAP_BOXES_MAX && take_note(&in, &note[notes]))
		notes += note[notes].mirror != 0;
	return true;
}

static const struct note *
note_of(struct str id)
{
	for (size_t i = 0; i < notes; i++)
		if (str_eq(note[i].id, id))
			return &note[i];
	return NULL;
}

static bool
is_noted(uint64_t mirror)
{
	for (size_t i = 0; i < notes; i++)
		if (note[i].mirror == mirror)
			return true;
	return false;
}

static struct here *
by_id(uint64_t id)
{
	for (size_t i = 0; i < heres; i++)
		if (here[i].id == id)
			return &here[i];
	return NULL;
}

static enum special
special_of(struct str role)
{
	static const char *const roles[SPECIALS] = { "", "archive", "drafts",
	    "junk", "sent", "trash" };

	for (int i = 1; i < SPECIALS; i++)
		if (str_eq(role, from_c(roles[i])))
			return (enum special)i;
	return SPECIAL_NONE;
}

/* "inbox" is INBOX, whatever it is called. */
static void
path_of(size_t i, struct buf *path)
{
	buf_clear(path);
	if (str_eq(there[i].role, STR("inbox")))
		buf_add_c(path, "INBOX");
	else
		(void)jmap_box_path(there, theres, i, path);
}

/* One of the same use, else one of the same name. */
static struct here *
alike(size_t i, struct str path)
{
	enum special use = special_of(there[i].role);

	for (size_t k = 0; use != SPECIAL_NONE && k < heres; k++)
		if (here[k].special == (uint32_t)use && !here[k].used)
			return &here[k];
	for (size_t k = 0; k < heres; k++)
		if (str_eq(here[k].name, path) && !here[k].used)
			return &here[k];
	return NULL;
}

static void
note_name(char out[NOTE_MAX], struct str id)
{
	snprintf(out, NOTE_MAX, "=m:%.*s", (int)id.len, id.ptr);
}

static bool
agree(struct sync *s, struct str id, uint64_t mirror, struct str path)
{
	char name[NOTE_MAX];
	struct buf value;
	bool ok;

	note_name(name, id);
	buf_init(&value, REMOTE_VALUE_MAX);
	buf_add_u64(&value, mirror);
	buf_byte(&value, ' ');
	buf_add(&value, path);
	ok = !value.failed && mirror_keep(s, from_c(name), 0,
	    buf_str(&value));
	buf_free(&value);
	return ok;
}

static bool
make_here(struct sync *s, size_t i, struct str path, uint64_t *id)
{
	struct msg_write_create m = { path, special_of(there[i].role) };
	union msg_written w;

	if (!mirror_write(s, WRITE_CREATE, &m, -1, WRITE_MADE, &w))
		return false;
	if (w.made.verdict == VERDICT_NO && w.made.reason == MADE_USE) {
		m.special = SPECIAL_NONE;
		if (!mirror_write(s, WRITE_CREATE, &m, -1, WRITE_MADE, &w))
			return false;
	}
	*id = w.made.mailbox;
	if (w.made.verdict != VERDICT_YES)
		log_event("mailbox-not-made", "reason=%u", w.made.reason);
	return w.made.verdict == VERDICT_YES;
}

/* It has another path there than when both agreed. */
static bool
rename_here(struct sync *s, struct here *h, struct str base, struct str path)
{
	struct msg_write_rename m = { h->name, path };
	union msg_written w;

	if (str_eq(base, path) || str_eq(h->name, path) ||
	    str_eq(h->name, STR("INBOX")))
		return true;
	return mirror_write(s, WRITE_RENAME, &m, -1, WRITE_MADE, &w);
}

static enum plan_event
match(struct sync *s, size_t i, struct buf *path)
{
	const struct note *n = note_of(there[i].id);
	struct str base = n == NULL ? STR("") : n->path;
	struct here *h = n == NULL ? NULL : by_id(n->mirror);
	uint64_t id = 0;

	path_of(i, path);
	if (h == NULL)
		h = alike(i, buf_str(path));
	if (h != NULL) {
		h->used = true;
		id = h->id;
		if (base.len > 0 && !rename_here(s, h, base, buf_str(path)))
			return PLAN_LATER;
	} else if (!make_here(s, i, buf_str(path), &id)) {
		return PLAN_LATER;
	}
	s->box[i] = (struct box){ there[i].id, id };
	return str_eq(base, buf_str(path)) && h != NULL ? PLAN_DONE :
	    agree(s, there[i].id, id, buf_str(path)) ? PLAN_DONE :
	    PLAN_LATER;
}

/* Parents before children: what is above some is made with them. */
static enum plan_event
match_all(struct sync *s)
{
	enum plan_event e = PLAN_DONE;
	struct buf path;

	buf_init(&path, MAILBOX_NAME_MAX);
	for (size_t i = 0; e == PLAN_DONE && i < theres; i++)
		e = match(s, i, &path);
	buf_free(&path);
	s->boxes = e == PLAN_DONE ? theres : 0;
	return e;
}

static bool
is_not_slash(unsigned char c)
{
	return c != '/';
}

/* Its parent there, if its name has one. */
static bool
place_there(const struct sync *s, struct str name, struct str *leaf,
    struct str *parent)
{
	struct str rest = name;

	*parent = STR("");
	*leaf = str_take_while(&rest, is_not_slash);
	while (str_take_byte(&rest, '/')) {
		struct str above = { name.ptr,
		    (size_t)(rest.ptr - name.ptr) - 1 };

		*parent = STR("");
		for (size_t k = 0; k < heres; k++)
			if (str_eq(here[k].name, above))
				*parent = box_remote(s, here[k].id);
		if (parent->len == 0)
			return false;
		*leaf = str_take_while(&rest, is_not_slash);
	}
	return true;
}

static enum plan_event
make_there(struct sync *s, struct here *h)
{
	struct str leaf, parent, id;
	const json_t *args, *made;
	enum plan_event e;
	json_t *box;

	if (!place_there(s, h->name, &leaf, &parent))
		return PLAN_DONE;
	box = json_pack("{s:o}", "name", ask_text(leaf));
	json_object_set_new(box, "parentId", parent.len > 0 ?
	    ask_text(parent) : json_null());
	e = ask(s, "Mailbox/set", json_pack("{s:{s:o}}", "create", "n", box),
	    &args);
	if (e != PLAN_DONE)
		return e;
	made = json_object_get(json_object_get(args, "created"), "n");
	id = from_c(json_string_value(json_object_get(made, "id")));
	if (!jmap_is_id(id)) {
		log_event("push-refused", "what=mailbox");
		return PLAN_DONE;
	}
	return agree(s, id, h->id, h->name) ? PLAN_MORE : PLAN_LATER;
}

/* How far the mirror is, its owner wants to know. */
static bool
note_emails(struct sync *s, uint64_t n)
{
	struct buf was, now;
	bool ok;

	buf_init(&was, REMOTE_VALUE_MAX);
	buf_init(&now, 32);
	buf_add_u64(&now, n);
	ok = mirror_note(s, "=there", &was) && (str_eq(buf_str(&was),
	    buf_str(&now)) || mirror_keep(s, STR("=there"), 0,
	    buf_str(&now)));
	buf_free(&was);
	buf_free(&now);
	return ok;
}

static enum plan_event
get_boxes(struct sync *s)
{
	struct jmap_lie l = { NULL };
	const json_t *args;
	enum plan_event e = ask(s, "Mailbox/get", json_pack("{s:n}", "ids"),
	    &args);

	if (e != PLAN_DONE)
		return e;
	/* the ids are looked at until the next round */
	json_decref(s->boxes_json);
	s->boxes_json = json_incref(s->reply_json);
	if (!note_emails(s, jmap_boxes_emails(args)))
		return PLAN_LATER;
	return ask_said(s, jmap_boxes_read(args, there, JMAP_BOXES_MAX,
	    &theres, &l), &l);
}

/* What is here alone is made there: DONE, or MORE if any was. */
static enum plan_event
make_all_there(struct sync *s)
{
	enum plan_event e = PLAN_DONE;
	bool more = false;

	for (size_t k = 0; e == PLAN_DONE && k < heres; k++)
		if (!here[k].used && !is_noted(here[k].id)) {
			e = make_there(s, &here[k]);
			more |= e == PLAN_MORE;
			e = e == PLAN_MORE ? PLAN_DONE : e;
		}
	return e == PLAN_DONE && more ? PLAN_MORE : e;
}

/* One level of names after the other: a child needs its parent there. */
enum plan_event
boxes_step(struct sync *s)
{
	enum plan_event e = PLAN_MORE;

	for (int level = 0; e == PLAN_MORE && level < LEVELS_MAX; level++) {
		e = get_boxes(s);
		if (e == PLAN_DONE && (!list_here(s) || !list_notes(s)))
			return PLAN_LATER;
		if (e == PLAN_DONE)
			e = match_all(s);
		if (e == PLAN_DONE)
			e = make_all_there(s);
	}
	return e == PLAN_MORE ? PLAN_DONE : e;
}

/* A note of a mailbox that is not there: ours goes, if nothing is in it. */
static bool
bury(struct sync *s, const struct here *h, struct str id)
{
	struct msg_write_delete m = { h->name };
	char name[NOTE_MAX];
	union msg_written w;

	if (h->messages > 0)
		return true;
	note_name(name, id);
	return mirror_write(s, WRITE_DELETE, &m, -1, WRITE_MADE, &w) &&
	    mirror_forget(s, from_c(name));
}

enum plan_event
bury_step(struct sync *s)
{
	if (!list_here(s))
		return PLAN_LATER;
	for (size_t i = 0; i < notes; i++) {
		const struct here *h = by_id(note[i].mirror);

		if (h != NULL && box_mirror(s, note[i].id) == 0 &&
		    box_remote(s, h->id).len == 0 && !bury(s, h, note[i].id))
			return PLAN_LATER;
	}
	return PLAN_DONE;
}

uint64_t
box_mirror(const struct sync *s, struct str id)
{
	for (size_t i = 0; i < s->boxes; i++)
		if (str_eq(s->box[i].id, id))
			return s->box[i].mirror;
	return 0;
}

struct str
box_remote(const struct sync *s, uint64_t mirror)
{
	for (size_t i = 0; i < s->boxes; i++)
		if (s->box[i].mirror == mirror)
			return s->box[i].id;
	return STR("");
}
