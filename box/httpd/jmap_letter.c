/*
 * jmap_letter.c - what a submission says.
 *
 * It is the email's text, as it is stored.  Of a sealed account that is
 * ciphertext for its owner alone, which is no letter to anybody else.  Such an
 * owner's client has the text and the box has not: it uploads it, and either
 * imports the upload (then the store still holds the text for a while, in
 * memory) or names it as blobId under a capability of ours.  An upload is never
 * written to the disk.
 */

#include "jmap_submission.h"
#include "mail/header.h"

static json_t *
invalid(const char *property)
{
	return jmap_set_error("invalidProperties", NULL, property);
}

/* Sealed by this box: `seal` puts its field in front of each. */
static bool
is_sealed(struct str text)
{
	struct header_field f;

	return header_find((struct str){ text.ptr, header_len(text) },
	    STR("Pli-Seal"), &f);
}

static json_t *
take_email(struct jmap *j, json_t *id, struct letter *l)
{
	struct email e;
	uint64_t n;

	if (!jmap_id_of(j, id, 'e', &n) || !email_find_one(j, n, &e))
		return j->gone ? jmap_set_error("serverFail", NULL, NULL) :
		    invalid("emailId");
	l->email = e.id;
	l->thread = e.thread;
	if (l->mapped)
		return NULL;
	if (e.size > j->h->role->conf.size || !email_open(j, &e, true,
	    &l->open))
		return jmap_set_error(e.size > j->h->role->conf.size ?
		    "tooLarge" : "serverFail", NULL, NULL);
	l->text = buf_str(&l->open.text);
	if (!is_sealed(l->text))
		return NULL;
	l->mapped = blob_map_email(j, e.id, &l->text);
	return l->mapped ? NULL : jmap_set_error("forbiddenToSend",
	    "This email is stored encrypted to you alone, so nobody else "
	    "could read it. Upload its text and give that as blobId.", NULL);
}

static json_t *
take_blob(struct jmap *j, json_t *value, struct letter *l)
{
	const char *id = json_string_value(value);
	struct email_blob_id blob;

	if ((j->using & USING_BLOB) == 0 || id == NULL ||
	    !email_blob_parse(id, &blob) || blob.upload == 0)
		return invalid("blobId");
	l->mapped = blob_map(j, blob.upload, &l->text);
	return l->mapped ? NULL : jmap_set_error("blobNotFound", NULL, NULL);
}

/* l->text is what goes on; what is done to it then is submit/encrypt.c's. */
static json_t *
look(struct letter *l)
{
	l->header = (struct str){ l->text.ptr, header_len(l->text) };
	if (is_sealed(l->text))
		return jmap_set_error("forbiddenToSend",
		    "This is what the box has sealed for you alone.", NULL);
	return NULL;
}

json_t *
letter_begin(struct jmap *j, json_t *o, struct letter *l)
{
	json_t *blob = json_object_get(o, "blobId");
	json_t *email = json_object_get(o, "emailId");
	json_t *error = NULL;

	*l = (struct letter){ .open = { .text = { 0 } } };
	arena_init(&l->open.arena, JMAP_ARENA_MAX);
	if (blob != NULL)
		error = take_blob(j, blob, l);
	if (error == NULL && (blob == NULL || (email != NULL &&
	    !json_is_null(email))))
		error = take_email(j, email, l);
	return error != NULL ? error : look(l);
}

void
letter_end(struct letter *l)
{
	if (l->mapped)
		blob_unmap(l->text);
	email_close(&l->open);
}
