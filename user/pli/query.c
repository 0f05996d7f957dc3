/*
 * query.c - words of a search, as a filter of JMAP (RFC 8621, 4.4.1).
 *
 * The operators are those of the webmail (user/web/query.js).  What is not
 * known as one is looked for as text; "-" in front turns any of it around.
 */

#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "mail.h"

enum { TEXT_MAX = 1024 };

static const char *const textual[] = { "from", "to", "cc", "bcc", "subject",
    "body" };

static const struct { const char *word, *condition, *keyword; } states[] = {
	{ "unread", "notKeyword", "$seen" }, { "read", "hasKeyword", "$seen" },
	{ "starred", "hasKeyword", "$flagged" },
	{ "unstarred", "notKeyword", "$flagged" },
	{ "answered", "hasKeyword", "$answered" },
	{ "draft", "hasKeyword", "$draft" },
};

static json_t *
pair(const char *key, struct str value)
{
	return json_pack("{s:s%}", key, value.ptr, value.len);
}

/* Midnight, here, of 2026, 2026-05 or 2026-05-01. */
static json_t *
day(const char *op, struct str in)
{
	uint64_t y, month = 1, d = 1;
	struct tm tm = { .tm_isdst = -1 };
	char text[32];
	time_t t;

	if (!str_take_u64(&in, &y) || y < 1900 || y > 9999 ||
	    (in.len > 0 && (!str_take_byte(&in, '-') ||
	    !str_take_u64(&in, &month))) ||
	    (in.len > 0 && (!str_take_byte(&in, '-') ||
	    !str_take_u64(&in, &d))) || in.len > 0 || month < 1 ||
	    month > 12 || d < 1 || d > 31)
		return NULL;
	tm.tm_year = (int)y - 1900;
	tm.tm_mon = (int)month - 1;
	tm.tm_mday = (int)d;
	t = mktime(&tm);
	if (t == (time_t)-1 || tm.tm_mday != (int)d ||
	    gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return NULL;
	return json_pack("{s:s}", op, text);
}

static bool
is_attachment(struct str v)
{
	return str_eq_nocase(v, STR("attachment")) ||
	    str_eq_nocase(v, STR("attachments")) ||
	    str_eq_nocase(v, STR("pièce")) || str_eq_nocase(v,
	    STR("pièces"));
}

static json_t *
in_box(const struct mail *m, struct str value)
{
	char name[TEXT_MAX];
	const char *id;

	snprintf(name, sizeof(name), "%.*s", (int)value.len, value.ptr);
	id = mail_box(m, name);
	return id != NULL ? json_pack("{s:s}", "inMailbox", id) : NULL;
}

/* NULL: it is no operator, or not with this value. */
static json_t *
condition(const char *op, struct str value, const struct mail *m)
{
	for (size_t i = 0; i < sizeof(textual) / sizeof(textual[0]); i++)
		if (strcmp(op, textual[i]) == 0)
			return pair(op, value);
	if (strcmp(op, "has") == 0 && is_attachment(value))
		return json_pack("{s:b}", "hasAttachment", 1);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(op, "is") == 0 && str_eq_nocase(value,
		    from_c(states[i].word)))
			return json_pack("{s:s}", states[i].condition,
			    states[i].keyword);
	if (strcmp(op, "before") == 0 || strcmp(op, "after") == 0)
		return day(op, value);
	return strcmp(op, "in") == 0 ? in_box(m, value) : NULL;
}

static struct str
unquoted(struct str s)
{
	if (str_take_byte(&s, '"') && s.len > 0 && s.ptr[s.len - 1] == '"')
		s.len--;
	return s;
}

void
query_add(json_t *conditions, struct str word, const struct mail *m)
{
	struct str rest = word, name;
	bool not = rest.len > 1 && str_take_byte(&rest, '-');
	struct str whole = rest;
	char op[16] = "";
	json_t *one = NULL;

	name = str_take_while(&rest, is_alpha);
	if (str_take_byte(&rest, ':') && name.len < sizeof(op)) {
		for (size_t i = 0; i < name.len; i++)
			op[i] = ascii_lower(name.ptr[i]);
		one = condition(op, unquoted(rest), m);
	}
	if (one == NULL)
		one = pair("text", unquoted(whole));
	if (one != NULL && not)
		one = json_pack("{s:s, s:[o]}", "operator", "NOT",
		    "conditions", one);
	if (one != NULL)
		json_array_append_new(conditions, one);
}

json_t *
query_filter(json_t *conditions, const struct mail *m)
{
	json_t *outside = json_array(), *one;
	bool named = false;
	size_t i;

	json_array_foreach(conditions, i, one)
		named = named || json_object_get(one, "inMailbox") != NULL;
	for (i = 0; i < 2 && !named; i++) {
		const char *id = mail_box(m, i == 0 ? "trash" : "junk");

		if (id != NULL)
			json_array_append_new(outside, json_string(id));
	}
	if (json_array_size(conditions) == 0) {
		json_decref(outside);
		return NULL;
	}
	if (json_array_size(outside) > 0)
		json_array_append_new(conditions, json_pack("{s:O}",
		    "inMailboxOtherThan", outside));
	json_decref(outside);
	return json_pack("{s:s, s:O}", "operator", "AND", "conditions",
	    conditions);
}
