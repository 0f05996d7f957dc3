/* jmap_reply_test.c - a box that lies: each lie by its name. */

#include "sync/jmap_reply.h"

#include <string.h>

#include "sync/jmap_date.h"
#include "tests/check.h"

static struct jmap_lie l;

static json_t *
json(const char *text)
{
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	CHECK(j != NULL, "%s", text);
	return j;
}

static void
is(enum jmap_status got, const char *lie, const char *what)
{
	if (lie == NULL)
		CHECK(got == JMAP_OK, "%s: %d %s", what, (int)got,
		    l.what == NULL ? "" : l.what);
	else
		CHECK(got == JMAP_LIE && strcmp(l.what, lie) == 0,
		    "%s: %d %s, not %s", what, (int)got,
		    l.what == NULL ? "" : l.what, lie);
	l.what = NULL;
}

#define CORE "\"capabilities\":{\"urn:ietf:params:jmap:core\":" \
	"{\"maxObjectsInGet\":1000,\"maxObjectsInSet\":100}},"
#define WHO "\"primaryAccounts\":{\"urn:ietf:params:jmap:mail\":\"a1\"},"
#define URLS(api) "\"apiUrl\":\"" api "\",\"downloadUrl\":" \
	"\"https://b:8/d/{accountId}/{blobId}\",\"uploadUrl\":\"https://b:8/u\""

TEST(session)
{
	static const struct { const char *text, *lie; } cases[] = {
		{ "{" CORE WHO URLS("https://b:8/api") "}", NULL },
		{ "[]", "session" },
		{ "{" WHO URLS("https://b:8/api") "}", "session" },
		{ "{" CORE URLS("https://b:8/api") "}", "session-account" },
		{ "{" CORE WHO URLS("http://b:8/api") "}", "session-url" },
		{ "{" CORE WHO URLS("https://c:8/api") "}", "session-url" },
		{ "{" CORE WHO URLS("https://b:80/api") "}", "session-url" },
		{ "{" CORE WHO URLS("https://b:8@evil/") "}", "session-url" },
		{ "{" CORE WHO URLS("https://b:8/a b") "}", "session-url" },
		{ "{\"capabilities\":{\"urn:ietf:params:jmap:core\":"
		    "{\"maxObjectsInGet\":0}}," WHO URLS("https://b:8/a") "}",
		    "session-limits" },
	};
	struct jmap_session s;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *j = json(cases[i].text);

		is(jmap_session_read(j, STR("https://b:8"), &s, &l),
		    cases[i].lie, cases[i].text);
		json_decref(j);
	}
}

TEST(response)
{
	static const struct { const char *text, *lie; } cases[] = {
		{ "{\"methodResponses\":[[\"X/get\",{\"accountId\":\"a\"},"
		    "\"0\"]]}", NULL },
		{ "[]", "response" },
		{ "{\"methodResponses\":[]}", "response" },
		{ "{\"methodResponses\":[[\"X/get\",{},\"1\"]]}", "response" },
		{ "{\"methodResponses\":[[\"X/get\",[],\"0\"]]}",
		    "response-arguments" },
		{ "{\"methodResponses\":[[\"Y/get\",{},\"0\"]]}",
		    "response-method" },
		{ "{\"methodResponses\":[[\"X/get\",{\"accountId\":\"b\"},"
		    "\"0\"]]}", "response-account" },
		{ "{\"methodResponses\":[[\"X/get\",{\"accountId\":\"a\"},"
		    "\"0\"],[\"X/get\",{},\"0\"]]}", "response" },
	};
	const json_t *args;
	json_t *j;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		j = json(cases[i].text);
		is(jmap_response(j, "X/get", STR("a"), &args, &l),
		    cases[i].lie, cases[i].text);
		json_decref(j);
	}
	j = json("{\"methodResponses\":[[\"error\",{\"type\":"
	    "\"cannotCalculateChanges\"},\"0\"]]}");
	assert_int_equal(jmap_response(j, "X/get", STR("a"), &args, &l),
	    JMAP_TOO_OLD);
	json_decref(j);
	j = json("{\"methodResponses\":[[\"error\",{\"type\":"
	    "\"serverFail\"},\"0\"]]}");
	assert_int_equal(jmap_response(j, "X/get", STR("a"), &args, &l),
	    JMAP_LATER);
	json_decref(j);
}

#define BOX(id, name, parent) \
	"{\"id\":\"" id "\",\"name\":\"" name "\",\"parentId\":" parent "}"

TEST(boxes)
{
	static const struct { const char *text, *lie; } cases[] = {
		{ "{\"list\":[" BOX("a", "A", "null") "]}", NULL },
		{ "{\"list\":[]}", "mailboxes" },
		{ "{\"list\":7}", "mailboxes" },
		{ "{\"list\":[" BOX("a", "A", "null") "," BOX("a", "B",
		    "null") "]}", "mailbox-twice" },
		{ "{\"list\":[" BOX("a", "A", "\"z\"") "]}",
		    "mailbox-parent" },
		{ "{\"list\":[" BOX("a", "A", "\"b\"") "," BOX("b", "B",
		    "\"a\"") "]}", "mailbox-parent" },
		{ "{\"list\":[" BOX("a b", "A", "null") "]}", "mailbox-id" },
		{ "{\"list\":[" BOX("a", "A/B", "null") "]}",
		    "mailbox-name" },
		{ "{\"list\":[" BOX("a", "A\\u0001", "null") "]}",
		    "mailbox-name" },
		{ "{\"list\":[" BOX("a", "", "null") "]}", "mailbox-name" },
	};
	static struct jmap_box b[JMAP_BOXES_MAX];
	struct buf path;
	json_t *j;
	size_t n;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		j = json(cases[i].text);
		is(jmap_boxes_read(j, b, JMAP_BOXES_MAX, &n, &l),
		    cases[i].lie, cases[i].text);
		json_decref(j);
	}
	j = json("{\"list\":[" BOX("c", "C", "\"b\"") "," BOX("b", "B",
	    "null") "]}");
	is(jmap_boxes_read(j, b, JMAP_BOXES_MAX, &n, &l), NULL, "path");
	buf_init(&path, 100);
	assert_true(jmap_box_path(b, n, 0, &path));
	assert_true(str_eq(buf_str(&path), STR("B/C")));
	buf_free(&path);
	json_decref(j);
}

#define CHANGES(old, new, more, c, u, d) "{\"oldState\":" old \
	",\"newState\":" new ",\"hasMoreChanges\":" more ",\"created\":[" c \
	"],\"updated\":[" u "],\"destroyed\":[" d "]}"

TEST(boxes_emails)
{
	static const struct {
		const char *text;
		uint64_t all;
	} cases[] = {
		{ "{}", 0 }, { "{\"list\":5}", 0 },
		{ "{\"list\":[{\"totalEmails\":3},{\"totalEmails\":40}]}", 43 },
		{ "{\"list\":[{\"totalEmails\":-3},{\"totalEmails\":\"4\"},"
		    "{},7,{\"totalEmails\":9223372036854775807},"
		    "{\"totalEmails\":1}]}", 1 },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *j = json(cases[i].text);

		CHECK(jmap_boxes_emails(j) == cases[i].all, "%s",
		    cases[i].text);
		json_decref(j);
	}
}

TEST(changes)
{
	static const struct { const char *text, *lie; } cases[] = {
		{ CHANGES("\"1\"", "\"2\"", "false", "\"a\"", "", "\"b\""),
		    NULL },
		{ CHANGES("\"1\"", "\"1\"", "false", "", "", ""), NULL },
		{ CHANGES("\"1\"", "\"1\"", "true", "", "", ""),
		    "changes-stuck" },
		{ CHANGES("\"0\"", "\"2\"", "false", "", "", ""),
		    "changes-state" },
		{ CHANGES("\"1\"", "\"\"", "false", "", "", ""),
		    "changes-state" },
		{ CHANGES("\"1\"", "2", "false", "", "", ""),
		    "changes-state" },
		{ CHANGES("\"1\"", "\"2\"", "0", "", "", ""),
		    "changes-more" },
		{ CHANGES("\"1\"", "\"2\"", "false", "\"a\"", "\"a\"", ""),
		    "changes-ids" },
		{ CHANGES("\"1\"", "\"2\"", "false", "7", "", ""),
		    "changes-ids" },
		{ CHANGES("\"1\"", "\"2\"", "false", "\"a b\"", "", ""),
		    "changes-ids" },
		{ "{}", "changes-ids" },
	};
	struct jmap_changes c;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *j = json(cases[i].text);

		is(jmap_changes_read(j, STR("1"), &c, &l), cases[i].lie,
		    cases[i].text);
		json_decref(j);
	}
}

TEST(query)
{
	static const struct { const char *text, *lie; } cases[] = {
		{ "{\"ids\":[\"a\",\"b\"],\"queryState\":\"1\"}", NULL },
		{ "{\"ids\":[\"a\",\"a\"],\"queryState\":\"1\"}",
		    "query-ids" },
		{ "{\"ids\":[\"a\",\"b\",\"c\"],\"queryState\":\"1\"}",
		    "query-ids" },
		{ "{\"ids\":[\"z\"],\"queryState\":\"1\"}", "query-ids" },
		{ "{\"ids\":{},\"queryState\":\"1\"}", "query-ids" },
		{ "{\"ids\":[]}", "query-state" },
	};
	struct jmap_query q;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *j = json(cases[i].text);

		is(jmap_query_read(j, STR("z"), 2, &q, &l), cases[i].lie,
		    cases[i].text);
		json_decref(j);
	}
}

#define EMAIL(id, blob, boxes, words, size, date) "{\"id\":" id \
	",\"blobId\":" blob ",\"mailboxIds\":{" boxes "},\"keywords\":{" \
	words "},\"size\":" size ",\"receivedAt\":\"" date "\"}"
#define LIST(e) "{\"state\":\"1\",\"notFound\":[],\"list\":[" e "]}"
#define GOOD EMAIL("\"a\"", "\"b1\"", "\"m\":true", "\"$seen\":true", "7", \
	"2026-11-27T00:35:34Z")
#define BUT(boxes, words, size, date) LIST(EMAIL("\"a\"", "\"b1\"", boxes, \
	words, size, date))
#define DATE "2026-11-27T00:35:34Z"

static const struct { const char *text, *lie; } email_cases[] = {
		{ LIST(GOOD), NULL },
		{ "{\"state\":\"1\",\"list\":[],\"notFound\":[\"a\"]}", NULL },
		{ "{\"state\":\"1\",\"list\":[],\"notFound\":[]}", "emails" },
		{ "{\"state\":\"1\",\"list\":[]}", "emails" },
		{ LIST(GOOD "," GOOD), "emails" },
		{ "{\"state\":\"1\",\"list\":[" GOOD "],\"notFound\":[\"a\"]}",
		    "emails" },
		{ "{\"state\":\"1\",\"list\":[],\"notFound\":[\"z\"]}",
		    "emails-not-found" },
		{ LIST(EMAIL("\"z\"", "\"b1\"", "\"m\":true", "", "7", DATE)),
		    "emails-others" },
		{ LIST(EMAIL("7", "\"b1\"", "\"m\":true", "", "7", DATE)),
		    "email-id" },
		{ LIST(EMAIL("\"a\"", "null", "\"m\":true", "", "7", DATE)),
		    "email-blob" },
		{ BUT("", "", "7", DATE), "email-mailboxes" },
		{ BUT("\"m\":true,\"n\":true", "", "7", DATE),
		    "email-mailboxes" },
		{ BUT("\"m\":false", "", "7", DATE), "email-mailboxes" },
		{ BUT("\"m\":true", "\"a b\":true", "7", DATE),
		    "email-keywords" },
		{ BUT("\"m\":true", "\"a\":1", "7", DATE), "email-keywords" },
		{ BUT("\"m\":true", "", "0", DATE), "email-size" },
		{ BUT("\"m\":true", "", "-1", DATE), "email-size" },
		{ BUT("\"m\":true", "", "\"7\"", DATE), "email-size" },
		{ BUT("\"m\":true", "", "99999999999", DATE), "email-size" },
		{ BUT("\"m\":true", "", "7", "yesterday"), "email-date" },
		{ "{\"notFound\":[],\"list\":[" GOOD "]}", "emails-state" },
};

TEST(emails)
{
	struct jmap_email e[2];
	json_t *ids = json("[\"a\"]");
	struct str state;
	size_t n;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(email_cases) /
	    sizeof(email_cases[0]); i++) {
		json_t *j = json(email_cases[i].text);

		is(jmap_emails_read(j, ids, e, &n, &state, &l),
		    email_cases[i].lie, email_cases[i].text);
		json_decref(j);
	}
	json_decref(ids);
}

TEST(set)
{
	const char *why;
	json_t *j = json("{\"updated\":{\"a\":null,\"c\":null},"
	    "\"notUpdated\":{\"b\":{\"type\":\"notFound\"},"
	    "\"c\":{\"type\":\"x\"}},\"destroyed\":[\"d\"]}");

	TEST_BEGIN;
	is(jmap_set_read(j, "updated", "notUpdated", STR("a"), &why, &l),
	    NULL, "a");
	assert_null(why);
	is(jmap_set_read(j, "updated", "notUpdated", STR("b"), &why, &l),
	    NULL, "b");
	assert_string_equal(why, "notFound");
	is(jmap_set_read(j, "updated", "notUpdated", STR("c"), &why, &l),
	    "set-both", "c");
	is(jmap_set_read(j, "updated", "notUpdated", STR("z"), &why, &l),
	    "set-neither", "z");
	is(jmap_set_read(j, "destroyed", "notDestroyed", STR("d"), &why, &l),
	    NULL, "d");
	json_decref(j);
}

TEST(upload)
{
	static const struct { const char *text, *lie; } cases[] = {
		{ "{\"accountId\":\"a1\",\"blobId\":\"b2\",\"size\":7}",
		    NULL },
		{ "{\"accountId\":\"a2\",\"blobId\":\"b2\",\"size\":7}",
		    "upload" },
		{ "{\"accountId\":\"a1\",\"blobId\":\"\",\"size\":7}",
		    "upload" },
		{ "{\"accountId\":\"a1\",\"blobId\":\"b2\",\"size\":8}",
		    "upload-size" },
		{ "{\"accountId\":\"a1\",\"blobId\":\"b2\"}", "upload-size" },
		{ "[]", "upload" },
	};
	struct str blob;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *j = json(cases[i].text);

		is(jmap_upload_read(j, STR("a1"), 7, &blob, &l),
		    cases[i].lie, cases[i].text);
		json_decref(j);
	}
}

TEST(import)
{
	json_t *j = json("{\"created\":{\"0\":{\"id\":\"e1\"},"
	    "\"1\":{\"id\":\"e 1\"},\"2\":{\"id\":\"e2\"},\"5\":{}},"
	    "\"notCreated\":{\"2\":{},\"3\":{\"type\":\"overQuota\"}}}");
	const char *why;
	struct str id;

	TEST_BEGIN;
	is(jmap_import_read(j, "0", &id, &why, &l), NULL, "0");
	CHECK(why == NULL && str_eq(id, STR("e1")), "%s", id.ptr);
	is(jmap_import_read(j, "1", &id, &why, &l), "import-id", "1");
	is(jmap_import_read(j, "2", &id, &why, &l), "import-both", "2");
	is(jmap_import_read(j, "3", &id, &why, &l), NULL, "3");
	assert_non_null(why);
	is(jmap_import_read(j, "4", &id, &why, &l), "import-neither", "4");
	is(jmap_import_read(j, "5", &id, &why, &l), "import-id", "5");
	json_decref(j);
}

TEST(dates)
{
	static const int64_t moments[] = { 0, 1600000000, 253402300799 };
	char text[JMAP_DATE_MAX];
	int64_t t;

	TEST_BEGIN;
	assert_true(jmap_date(STR("1970-01-02T00:00:01Z"), &t));
	assert_int_equal(t, 86401);
	assert_true(jmap_date(STR("1970-01-02T00:00:01.25Z"), &t));
	assert_false(jmap_date(STR("1970-01-02T00:00:01"), &t));
	assert_false(jmap_date(STR("1970-13-02T00:00:01Z"), &t));
	assert_false(jmap_date(STR("1970-01-02T00:00:01Zx"), &t));
	assert_false(jmap_date(STR("1960-01-02T00:00:01Z"), &t));
	assert_false(jmap_date(STR(""), &t));
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		jmap_date_put(text, moments[i]);
		assert_true(jmap_date(from_c(text), &t));
		assert_int_equal(t, moments[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(session), RUN(response),
	    RUN(boxes), RUN(boxes_emails), RUN(changes), RUN(query),
	    RUN(emails), RUN(set),
	    RUN(upload), RUN(import), RUN(dates) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
