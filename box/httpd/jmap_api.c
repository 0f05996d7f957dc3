/* jmap_api.c - POST /jmap/api: a request and its method calls.  RFC 8620, 3. */

#include <string.h>

#include "base/wipe.h"
#include "jmap.h"

#define URN	"urn:ietf:params:jmap:"

enum { OUT_BUF = 32 * 1024 };

static const struct {
	const char *urn;
	unsigned bit;
} capabilities[] = {
	{ URN "core", USING_CORE },
	{ URN "mail", USING_MAIL },
	{ URN "submission", USING_SUBMISSION },
	{ JMAP_URN_BLOB, USING_BLOB },
	{ JMAP_URN_PROTECTION, USING_PROTECTION },
};

/* RFC 8620, 3.6.1; RFC 7807. */
static void
problem_with(struct http *h, unsigned status, const char *type,
    const char *limit, const char *detail)
{
	json_t *p = json_pack("{s:s+, s:i, s:s}", "type", URN "error:", type,
	    "status", (int)status, "detail", detail);
	char *text;

	if (limit != NULL)
		json_object_set_new(p, "limit", json_string(limit));
	text = json_dumps(p, JSON_COMPACT);
	http_reply(h, status, STR("application/problem+json"), from_c(text));
	free(text);
	json_decref(p);
}

static void
problem(struct http *h, const char *type, const char *limit,
    const char *detail)
{
	problem_with(h, 400, type, limit, detail);
}

bool
jmap_enter(struct http *h, enum place_kind kind, int *place)
{
	*place = place_take(h, kind);
	if (*place >= 0)
		return true;
	problem_with(h, 429, "limit", kind == PLACE_UPLOAD ?
	    "maxConcurrentUpload" : "maxConcurrentRequests",
	    "too many at once, over all connections of the account");
	return false;
}

static json_t *
read_json(struct http *h)
{
	struct str data;
	json_t *value = NULL;
	json_error_t error;
	struct buf text;

	buf_init(&text, JMAP_REQUEST_MAX);
	if (h->rq.framing == HTTP_LENGTH && h->rq.length > JMAP_REQUEST_MAX)
		text.failed = true;
	while (!text.failed && http_piece(h, &data))
		buf_add(&text, data);
	if (text.failed) {
		h->close = true;
		problem(h, "limit", "maxSizeRequest", "too large");
	} else if (h->body_bad) {
		http_error(h, 400);
	} else {
		value = json_loadb(text.len > 0 ? text.ptr : "", text.len,
		    JSON_REJECT_DUPLICATES, &error);
		if (value == NULL)
			problem(h, "notJSON", NULL, error.text);
	}
	buf_free(&text);
	return value;
}

static bool
is_json(struct http *h)
{
	struct str type = http_request_field(&h->rq, STR("Content-Type"));

	return type.ptr != NULL && str_take_word(&type,
	    STR("application/json")) && (type.len == 0 ||
	    type.ptr[0] == ';' || type.ptr[0] == ' ');
}

static bool
is_call(json_t *call)
{
	return json_is_array(call) && json_array_size(call) == 3 &&
	    json_is_string(json_array_get(call, 0)) &&
	    json_is_object(json_array_get(call, 1)) &&
	    json_is_string(json_array_get(call, 2));
}

static bool
is_request(json_t *rq)
{
	json_t *using = json_object_get(rq, "using"), *one;
	json_t *calls = json_object_get(rq, "methodCalls");
	json_t *created = json_object_get(rq, "createdIds");
	const char *key;
	size_t i;

	if (!json_is_array(using) || !json_is_array(calls) ||
	    (created != NULL && !json_is_object(created)))
		return false;
	json_array_foreach(using, i, one)
		if (!json_is_string(one))
			return false;
	json_array_foreach(calls, i, one)
		if (!is_call(one))
			return false;
	json_object_foreach(created, key, one)
		if (!json_is_string(one))
			return false;
	return true;
}

static bool
take_using(struct jmap *j, json_t *using)
{
	json_t *one;
	size_t i, k;

	json_array_foreach(using, i, one) {
		for (k = 0; k < sizeof(capabilities) /
		    sizeof(capabilities[0]); k++)
			if (strcmp(json_string_value(one),
			    capabilities[k].urn) == 0)
				break;
		if (k == sizeof(capabilities) / sizeof(capabilities[0]))
			return false;
		j->using |= capabilities[k].bit;
	}
	return true;
}

static void
answer(struct jmap *j, const char *name, json_t *args, json_t *id)
{
	json_array_append_new(j->responses, json_pack("[s, o, O]", name, args,
	    id));
}

static json_t *
error_of(const struct jmap *j)
{
	json_t *e = json_pack("{s:s}", "type", j->error);

	if (j->why != NULL)
		json_object_set_new(e, "description", json_string(j->why));
	return e;
}

/* is: what the method gave, taken. */
static void
conclude(struct jmap *j, const char *name, json_t *is, json_t *id)
{
	arena_reset(&j->arena);
	if (is == NULL && j->error == NULL)
		jmap_fail(j, "serverFail", "out of memory");
	if (is != NULL && j->error != NULL) {
		json_decref(is);
		is = NULL;
	}
	if (is != NULL)
		answer(j, name, is, id);
	else
		answer(j, "error", error_of(j), id);
}

/* What a method has another one do: RFC 8620, 5.4. */
static void
follow(struct jmap *j, json_t *id)
{
	json_t *args = j->then;

	if (args == NULL)
		return;
	j->then = NULL;
	j->error = j->why = NULL;
	conclude(j, "Email/set", jmap_email_set(j, args), id);
	json_decref(args);
}

static void
call(struct jmap *j, json_t *c)
{
	const char *name = json_string_value(json_array_get(c, 0));
	const struct jmap_method *m = jmap_method(name);
	json_t *args = NULL, *is = NULL;

	j->error = j->why = NULL;
	if (m == NULL || (m->using & j->using) == 0)
		jmap_fail(j, "unknownMethod", NULL);
	else if (j->gone)
		jmap_fail(j, "serverUnavailable", NULL);
	else if ((args = jmap_resolve(j, json_array_get(c, 1))) != NULL)
		is = m->run(j, args);
	conclude(j, name, is, json_array_get(c, 2));
	follow(j, json_array_get(c, 2));
	json_decref(args);	/* j->why may be a piece of it */
}

struct writer {
	struct http *h;
	size_t n;
	char text[OUT_BUF];
};

static int
write_some(const char *text, size_t n, void *ctx)
{
	struct writer *w = ctx;

	while (n > 0) {
		size_t room = OUT_BUF - w->n;

		if (room > n)
			room = n;
		memcpy(w->text + w->n, text, room);
		w->n += room;
		text += room;
		n -= room;
		if (w->n == OUT_BUF) {
			http_reply_data(w->h, (struct str){ w->text, w->n });
			w->n = 0;
		}
	}
	return 0;
}

static void
send_json(struct http *h, json_t *value)
{
	static struct writer w;

	w.h = h;
	w.n = 0;
	http_reply_begin(h, 200, STR("application/json"), STR(""));
	http_put_field(&h->out, STR("Cache-Control"), STR("no-store"));
	http_reply_chunks(h);
	if (json_dump_callback(value, write_some, &w, JSON_COMPACT) != 0)
		h->close = true;
	http_reply_data(h, (struct str){ w.text, w.n });
	wipe(w.text, sizeof(w.text));
	http_reply_end(h);
}

static void
run(struct http *h, json_t *rq)
{
	struct jmap j;
	json_t *created = json_object_get(rq, "createdIds"), *one, *session;
	json_t *calls = json_object_get(rq, "methodCalls");
	size_t i;

	jmap_begin(&j, h);
	j.responses = json_array();
	if (!take_using(&j, json_object_get(rq, "using"))) {
		problem(h, "unknownCapability", NULL, "a capability that "
		    "this server has not");
		json_decref(j.responses);
		return;
	}
	j.created = created != NULL ? json_copy(created) : json_object();
	json_array_foreach(calls, i, one)
		call(&j, one);
	session = jmap_session_object(h);
	one = json_pack("{s:o, s:O}", "methodResponses", j.responses,
	    "sessionState", json_object_get(session, "state"));
	if (created != NULL)
		json_object_set(one, "createdIds", j.created);
	send_json(h, one);
	json_decref(one);
	json_decref(session);
	json_decref(j.created);
}

static void
take_request(struct http *h)
{
	json_t *rq;

	if (!is_json(h)) {
		problem(h, "notJSON", NULL, "not of type application/json");
		return;
	}
	rq = read_json(h);
	if (rq == NULL)
		return;
	if (!is_request(rq))
		problem(h, "notRequest", NULL, "no request of JMAP");
	else if (json_array_size(json_object_get(rq, "methodCalls")) >
	    JMAP_CALLS_MAX)
		problem(h, "limit", "maxCallsInRequest", "too many calls");
	else
		run(h, rq);
	json_decref(rq);
}

void
jmap_api(struct http *h)
{
	int place;

	if (!jmap_enter(h, PLACE_REQUEST, &place))
		return;
	take_request(h);
	place_leave(h, place);
}
