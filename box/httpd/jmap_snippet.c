/* jmap_snippet.c - SearchSnippet/get: what was found, and where.  RFC 8621,
 * 5. */

#include <string.h>

#include "base/ascii.h"
#include "base/verdict.h"
#include "codec/markup.h"
#include "jmap_email.h"

enum { PREVIEW_MAX = 255 };		/* octets: RFC 8621, 5 */

#define ON	"<mark>"
#define OFF	"</mark>"

static size_t
char_len(struct str s)
{
	size_t n = 1;

	while (n < s.len && ((unsigned char)s.ptr[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* A character as HTML.  Marks that the text itself brings open nothing twice
 * and close nothing that is not open. */
static void
put_char(struct buf *out, struct str c, bool *on)
{
	bool mark = c.ptr[0] == SNIPPET_ON || c.ptr[0] == SNIPPET_OFF;

	if (mark && *on != (c.ptr[0] == SNIPPET_ON)) {
		*on = !*on;
		buf_add_c(out, *on ? ON : OFF);
	} else if (!mark && !markup_put(out, c.ptr[0])) {
		buf_add(out, c);
	}
}

/* At most that many octets, each mark closed. */
static json_t *
html(struct str s, size_t most)
{
	bool on = false;
	json_t *value;
	struct buf out, next;

	if (s.len == 0)
		return json_null();
	buf_init(&out, most);
	buf_init(&next, PREVIEW_MAX);
	while (s.len > 0) {
		struct str c = { s.ptr, char_len(s) };

		buf_clear(&next);
		put_char(&next, c, &on);
		if (out.len + next.len + sizeof(OFF) > most)
			break;
		buf_add(&out, buf_str(&next));
		s.ptr += c.len;
		s.len -= c.len;
	}
	/* one that did not fit was not opened */
	if (on && !(s.len > 0 && s.ptr[0] == SNIPPET_ON))
		buf_add_c(&out, OFF);
	value = jmap_text(buf_str(&out));
	buf_free(&out);
	buf_free(&next);
	return value;
}

/* Those that there are, in their order; the others go to *missing. */
static bool
look(struct jmap *j, const uint64_t *ids, size_t n, struct buf *packed,
    json_t *missing)
{
	struct email *found = arena_alloc(&j->arena, n + 1, sizeof(*found));
	size_t has = 0, k;

	if (found == NULL || (n > 0 && !email_find(j, ids, n, found, &has)))
		return false;
	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < has && found[k].id != ids[i]; k++)
			;
		if (k < has)
			field_put_u64(packed, ids[i]);
		else
			json_array_append_new(missing, jmap_id_json('e',
			    ids[i]));
	}
	return true;
}

static bool
take_ids(struct jmap *j, json_t *list, struct buf *packed, json_t *missing)
{
	uint64_t ids[SNIPPETS_MAX];
	size_t i, n = 0;
	json_t *one;

	if (!json_is_array(list))
		return jmap_fail(j, "invalidArguments", "emailIds") != NULL;
	if (json_array_size(list) > SNIPPETS_MAX)
		return jmap_fail(j, "requestTooLarge", "emailIds") != NULL;
	json_array_foreach(list, i, one)
		if (jmap_id_of(j, one, 'e', &ids[n]))
			n++;
		else
			json_array_append(missing, one);
	return look(j, ids, n, packed, missing);
}

static bool
is_blank(unsigned char c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

static json_t *
snippet(uint64_t email, struct str subject, struct str text)
{
	subject = str_trim_end(subject, is_blank);
	text = str_trim_end(text, is_blank);
	return json_pack("{s:o, s:o, s:o}", "emailId",
	    jmap_id_json('e', email), "subject",
	    html(subject, 8 * (size_t)SNIPPET_MAX), "preview",
	    html(text, PREVIEW_MAX));
}

/* Records come in the order of the ids; those between have none. */
static void
put_list(struct reading *a, struct str ids, json_t *list)
{
	struct str subject = { 0 }, text = { 0 };
	uint64_t email, found = 0;

	while (field_take_u64(&ids, &email)) {
		if (found == 0 && (!field_take_u64(&a->data, &found) ||
		    !field_take_str(&a->data, &subject) ||
		    !field_take_str(&a->data, &text)))
			found = UINT64_MAX;
		if (found != email) {
			json_array_append_new(list, snippet(email, STR(""),
			    STR("")));
			continue;
		}
		json_array_append_new(list, snippet(email, subject, text));
		found = 0;
	}
}

static json_t *
ask(struct jmap *j, struct msg_read_snippets *m, json_t *missing)
{
	struct reading a;
	json_t *r = NULL;

	if (!jmap_ask(j, READ_SNIPPETS, m, &a))
		return NULL;
	if (a.verdict == VERDICT_NO) {
		jmap_fail(j, "unsupportedFilter",
		    "there is no index of texts");
	} else if (a.verdict != VERDICT_YES) {
		jmap_fail(j, "serverUnavailable", NULL);
	} else {
		r = json_pack("{s:s, s:[], s:o}", "accountId", j->account,
		    "list", "notFound", json_array_size(missing) > 0 ?
		    json_incref(missing) : json_null());
		put_list(&a, m->ids, json_object_get(r, "list"));
	}
	reading_end(&a);
	return r;
}

json_t *
jmap_snippet_get(struct jmap *j, json_t *args)
{
	static const char *const names[] = { "filter", "emailIds", NULL };
	struct buf filter = { .len = 0 }, packed;
	json_t *missing = json_array(), *r = NULL;
	struct msg_read_snippets m;

	buf_init(&packed, SNIPPETS_MAX * 8);
	if (jmap_only(j, args, names) &&
	    take_ids(j, json_object_get(args, "emailIds"), &packed,
	    missing) && email_filter(j, json_object_get(args, "filter"),
	    &filter)) {
		m.filter = buf_str(&filter);
		m.ids = buf_str(&packed);
		r = ask(j, &m, missing);
	}
	buf_free(&packed);
	buf_free(&filter);
	json_decref(missing);
	return r;
}
