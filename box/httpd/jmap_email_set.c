/*
 * jmap_email_set.c - Email/set: keywords, mailbox, end.  RFC 8621, 4.6.
 *
 * An email is in one mailbox.  What is new is put together by jmap_compose.c.
 */

#include <string.h>

#include "base/verdict.h"
#include "ipc/chan.h"
#include "jmap_email.h"

/* Keywords, packed, and system flags. */
struct words {
	uint32_t flags;
	struct buf packed;
	bool any;
};

struct patch {
	struct words set, add, remove;
	bool whole;			/* `set` is all there is to be */
	bool moves;
	uint64_t target;
	size_t targets;			/* to be in */
	bool leaves;			/* not to be where it is */
};

static void
begin(struct patch *p)
{
	struct words *all[] = { &p->set, &p->add, &p->remove };

	*p = (struct patch){ 0 };
	for (size_t i = 0; i < 3; i++)
		buf_init(&all[i]->packed, KEYWORDS_MAX * (KEYWORD_MAX + 4));
}

static void
end(struct patch *p)
{
	buf_free(&p->set.packed);
	buf_free(&p->add.packed);
	buf_free(&p->remove.packed);
}

/* RFC 8621, 4.1.1: as IMAP's, without "(){]%*\"\\". */
static bool
is_keyword(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] > '~' ||
		    strchr("(){]%*\"\\", s.ptr[i]) != NULL)
			return false;
	return s.len > 0 && s.len <= KEYWORD_MAX;
}

static bool
add_word(struct words *w, const char *text)
{
	struct str keyword = from_c(text);
	uint32_t flag = email_system_flag(keyword);

	if (!is_keyword(keyword))
		return false;
	w->any = true;
	w->flags |= flag;
	if (flag == 0)
		field_put_str(&w->packed, keyword);
	return !w->packed.failed;
}

/* Of an object of keywords; false: it is none. */
static bool
take_words(struct words *w, json_t *o)
{
	const char *key;
	json_t *v;

	if (!json_is_object(o))
		return false;
	json_object_foreach(o, key, v)
		if (!json_is_true(v) || !add_word(w, key))
			return false;
	return true;
}

static bool
take_box(struct jmap *j, struct patch *p, const struct email *e,
    const char *id, json_t *v)
{
	json_t *text = json_string(id);
	uint64_t box;
	bool ok = jmap_id_of(j, text, 'm', &box);

	json_decref(text);
	if (!ok || !(json_is_true(v) || json_is_null(v)))
		return false;
	if (json_is_true(v) && box != e->mailbox) {
		p->target = box;
		p->targets++;
	} else if (json_is_null(v) && box == e->mailbox) {
		p->leaves = true;
	}
	p->moves = true;
	return true;
}

static bool
take_boxes(struct jmap *j, struct patch *p, const struct email *e, json_t *o)
{
	bool stays = false;
	const char *key;
	json_t *v;

	if (!json_is_object(o))
		return false;
	json_object_foreach(o, key, v) {
		uint64_t was = p->targets;

		if (!json_is_true(v) || !take_box(j, p, e, key, v))
			return false;
		stays |= p->targets == was;
	}
	p->leaves = !stays;
	p->moves = true;
	return true;
}

static json_t *
take_patch(struct jmap *j, struct patch *p, const struct email *e, json_t *o)
{
	const char *key;
	bool ok = true;
	json_t *v;

	json_object_foreach(o, key, v) {
		if (strcmp(key, "keywords") == 0) {
			p->whole = true;
			ok = take_words(&p->set, v);
		} else if (strncmp(key, "keywords/", 9) == 0) {
			ok = (json_is_true(v) || json_is_null(v)) &&
			    add_word(json_is_true(v) ? &p->add : &p->remove,
			    key + 9);
		} else if (strcmp(key, "mailboxIds") == 0) {
			ok = take_boxes(j, p, e, v);
		} else if (strncmp(key, "mailboxIds/", 11) == 0) {
			ok = take_box(j, p, e, key + 11, v);
		} else {
			return jmap_set_error("invalidProperties",
			    "not to be changed", key);
		}
		if (!ok)
			return jmap_set_error("invalidProperties", NULL, key);
	}
	return NULL;
}

static void
pack_uid(char out[4], uint32_t uid)
{
	for (int i = 0; i < 4; i++)
		out[i] = (char)(uid >> (8 * i) & 0xff);
}

static json_t *
write_words(struct jmap *j, const struct email *e, uint32_t op,
    const struct words *w)
{
	char uid[4];
	/* \Deleted is IMAP's alone */
	uint32_t kept = op == FLAGS_SET ? e->flags & FLAG_DELETED : 0;
	struct msg_write_flags m = { e->mailbox, op, w->flags | kept,
	    buf_str(&w->packed), 0, { uid, sizeof(uid) } };
	union msg_written is;

	pack_uid(uid, e->uid);
	if (jmap_write(j, WRITE_FLAGS, &m, -1, &is, NULL) != WRITE_DONE ||
	    is.done.verdict == VERDICT_LATER)
		return jmap_set_error("serverFail", "try again later", NULL);
	return is.done.verdict == VERDICT_YES ? NULL : jmap_set_error(
	    "tooManyKeywords", NULL, NULL);
}

static json_t *
move(struct jmap *j, const struct email *e, uint64_t target)
{
	char range[8];
	struct msg_write_copy m = { e->mailbox, target, 1,
	    { range, sizeof(range) } };
	union msg_written is;

	pack_uid(range, e->uid);
	pack_uid(range + 4, e->uid);
	if (jmap_write(j, WRITE_COPY, &m, -1, &is, NULL) != WRITE_COPIED)
		return jmap_set_error("serverFail", NULL, NULL);
	if (is.copied.reason == RCPT_NO_MAILBOX)
		return jmap_set_error("invalidProperties", "no such mailbox",
		    "mailboxIds");
	if (is.copied.reason == RCPT_FULL)
		return jmap_set_error("overQuota", NULL, NULL);
	return is.copied.verdict == VERDICT_YES ? NULL :
	    jmap_set_error("serverFail", "try again later", NULL);
}

static json_t *
apply(struct jmap *j, const struct email *e, const struct patch *p)
{
	json_t *error = NULL;

	if (p->moves && (p->leaves ? p->targets != 1 : p->targets != 0))
		return jmap_set_error(p->targets > 1 || !p->leaves ?
		    "tooManyMailboxes" : "invalidProperties",
		    "an email is in one mailbox", "mailboxIds");
	if (p->whole)
		error = write_words(j, e, FLAGS_SET, &p->set);
	if (error == NULL && p->add.any)
		error = write_words(j, e, FLAGS_ADD, &p->add);
	if (error == NULL && p->remove.any)
		error = write_words(j, e, FLAGS_REMOVE, &p->remove);
	if (error == NULL && p->targets == 1)
		error = move(j, e, p->target);
	return error;
}

static json_t *
update(struct jmap *j, const char *key, json_t *o, json_t **out)
{
	struct patch p;
	struct email e;
	uint64_t id;
	json_t *error;

	(void)out;
	if (!jmap_id_parse(key, 'e', &id) || !email_find_one(j, id, &e))
		return jmap_set_error("notFound", NULL, NULL);
	begin(&p);
	error = take_patch(j, &p, &e, o);
	if (error == NULL)
		error = apply(j, &e, &p);
	end(&p);
	return error;
}

static json_t *
destroy(struct jmap *j, const char *key, json_t *args)
{
	char uid[4];
	struct msg_write_expunge m = { .any = 1, .uids = { uid,
	    sizeof(uid) } };
	union msg_written is;
	struct email e;
	uint64_t id;

	(void)args;
	if (!jmap_id_parse(key, 'e', &id) || !email_find_one(j, id, &e))
		return jmap_set_error("notFound", NULL, NULL);
	m.mailbox = e.mailbox;
	pack_uid(uid, e.uid);
	if (jmap_write(j, WRITE_EXPUNGE, &m, -1, &is, NULL) != WRITE_DONE ||
	    is.done.verdict != VERDICT_YES)
		return jmap_set_error("serverFail", "try again later", NULL);
	return is.done.modified.len == 0 ? NULL : jmap_set_error("notFound",
	    NULL, NULL);
}

/* Where it is to be, since when, with which keywords. */
static json_t *
take_place(struct jmap *j, json_t *o, struct email_bring *in,
    struct words *w)
{
	json_t *boxes = json_object_get(o, "mailboxIds"), *v;
	json_t *at = json_object_get(o, "receivedAt");
	json_t *words = json_object_get(o, "keywords");
	const char *key = "";
	json_t *text;
	bool ok;

	if (json_object_size(boxes) != 1)
		return jmap_set_error(json_object_size(boxes) > 1 ?
		    "tooManyMailboxes" : "invalidProperties",
		    "an email is in one mailbox", "mailboxIds");
	json_object_foreach(boxes, key, v)
		break;
	text = json_string(key);
	ok = jmap_id_of(j, text, 'm', &in->mailbox);
	json_decref(text);
	if (!ok)
		return jmap_set_error("invalidProperties", NULL,
		    "mailboxIds");
	if (words != NULL && !take_words(w, words))
		return jmap_set_error("invalidProperties", NULL, "keywords");
	in->date = (uint64_t)time(NULL);
	if (at != NULL && !json_is_null(at) && (!json_is_string(at) ||
	    !jmap_date_parse(json_string_value(at), &in->date)))
		return jmap_set_error("invalidProperties", NULL,
		    "receivedAt");
	in->flags = w->flags;
	in->keywords = buf_str(&w->packed);
	return NULL;
}

static json_t *
bring_blob(struct jmap *j, json_t *o, struct email_bring *in,
    struct email *made)
{
	const char *id = json_string_value(json_object_get(o, "blobId"));
	struct msg_write_blob_of of = { 0 };
	struct email_blob_id blob;
	json_t *error;

	if (id == NULL || !email_blob_parse(id, &blob))
		return jmap_set_error("invalidProperties", NULL, "blobId");
	of.blob = blob.upload;
	if (blob.upload == 0 || !blob_map(j, blob.upload, &in->text))
		return jmap_set_error("blobNotFound", NULL, NULL);
	error = email_bring(j, in, made);
	blob_unmap(in->text);
	of.email = made->id;
	/* so that it can still be sent, though it is sealed now */
	if (error == NULL && chan_put(j->h->writer, msg_write, WRITE_TYPES,
	    WRITE_BLOB_OF, &of, NULL, 0) != CHAN_OK)
		j->gone = true;
	return error;
}

static json_t *
bring_draft(struct jmap *j, json_t *o, struct email_bring *in,
    struct email *made)
{
	struct buf text;
	json_t *error = email_compose(j, o, &text);

	in->text = buf_str(&text);
	if (error == NULL)
		error = email_bring(j, in, made);
	buf_free(&text);
	return error;
}

static json_t *
bring_one(struct jmap *j, json_t *o, json_t **out, json_t *(*bring)(
    struct jmap *, json_t *, struct email_bring *, struct email *))
{
	struct email_bring in = { 0 };
	char text[EMAIL_BLOB_LEN];
	struct words w = { 0 };
	struct email made = { 0 };
	json_t *error;

	buf_init(&w.packed, KEYWORDS_MAX * (KEYWORD_MAX + 4));
	error = take_place(j, o, &in, &w);
	if (error == NULL)
		error = bring(j, o, &in, &made);
	buf_free(&w.packed);
	if (error != NULL)
		return error;
	email_blob(text, &made, 0);
	*out = json_pack("{s:o, s:s, s:o, s:I}", "id", jmap_id_json('e',
	    made.id), "blobId", text, "threadId", jmap_id_json('t',
	    made.thread), "size", (json_int_t)made.size);
	return NULL;
}

static json_t *
create(struct jmap *j, json_t *o, json_t **out)
{
	return bring_one(j, o, out, bring_draft);
}

static json_t *
import_one(struct jmap *j, json_t *o, json_t **out)
{
	return bring_one(j, o, out, bring_blob);
}

json_t *
jmap_email_set(struct jmap *j, json_t *args)
{
	static const struct jmap_set_ops ops = { .create = create,
	    .update = update, .destroy = destroy };

	return jmap_set(j, args, &ops);
}

/* Email/import, RFC 8621, 4.8: as /set with "emails" for "create". */
json_t *
jmap_email_import(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "ifInState", "emails", NULL };
	static const struct jmap_set_ops ops = { .create = import_one };
	json_t *emails = json_object_get(args, "emails"), *as_set, *r, *state;

	if (!jmap_only(j, args, names))
		return NULL;
	if (!json_is_object(emails))
		return jmap_fail(j, "invalidArguments", "emails");
	as_set = json_pack("{s:s, s:O}", "accountId", j->account, "create",
	    emails);
	state = json_object_get(args, "ifInState");
	if (state != NULL)
		json_object_set(as_set, "ifInState", state);
	r = jmap_set(j, as_set, &ops);
	json_decref(as_set);
	if (r == NULL)
		return NULL;
	json_object_del(r, "updated");
	json_object_del(r, "destroyed");
	json_object_del(r, "notUpdated");
	json_object_del(r, "notDestroyed");
	return r;
}

/* There is no other account: RFC 8621, 4.7. */
json_t *
jmap_email_copy(struct jmap *j, json_t *args)
{
	const char *from = json_string_value(json_object_get(args,
	    "fromAccountId"));

	if (!jmap_account(j, args))
		return NULL;
	return jmap_fail(j, from != NULL && strcmp(from, j->account) == 0 ?
	    "invalidArguments" : "fromAccountNotFound", NULL);
}
