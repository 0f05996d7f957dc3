/* rows.c - messages, a line each. */

#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "codec/utf8.h"
#include "mail.h"

enum { WHO = 24, ID = 8 };

static const char *
text_in(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static bool
has(const json_t *email, const char *keyword)
{
	return json_is_true(json_object_get(json_object_get(email,
	    "keywords"), keyword));
}

/* So many characters, the last one "…" if there are more. */
static void
put_cut(struct str s, int width)
{
	struct str rest = s;
	size_t fits = s.len;
	uint32_t code;
	int n = 0;

	while (rest.len > 0) {
		if (n == width - 1)
			fits = s.len - rest.len;
		if (!utf8_take(&rest, &code)) {
			rest.ptr++;
			rest.len--;
		}
		n++;
	}
	if (n <= width) {
		put_cell(s, 0);
		printf("%*s", width - n, "");
	} else {
		put_cell((struct str){ s.ptr, fits }, 0);
		fputs("\xe2\x80\xa6", stdout);
	}
}

/* "2026-11-27T08:00:00Z", here: the time if it is of today. */
static void
put_date(const char *utc)
{
	time_t now = time(NULL), t;
	struct tm tm = { 0 }, at, today;
	char text[16] = "?";

	if (strptime(utc, "%Y-%m-%dT%H:%M:%SZ", &tm) != NULL) {
		t = timegm(&tm);
		(void)localtime_r(&t, &at);
		(void)localtime_r(&now, &today);
		(void)strftime(text, sizeof(text), at.tm_yday ==
		    today.tm_yday && at.tm_year == today.tm_year ?
		    "%H:%M" : "%Y-%m-%d", &at);
	}
	printf("%-10s  ", text);
}

static void
put_row(const json_t *e)
{
	put_cell(from_c(text_in(e, "id")), ID);
	printf(" %c%c  ", has(e, "$seen") ? ' ' : '*',
	    has(e, "$flagged") ? '!' : ' ');
	put_date(text_in(e, "receivedAt"));
	put_cut(mail_who(json_object_get(e, "from")), WHO);
	fputs("  ", stdout);
	put_cell(from_c(text_in(e, "subject")), 0);
	if (json_is_true(json_object_get(e, "hasAttachment")))
		fputs("  [+]", stdout);
	putchar('\n');
}

static json_t *
plain_row(const json_t *e)
{
	return json_pack("{s:O, s:b, s:b, s:O, s:O, s:O, s:O, s:O}", "id",
	    json_object_get(e, "id"), "unread", !has(e, "$seen"), "starred",
	    has(e, "$flagged"), "received", json_object_get(e, "receivedAt"),
	    "from", json_object_get(e, "from"), "to", json_object_get(e,
	    "to"), "subject", json_object_get(e, "subject"), "attachment",
	    json_object_get(e, "hasAttachment"));
}

static void
put(const struct mail *m, const json_t *list)
{
	json_t *e, *out;
	size_t i;

	if (!m->p->cli.json) {
		if (json_array_size(list) == 0)
			tell(&m->p->cli, "mail-none", NULL, NULL);
		json_array_foreach(list, i, e)
			put_row(e);
		return;
	}
	out = json_array();
	json_array_foreach(list, i, e)
		json_array_append_new(out, plain_row(e));
	json_dumpf(out, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(out);
}

int
rows_put(struct mail *m, json_t *filter, unsigned most)
{
	json_t *got = mail_call(m, "Email/query", json_pack(
	    "{s:o, s:[{s:s, s:b}], s:i}", "filter", filter, "sort",
	    "property", "receivedAt", "isAscending", 0, "limit",
	    (int)most));
	json_t *ids;

	if (got == NULL)
		return EXIT_LATER;
	ids = json_incref(json_object_get(got, "ids"));
	got = mail_call(m, "Email/get", json_pack("{s:o, s:[sssssss]}",
	    "ids", ids, "properties", "id", "keywords", "from", "to",
	    "subject", "receivedAt", "hasAttachment"));
	if (got == NULL)
		return EXIT_LATER;
	put(m, json_object_get(got, "list"));
	return 0;
}
