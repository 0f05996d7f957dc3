/* jmap_part.c - the parts of an email, and their text.  RFC 8621, 4.1.4. */

#include <string.h>

#include "base/ascii.h"
#include "codec/utf8.h"
#include "codec/word2047.h"
#include "jmap_email.h"
#include "mail/bodies.h"
#include "mail/header.h"

static const char *const standard[] = {
	"partId", "blobId", "size", "name", "type", "charset", "disposition",
	"cid", "language", "location", NULL,
};

struct parts {
	const struct email *email;
	const struct email_open *open;
	const struct email_body *args;
	struct arena arena;
};

void
email_blob(char out[EMAIL_BLOB_LEN], const struct email *e, uint64_t part)
{
	char digits[12];
	size_t n = 0, at = JMAP_ID_LEN - 1;

	out[0] = 'b';
	jmap_id(out + 1, 'e', e->id);
	if (part > 0)
		out[at++] = '-';
	for (; part > 0 && n < sizeof(digits); part /= 10)
		digits[n++] = (char)('0' + part % 10);
	while (n > 0)
		out[at++] = digits[--n];
	out[at] = '\0';
}

bool
email_blob_parse(const char *text, struct email_blob_id *id)
{
	struct str rest = from_c(text);
	char head[JMAP_ID_LEN] = "";

	*id = (struct email_blob_id){ 0 };
	if (rest.len < JMAP_ID_LEN - 1 || text[0] != 'b')
		return false;
	memcpy(head, text + 1, JMAP_ID_LEN - 2);
	rest.ptr += JMAP_ID_LEN - 1;
	rest.len -= JMAP_ID_LEN - 1;
	if (jmap_id_parse(head, 'u', &id->upload))
		return rest.len == 0;
	if (!jmap_id_parse(head, 'e', &id->email))
		return false;
	return rest.len == 0 || (str_take_byte(&rest, '-') &&
	    str_take_u64(&rest, &id->part) && rest.len == 0 && id->part > 0);
}

/* In the order of the text, the root is 1. */
static const struct mime_part *
after(const struct mime_part *p)
{
	if (p->child != NULL && p->kind == MIME_MULTIPART)
		return p->child;
	while (p != NULL && p->next == NULL)
		p = p->parent;
	return p == NULL ? NULL : p->next;
}

const struct mime_part *
email_part(const struct email_open *o, uint64_t n)
{
	const struct mime_part *p = o->mime.root;

	while (p != NULL && --n > 0)
		p = after(p);
	return p;
}

static uint64_t
number(const struct email_open *o, const struct mime_part *part)
{
	uint64_t n = 1;

	for (const struct mime_part *p = o->mime.root; p != NULL && p != part;
	    p = after(p))
		n++;
	return n;
}

static void
decode(const struct mime_part *p, struct buf *out)
{
	buf_init(out, p->body.len + 16);
	bodies_decode(p, out);
}

static json_t *
text_or_null(struct str s)
{
	return s.len > 0 ? jmap_text(s) : json_null();
}

static bool
is_token_end(unsigned char c)
{
	return c != ';' && !is_wsp(c) && c != '\r' && c != '\n';
}

static json_t *
type_json(const struct mime_part *p)
{
	json_t *value;
	struct buf b;

	buf_init(&b, 1024);
	buf_add(&b, p->type.type);
	buf_byte(&b, '/');
	buf_add(&b, p->type.subtype);
	for (size_t i = 0; i < b.len; i++)
		b.ptr[i] = ascii_lower(b.ptr[i]);
	value = jmap_text(buf_str(&b));
	buf_free(&b);
	return value;
}

static struct str
charset_of(struct parts *x, const struct mime_part *p)
{
	struct str value = { NULL, 0 }, ignored;

	if (!param_get(&p->type, STR("charset"), &x->arena, &value, &ignored))
		value.len = 0;
	if (value.len == 0 && str_eq_nocase(p->type.type, STR("text")))
		value = STR("us-ascii");
	return value;
}

static json_t *
field_json(const struct mime_part *p, struct str name, bool token)
{
	struct header_field f;
	struct str value;

	if (!header_find(p->header, name, &f))
		return json_null();
	value = f.value;
	header_skip_fws(&value);
	if (token)
		value = str_take_while(&value, is_token_end);
	else
		value = str_trim_end(value, is_wsp);
	return text_or_null(value);
}

static json_t *
languages(const struct mime_part *p)
{
	json_t *all = json_array();
	struct header_field f;
	struct str one;

	if (header_find(p->header, STR("Content-Language"), &f))
		while (http_list_next(&f.value, &one))
			if (one.len > 0)
				json_array_append_new(all, jmap_text(one));
	if (json_array_size(all) > 0)
		return all;
	json_decref(all);
	return json_null();
}

/* What only leaves have. */
static void
put_content(struct parts *x, const struct mime_part *p, json_t *o)
{
	uint64_t n = number(x->open, p);
	char blob[EMAIL_BLOB_LEN];
	struct buf content;

	if (p->kind == MIME_MULTIPART) {
		json_object_set_new(o, "partId", json_null());
		json_object_set_new(o, "blobId", json_null());
		json_object_set_new(o, "size", json_integer(0));
		return;
	}
	email_blob(blob, x->email, n);
	decode(p, &content);
	json_object_set_new(o, "partId", json_sprintf("%llu",
	    (unsigned long long)n));
	json_object_set_new(o, "blobId", json_string(blob));
	json_object_set_new(o, "size", json_integer(
	    (json_int_t)content.len));
	buf_free(&content);
}

static void
put_own_headers(const struct mime_part *p, json_t *props, json_t *o)
{
	json_t *one;
	size_t i;

	json_array_foreach(props, i, one) {
		const char *name = json_string_value(one);

		if (strcmp(name, "headers") == 0)
			json_object_set_new(o, name, email_headers(p->header));
		else if (strncmp(name, "header:", 7) == 0)
			json_object_set_new(o, name, email_header(p->header,
			    name));
	}
}

static json_t *
part_json(struct parts *x, const struct mime_part *p)
{
	json_t *props = x->args->properties, *o = json_object();

	put_content(x, p, o);
	json_object_set_new(o, "name", text_or_null(bodies_name(p,
	    &x->arena)));
	json_object_set_new(o, "type", type_json(p));
	json_object_set_new(o, "charset", text_or_null(charset_of(x, p)));
	json_object_set_new(o, "disposition", field_json(p,
	    STR("Content-Disposition"), true));
	json_object_set_new(o, "cid", text_or_null(bodies_cid(p,
	    &x->arena)));
	json_object_set_new(o, "language", languages(p));
	json_object_set_new(o, "location", field_json(p,
	    STR("Content-Location"), false));
	for (size_t i = 0; standard[i] != NULL; i++)
		if (!jmap_wants(props, standard[i]))
			json_object_del(o, standard[i]);
	put_own_headers(p, props, o);
	return o;
}

bool
email_is_part_property(const char *name)
{
	for (size_t i = 0; standard[i] != NULL; i++)
		if (strcmp(name, standard[i]) == 0)
			return true;
	return strcmp(name, "headers") == 0 || strcmp(name, "subParts") == 0 ||
	    (strncmp(name, "header:", 7) == 0 && email_is_header(name));
}

/* MIME_DEPTH_MAX bounds it. */
static json_t *
tree_json(struct parts *x, const struct mime_part *p)
{
	json_t *o = part_json(x, p), *below;

	if (p->kind != MIME_MULTIPART)
		return o;
	below = json_array();
	for (const struct mime_part *c = p->child; c != NULL; c = c->next)
		json_array_append_new(below, tree_json(x, c));
	json_object_set_new(o, "subParts", below);
	return o;
}

static json_t *
list_json(struct parts *x, const struct bodies_list *l)
{
	json_t *all = json_array();

	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(all, part_json(x, l->part[i]));
	return all;
}

/* Text as UTF-8, lines ending in LF; false: it was not all understood. */
static bool
text_of(struct parts *x, const struct mime_part *p, struct buf *out)
{
	struct buf raw, utf8;
	bool good;

	decode(p, &raw);
	buf_init(&utf8, 4 * raw.len + 16);
	good = !raw.failed && word2047_charset(charset_of(x, p),
	    buf_str(&raw), &utf8);
	if (!good || !utf8_valid(buf_str(&utf8))) {
		good = false;
		buf_clear(&utf8);
		utf8_clean(&utf8, buf_str(&raw));
	}
	buf_init(out, utf8.len + 1);
	for (size_t i = 0; i < utf8.len; i++)
		if (utf8.ptr[i] != '\r' || i + 1 == utf8.len ||
		    utf8.ptr[i + 1] != '\n')
			buf_byte(out, utf8.ptr[i]);
	buf_free(&raw);
	buf_free(&utf8);
	return good;
}

static json_t *
value_json(struct parts *x, const struct mime_part *p)
{
	size_t max = (size_t)x->args->max, n;
	struct buf text;
	bool good = text_of(x, p, &text);
	json_t *o;

	n = text.len;
	if (max > 0 && n > max) {
		n = max;
		while (n > 0 && ((unsigned char)text.ptr[n] & 0xc0) == 0x80)
			n--;
	}
	o = json_pack("{s:o, s:b, s:b}", "value", jmap_text((struct str){
	    text.ptr, n }), "isEncodingProblem", !good, "isTruncated",
	    n < text.len);
	buf_free(&text);
	return o;
}

static void
put_values(struct parts *x, const struct bodies_list *l, json_t *values)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct mime_part *p = l->part[i];
		char key[24];

		if (!str_eq_nocase(p->type.type, STR("text")))
			continue;
		snprintf(key, sizeof(key), "%llu",
		    (unsigned long long)number(x->open, p));
		if (json_object_get(values, key) == NULL)
			json_object_set_new(values, key, value_json(x, p));
	}
}

static json_t *
values_json(struct parts *x, const struct bodies *b)
{
	json_t *values = json_object();

	if (x->args->text || x->args->all)
		put_values(x, &b->text, values);
	if (x->args->html || x->args->all)
		put_values(x, &b->html, values);
	if (x->args->all)
		put_values(x, &b->attached, values);
	return values;
}

/* The beginning of the text, blanks run together; of HTML no tags. */
static json_t *
preview(struct parts *x, const struct bodies *b)
{
	bool html, tag = false, blank = false;
	struct buf text, out;
	json_t *value;

	if (b->text.n == 0 || !str_eq_nocase(b->text.part[0]->type.type,
	    STR("text")))
		return json_string("");
	html = str_eq_nocase(b->text.part[0]->type.subtype, STR("html"));
	text_of(x, b->text.part[0], &text);
	buf_init(&out, 2 * EMAIL_PREVIEW);
	for (size_t i = 0; i < text.len && out.len < EMAIL_PREVIEW - 4; i++) {
		char c = text.ptr[i];

		if (html && (c == '<' || tag)) {
			tag = c != '>';
			c = ' ';
		}
		blank |= is_wsp((unsigned char)c) || c == '\n';
		if (is_wsp((unsigned char)c) || c == '\n')
			continue;
		if (blank && out.len > 0)
			buf_byte(&out, ' ');
		blank = false;
		buf_byte(&out, c);
	}
	while (out.len > 0 && !utf8_valid(buf_str(&out)))
		out.len--;
	value = jmap_text(buf_str(&out));
	buf_free(&out);
	buf_free(&text);
	return value;
}

void
email_put_bodies(const struct email *e, const struct email_open *o,
    const struct email_body *args, json_t *props, json_t *out)
{
	static struct bodies b;
	struct parts x = { .email = e, .open = o, .args = args };

	arena_init(&x.arena, JMAP_ARENA_MAX);
	bodies_find(&b, o->mime.root, &x.arena);
	if (props != NULL && jmap_wants(props, "bodyStructure"))
		json_object_set_new(out, "bodyStructure", tree_json(&x,
		    o->mime.root));
	if (jmap_wants(props, "textBody"))
		json_object_set_new(out, "textBody", list_json(&x, &b.text));
	if (jmap_wants(props, "htmlBody"))
		json_object_set_new(out, "htmlBody", list_json(&x, &b.html));
	if (jmap_wants(props, "attachments"))
		json_object_set_new(out, "attachments", list_json(&x,
		    &b.attached));
	if (jmap_wants(props, "bodyValues"))
		json_object_set_new(out, "bodyValues", values_json(&x, &b));
	if (jmap_wants(props, "preview"))
		json_object_set_new(out, "preview", preview(&x, &b));
	arena_reset(&x.arena);
}
