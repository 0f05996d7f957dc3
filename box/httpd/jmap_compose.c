/*
 * jmap_compose.c - Email/set create: a message out of properties.  RFC 8621,
 * 4.6.
 *
 * Taken are the properties of a draft: addresses, ids, subject, one text, one
 * HTML body, attachments.  Every value is encoded or checked, so that nothing
 * in it can end a line; texts and attachments go as base64.
 */

#include <string.h>

#include "base/ascii.h"
#include "codec/base64.h"
#include "jmap_email.h"
#include "mail/bodies.h"
#include "mail/date.h"

enum {
	WORD_OCTETS = 45,	/* of an encoded word: 75 characters */
	LINE = 76,
	BOUNDARY = 16,
	MANY = 200,		/* addresses of a field, attachments */
};

struct draft {
	struct jmap *j;
	json_t *o;
	struct buf out;
	const char *bad;	/* the property that cannot be taken */
	bool gone;		/* a blob is */
};

static bool
is_simple(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_print((unsigned char)s.ptr[i]))
			return false;
	return s.len <= WORD_OCTETS && memchr(s.ptr, '?', s.len) == NULL;
}

/* UTF-8 as encoded words, each of whole characters. */
static void
put_words(struct buf *out, struct str s)
{
	char text[2 * WORD_OCTETS];

	while (s.len > 0) {
		struct str some = s;

		if (some.len > WORD_OCTETS) {
			some.len = WORD_OCTETS;
			while (((unsigned char)s.ptr[some.len] & 0xc0) ==
			    0x80)
				some.len--;
		}
		buf_add(out, STR("=?utf-8?B?"));
		buf_add_mem(out, text, base64_encode(text, some));
		buf_add(out, STR("?="));
		s.ptr += some.len;
		s.len -= some.len;
		if (s.len > 0)
			buf_add(out, STR("\r\n "));
	}
}

static void
put_phrase(struct buf *out, struct str s)
{
	if (!is_simple(s)) {
		put_words(out, s);
		return;
	}
	buf_byte(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, s.ptr[i]);
	}
	buf_byte(out, '"');
}

static bool
is_of_address(unsigned char c)
{
	return (is_vchar(c) || c >= 0x80) && c != '<' && c != '>' &&
	    c != ',' && c != ';' && c != '(' && c != ')';
}

static bool
put_address(struct draft *d, json_t *a)
{
	struct str name = from_c(json_string_value(json_object_get(a,
	    "name")));
	struct str email = from_c(json_string_value(json_object_get(a,
	    "email"))), rest = email;

	str_take_while(&rest, is_of_address);
	if (email.len == 0 || rest.len > 0)
		return false;
	if (name.len > 0) {
		put_phrase(&d->out, name);
		buf_byte(&d->out, ' ');
	}
	buf_byte(&d->out, '<');
	buf_add(&d->out, email);
	buf_byte(&d->out, '>');
	return true;
}

/* Lists of addresses or ids, an element a line. */
static void
put_list(struct draft *d, const char *field, const char *property,
    bool (*put)(struct draft *, json_t *), const char *between)
{
	json_t *list = json_object_get(d->o, property), *one;
	size_t i;

	if (list == NULL || json_is_null(list))
		return;
	if (!json_is_array(list) || json_array_size(list) > MANY) {
		d->bad = property;
		return;
	}
	if (json_array_size(list) == 0)
		return;
	buf_add_c(&d->out, field);
	buf_add(&d->out, STR(": "));
	json_array_foreach(list, i, one) {
		if (i > 0)
			buf_add_c(&d->out, between);
		if (!put(d, one))
			d->bad = property;
	}
	buf_add(&d->out, STR("\r\n"));
}

static bool
put_id(struct draft *d, json_t *id)
{
	struct str s = from_c(json_string_value(id)), rest = s;

	str_take_while(&rest, is_of_address);
	if (s.len == 0 || s.len > MESSAGE_ID_MAX || rest.len > 0)
		return false;
	buf_byte(&d->out, '<');
	buf_add(&d->out, s);
	buf_byte(&d->out, '>');
	return true;
}

static void
put_random(struct buf *out)
{
	unsigned char chance[BOUNDARY];

	crypt_random(chance, sizeof(chance));
	buf_add_hex(out, (struct str){ (char *)chance, sizeof(chance) });
}

static bool
is_at(unsigned char c)
{
	return c != '@';
}

static void
put_own(struct draft *d)
{
	struct str domain = d->j->h->user;
	struct date now = date_of((int64_t)time(NULL), 0);

	str_take_while(&domain, is_at);
	if (json_object_get(d->o, "messageId") == NULL) {
		buf_add(&d->out, STR("Message-ID: <"));
		put_random(&d->out);
		buf_add(&d->out, domain);
		buf_add(&d->out, STR(">\r\n"));
	}
	buf_add(&d->out, STR("Date: "));
	date_put(&d->out, &now);
	buf_add(&d->out, STR("\r\nMIME-Version: 1.0\r\n"));
}

static void
put_header(struct draft *d)
{
	static const struct { const char *field, *property; } lists[] = {
		{ "From", "from" }, { "Sender", "sender" },
		{ "Reply-To", "replyTo" }, { "To", "to" }, { "Cc", "cc" },
		{ "Bcc", "bcc" },
	};
	json_t *subject = json_object_get(d->o, "subject");
	struct str text = from_c(json_string_value(subject));

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		put_list(d, lists[i].field, lists[i].property, put_address,
		    ",\r\n ");
	put_list(d, "Message-ID", "messageId", put_id, "\r\n ");
	put_list(d, "In-Reply-To", "inReplyTo", put_id, "\r\n ");
	put_list(d, "References", "references", put_id, "\r\n ");
	if (subject != NULL && !json_is_null(subject) &&
	    !json_is_string(subject))
		d->bad = "subject";
	buf_add(&d->out, STR("Subject: "));
	if (is_simple(text))
		buf_add(&d->out, text);
	else
		put_words(&d->out, text);
	buf_add(&d->out, STR("\r\n"));
	put_own(d);
}

static void
put_base64(struct draft *d, struct str s)
{
	size_t room = base64_encoded_len(s.len) / LINE * (LINE + 2) +
	    LINE + 4;
	char *at = buf_room(&d->out, room);

	if (at != NULL && s.len > 0)
		buf_grow(&d->out, base64_encode_lines(at, s, LINE));
}

/* A text part: what bodyValues has under its partId; LF becomes CRLF. */
static void
put_text(struct draft *d, const char *property, const char *type)
{
	json_t *part = json_array_get(json_object_get(d->o, property), 0);
	const char *id = json_string_value(json_object_get(part, "partId"));
	json_t *value = id == NULL ? NULL : json_object_get(json_object_get(
	    json_object_get(d->o, "bodyValues"), id), "value");
	struct str text = from_c(json_string_value(value));
	struct buf lines;

	if (value == NULL || json_array_size(json_object_get(d->o,
	    property)) != 1) {
		d->bad = property;
		return;
	}
	buf_add(&d->out, STR("Content-Type: "));
	buf_add_c(&d->out, type);
	buf_add(&d->out, STR("; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n"));
	buf_init(&lines, 2 * text.len + 2);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\n' && (i == 0 ||
		    text.ptr[i - 1] != '\r'))
			buf_byte(&lines, '\r');
		buf_byte(&lines, text.ptr[i]);
	}
	put_base64(d, buf_str(&lines));
	buf_free(&lines);
}

static void
put_multipart(struct draft *d, const char *kind, struct buf *boundary)
{
	buf_init(boundary, 4 * BOUNDARY);
	put_random(boundary);
	buf_add(&d->out, STR("Content-Type: multipart/"));
	buf_add_c(&d->out, kind);
	buf_add(&d->out, STR("; boundary="));
	buf_add(&d->out, buf_str(boundary));
	buf_add(&d->out, STR("\r\n\r\n"));
}

static void
put_boundary(struct draft *d, const struct buf *boundary, const char *end)
{
	buf_add(&d->out, STR("--"));
	buf_add(&d->out, buf_str(boundary));
	buf_add_c(&d->out, end);
	buf_add(&d->out, STR("\r\n"));
}

static void
put_body(struct draft *d)
{
	bool text = json_array_size(json_object_get(d->o, "textBody")) > 0;
	bool html = json_array_size(json_object_get(d->o, "htmlBody")) > 0;
	struct buf boundary;

	if (!text && !html) {
		buf_add(&d->out, STR("Content-Type: text/plain\r\n\r\n"));
	} else if (text != html) {
		put_text(d, text ? "textBody" : "htmlBody", text ?
		    "text/plain" : "text/html");
	} else {
		put_multipart(d, "alternative", &boundary);
		put_boundary(d, &boundary, "");
		put_text(d, "textBody", "text/plain");
		put_boundary(d, &boundary, "");
		put_text(d, "htmlBody", "text/html");
		put_boundary(d, &boundary, "--");
		buf_free(&boundary);
	}
}

static void
put_part_of_email(struct draft *d, const struct email_blob_id *id)
{
	struct email_open open = { .text = { 0 } };
	const struct mime_part *p = NULL;
	struct buf content;
	struct email e;

	d->gone = true;
	if (!email_find_one(d->j, id->email, &e))
		return;
	if (email_open(d->j, &e, true, &open) && id->part > 0)
		p = email_part(&open, id->part);
	if (p != NULL) {
		buf_init(&content, p->body.len + 16);
		bodies_decode(p, &content);
		put_base64(d, buf_str(&content));
		d->gone = content.failed;
		buf_free(&content);
	}
	email_close(&open);
}

static void
put_blob(struct draft *d, json_t *part)
{
	const char *blob = json_string_value(json_object_get(part,
	    "blobId"));
	struct email_blob_id id;
	struct str octets;

	if (blob == NULL || !email_blob_parse(blob, &id))
		d->gone = true;
	else if (id.email != 0)
		put_part_of_email(d, &id);
	else if (!blob_map(d->j, id.upload, &octets))
		d->gone = true;
	else {
		put_base64(d, octets);
		blob_unmap(octets);
	}
}

static bool
is_of_type(unsigned char c)
{
	return is_ldh(c) || c == '/' || c == '.' || c == '+' || c == '_';
}

/* RFC 2231: all but letters, digits and some as "%41". */
static void
put_file_name(struct draft *d, struct str name)
{
	if (name.len == 0)
		return;
	buf_add(&d->out, STR(";\r\n filename*=utf-8''"));
	for (size_t i = 0; i < name.len && i < MANY; i++) {
		struct str c = { name.ptr + i, 1 };

		if (is_ldh((unsigned char)*c.ptr) || *c.ptr == '.' ||
		    *c.ptr == '_') {
			buf_add(&d->out, c);
			continue;
		}
		buf_byte(&d->out, '%');
		buf_add_hex(&d->out, c);
	}
}

static void
put_attachment(struct draft *d, json_t *part)
{
	struct str type = from_c(json_string_value(json_object_get(part,
	    "type"))), rest = type;
	struct str name = from_c(json_string_value(json_object_get(part,
	    "name")));
	struct str how = from_c(json_string_value(json_object_get(part,
	    "disposition")));
	json_t *cid = json_object_get(part, "cid");

	str_take_while(&rest, is_of_type);
	if (rest.len > 0 || type.len > MANY ||
	    memchr(type.ptr, '/', type.len) == NULL)
		type = STR("application/octet-stream");
	buf_add(&d->out, STR("Content-Type: "));
	buf_add(&d->out, type);
	buf_add_c(&d->out, str_eq(how, STR("inline")) ?
	    "\r\nContent-Disposition: inline" :
	    "\r\nContent-Disposition: attachment");
	put_file_name(d, name);
	buf_add(&d->out, STR("\r\n"));
	if (json_is_string(cid)) {
		buf_add(&d->out, STR("Content-ID: "));
		if (!put_id(d, cid))
			d->bad = "attachments";
		buf_add(&d->out, STR("\r\n"));
	}
	buf_add(&d->out, STR("Content-Transfer-Encoding: base64\r\n\r\n"));
	put_blob(d, part);
}

static void
put_all(struct draft *d)
{
	json_t *list = json_object_get(d->o, "attachments"), *one;
	struct buf boundary;
	size_t i;

	put_header(d);
	if (json_array_size(list) == 0) {
		put_body(d);
		return;
	}
	if (json_array_size(list) > MANY)
		d->bad = "attachments";
	put_multipart(d, "mixed", &boundary);
	put_boundary(d, &boundary, "");
	put_body(d);
	json_array_foreach(list, i, one) {
		put_boundary(d, &boundary, "");
		put_attachment(d, one);
	}
	put_boundary(d, &boundary, "--");
	buf_free(&boundary);
}

static const char *
unknown(json_t *o)
{
	static const char *const known[] = { "mailboxIds", "keywords",
	    "receivedAt", "from", "sender", "replyTo", "to", "cc", "bcc",
	    "subject", "messageId", "inReplyTo", "references", "bodyValues",
	    "textBody", "htmlBody", "attachments", NULL };
	const char *key;
	json_t *v;
	size_t i;

	json_object_foreach(o, key, v) {
		for (i = 0; known[i] != NULL; i++)
			if (strcmp(key, known[i]) == 0)
				break;
		if (known[i] == NULL)
			return key;
	}
	return NULL;
}

json_t *
email_compose(struct jmap *j, json_t *o, struct buf *out)
{
	struct draft d = { .j = j, .o = o, .bad = unknown(o) };
	json_t *error = NULL;

	buf_init(&d.out, 2 * (size_t)j->h->role->conf.size);
	if (d.bad == NULL)
		put_all(&d);
	if (d.bad != NULL)
		error = jmap_set_error("invalidProperties",
		    "not to be taken for a new email", d.bad);
	else if (d.gone)
		error = jmap_set_error("blobNotFound", NULL, NULL);
	else if (d.out.failed ||
	    d.out.len > (size_t)j->h->role->conf.size)
		error = jmap_set_error("tooLarge", NULL, NULL);
	*out = d.out;
	return error;
}
