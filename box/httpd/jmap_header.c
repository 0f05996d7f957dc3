/* jmap_header.c - header fields in the forms of RFC 8621, 4.1.2. */

#include <string.h>

#include "base/ascii.h"
#include "codec/utf8.h"
#include "codec/word2047.h"
#include "jmap_email.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/header.h"

enum { FIELD_MAX = HEADER_MAX, NAME_MAX_ = 200, FORM_MAX = 32 };

typedef json_t *form_fn(struct str raw);

/* Raw octets, as UTF-8. */
static json_t *
as_raw(struct str raw)
{
	return jmap_text(raw);
}

static json_t *
decoded(struct str text)
{
	json_t *value;
	struct buf b;

	buf_init(&b, 3 * FIELD_MAX);
	word2047_decode(text, &b);
	value = jmap_text(buf_str(&b));
	buf_free(&b);
	return value;
}

static json_t *
as_text(struct str raw)
{
	json_t *value;
	struct buf b;

	buf_init(&b, FIELD_MAX);
	header_unfold(raw, &b);
	value = decoded(buf_str(&b));
	buf_free(&b);
	return value;
}

static json_t *
name_of(const struct address *a)
{
	json_t *value;
	struct buf b;

	buf_init(&b, FIELD_MAX);
	address_put_name(&b, a);
	value = b.len == 0 ? json_null() : decoded(buf_str(&b));
	buf_free(&b);
	return value;
}

static json_t *
mailbox(const struct address *a)
{
	json_t *o = json_object();
	struct buf b;

	buf_init(&b, FIELD_MAX);
	address_put_local(&b, a);
	if (a->domain.len > 0) {
		buf_byte(&b, '@');
		address_put_domain(&b, a);
	}
	json_object_set_new(o, "name", name_of(a));
	json_object_set_new(o, "email", jmap_text(buf_str(&b)));
	buf_free(&b);
	return o;
}

static json_t *
as_addresses(struct str raw)
{
	json_t *all = json_array();
	struct address_list l;
	struct address a;

	address_begin(&l, raw);
	while (address_next(&l, &a))
		if (a.kind == ADDRESS_MAILBOX)
			json_array_append_new(all, mailbox(&a));
	return all;
}

static json_t *
group(json_t *all, json_t *name)
{
	json_t *g = json_pack("{s:o, s:[]}", "name", name, "addresses");

	json_array_append_new(all, g);
	return json_object_get(g, "addresses");
}

static json_t *
as_grouped(struct str raw)
{
	json_t *all = json_array(), *in = NULL;
	struct address_list l;
	struct address a;

	address_begin(&l, raw);
	while (address_next(&l, &a)) {
		if (a.kind == ADDRESS_GROUP)
			in = group(all, name_of(&a));
		else if (a.kind == ADDRESS_GROUP_END)
			in = NULL;
		else
			json_array_append_new(in != NULL ? in : (in = group(
			    all, json_null())), mailbox(&a));
	}
	return all;
}

static bool
is_no_angle(unsigned char c)
{
	return c != '<';
}

static bool
is_id(unsigned char c)
{
	return is_vchar(c) && c != '<' && c != '>';
}

/* Each between angle brackets; null when there is none. */
static json_t *
in_angles(struct str raw)
{
	json_t *all = json_array();
	struct str id;

	while (raw.len > 0) {
		str_take_while(&raw, is_no_angle);
		(void)str_take_byte(&raw, '<');
		id = str_take_while(&raw, is_id);
		if (str_take_byte(&raw, '>') && id.len > 0)
			json_array_append_new(all, jmap_text(id));
	}
	if (json_array_size(all) > 0)
		return all;
	json_decref(all);
	return json_null();
}

/* With the zone of the sender: RFC 8620, 1.4, Date. */
static json_t *
as_date(struct str raw)
{
	json_t *value;
	struct buf b;
	struct date d;
	unsigned zone;

	if (!date_parse(raw, &d))
		return json_null();
	zone = (unsigned)(d.zone < 0 ? -d.zone : d.zone);
	value = jmap_date_json((uint64_t)(date_seconds(&d) + 60 * d.zone));
	if (zone == 0 || json_string_length(value) != 20)
		return value;
	buf_init(&b, 64);
	buf_add_mem(&b, json_string_value(value), 19);
	buf_byte(&b, d.zone < 0 ? '-' : '+');
	date_put_digits(&b, zone / 60, 2);
	buf_byte(&b, ':');
	date_put_digits(&b, zone % 60, 2);
	json_decref(value);
	value = jmap_text(buf_str(&b));
	buf_free(&b);
	return value;
}

static const struct {
	const char *name;
	form_fn *form;
} forms[] = {
	{ "asRaw", as_raw }, { "asText", as_text },
	{ "asAddresses", as_addresses }, { "asGroupedAddresses", as_grouped },
	{ "asMessageIds", in_angles }, { "asDate", as_date },
	{ "asURLs", in_angles },
};

static const struct {
	const char *property, *field;
	form_fn *form;
} shorthand[] = {
	{ "messageId", "Message-ID", in_angles },
	{ "inReplyTo", "In-Reply-To", in_angles },
	{ "references", "References", in_angles },
	{ "sender", "Sender", as_addresses }, { "from", "From", as_addresses },
	{ "to", "To", as_addresses }, { "cc", "Cc", as_addresses },
	{ "bcc", "Bcc", as_addresses },
	{ "replyTo", "Reply-To", as_addresses },
	{ "subject", "Subject", as_text }, { "sentAt", "Date", as_date },
};

struct wanted {
	struct str name;
	form_fn *form;
	bool all;
};

static bool
is_no_colon(unsigned char c)
{
	return c != ':';
}

static bool
take_suffix(struct wanted *w, struct str suffix)
{
	if (str_eq(suffix, STR("all"))) {
		w->all = true;
		return true;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (str_eq(suffix, from_c(forms[i].name)) && !w->all) {
			w->form = forms[i].form;
			return true;
		}
	return false;
}

static bool
take_wanted(struct wanted *w, const char *property)
{
	struct str rest = from_c(property);

	for (size_t i = 0; i < sizeof(shorthand) / sizeof(shorthand[0]); i++)
		if (strcmp(property, shorthand[i].property) == 0) {
			*w = (struct wanted){ from_c(shorthand[i].field),
			    shorthand[i].form, false };
			return true;
		}
	*w = (struct wanted){ .form = as_raw };
	if (!str_take_word(&rest, STR("header:")))
		return false;
	w->name = str_take_while(&rest, is_no_colon);
	while (str_take_byte(&rest, ':'))
		if (!take_suffix(w, str_take_while(&rest, is_no_colon)))
			return false;
	return w->name.len > 0 && w->name.len <= NAME_MAX_;
}

bool
email_is_header(const char *property)
{
	struct wanted w;

	return take_wanted(&w, property);
}

/* The last field of that name, or all. */
json_t *
email_header(struct str block, const char *property)
{
	struct header_field f;
	struct header h;
	struct wanted w;
	json_t *all, *last;

	if (!take_wanted(&w, property))
		return NULL;
	all = json_array();
	header_begin(&h, block);
	while (header_next(&h, &f))
		if (str_eq_nocase(f.name, w.name)) {
			if (!w.all)
				json_array_clear(all);
			json_array_append_new(all, w.form(f.value));
		}
	if (w.all)
		return all;
	last = json_incref(json_array_get(all, 0));
	json_decref(all);
	return last != NULL ? last : json_null();
}

json_t *
email_headers(struct str block)
{
	json_t *all = json_array();
	struct header_field f;
	struct header h;

	header_begin(&h, block);
	while (header_next(&h, &f))
		if (f.name.len > 0)
			json_array_append_new(all, json_pack("{s:o, s:o}",
			    "name", jmap_text(f.name), "value",
			    as_raw(f.value)));
	return all;
}
