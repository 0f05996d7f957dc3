/* jmap_boxes.c - the account's mailboxes, as a tree. */

#include <string.h>

#include "base/verdict.h"
#include "jmap.h"

static bool
take(struct str *data, struct jmap_box *b)
{
	uint32_t validity, next, subscribed, recent;
	uint64_t octets;

	if (!field_take_u64(data, &b->id) || !field_take_u32(data, &validity) ||
	    !field_take_u32(data, &next) ||
	    !field_take_u64(data, &b->modseq) ||
	    !field_take_u32(data, &b->messages) ||
	    !field_take_u32(data, &b->unseen) ||
	    !field_take_u64(data, &octets) ||
	    !field_take_u32(data, &b->special) ||
	    !field_take_u32(data, &subscribed) ||
	    !field_take_u32(data, &recent) ||
	    !field_take_u64(data, &b->born) ||
	    !field_take_u64(data, &b->changed) ||
	    !field_take_str(data, &b->name))
		return false;
	b->subscribed = subscribed != 0;
	return true;
}

static const struct jmap_box *
named(const struct jmap_boxes *all, struct str name)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->box[i].name, name))
			return &all->box[i];
	return NULL;
}

/* The nearest mailbox above; a level that is none belongs to the name. */
static void
find_parent(const struct jmap_boxes *all, struct jmap_box *b)
{
	struct str above = b->name;

	b->own = b->name;
	while (above.len > 0) {
		if (above.ptr[--above.len] != '/')
			continue;
		b->parent = named(all, above);
		if (b->parent == NULL)
			continue;
		b->own = (struct str){ b->name.ptr + above.len + 1,
		    b->name.len - above.len - 1 };
		return;
	}
}

static bool
fill(struct jmap *j, struct jmap_boxes *all, struct str data)
{
	struct jmap_box b;

	while (all->n < JMAP_BOXES_MAX) {
		b = (struct jmap_box){ 0 };
		if (!take(&data, &b))
			return true;
		if (b.id == 0)
			continue;
		b.name = arena_str(&j->arena, b.name);
		if (b.name.ptr == NULL)
			return false;
		all->box[all->n++] = b;
	}
	return true;
}

bool
jmap_boxes(struct jmap *j, struct jmap_boxes *all)
{
	struct reading a;
	bool ok;

	all->n = 0;
	all->box = arena_alloc(&j->arena, JMAP_BOXES_MAX,
	    sizeof(struct jmap_box));
	if (!jmap_ask(j, READ_LIST, NULL, &a))
		return false;
	ok = a.verdict == VERDICT_YES && all->box != NULL &&
	    fill(j, all, a.data);
	reading_end(&a);
	if (!ok)
		return jmap_fail(j, "serverUnavailable", NULL) != NULL;
	for (size_t i = 0; i < all->n; i++)
		find_parent(all, &all->box[i]);
	return true;
}

const struct jmap_box *
jmap_box(const struct jmap_boxes *all, uint64_t id)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->box[i].id == id)
			return &all->box[i];
	return NULL;
}

const char *
jmap_role(const struct jmap_box *b)
{
	static const char *const roles[SPECIALS] = {
		[SPECIAL_ARCHIVE] = "archive", [SPECIAL_DRAFTS] = "drafts",
		[SPECIAL_JUNK] = "junk", [SPECIAL_SENT] = "sent",
		[SPECIAL_TRASH] = "trash",
	};

	if (str_eq(b->name, STR("INBOX")))
		return "inbox";
	return b->special < SPECIALS ? roles[b->special] : NULL;
}

unsigned
jmap_order(const struct jmap_box *b)
{
	static const unsigned orders[SPECIALS] = {
		[SPECIAL_NONE] = 10, [SPECIAL_DRAFTS] = 2, [SPECIAL_SENT] = 3,
		[SPECIAL_ARCHIVE] = 4, [SPECIAL_JUNK] = 5, [SPECIAL_TRASH] = 6,
	};

	if (str_eq(b->name, STR("INBOX")))
		return 1;
	return orders[b->special < SPECIALS ? b->special : SPECIAL_NONE];
}
