/* ask.c - questions to the box. */

#include "sync/sync.h"

#include <stdlib.h>
#include <string.h>

#include "os/log.h"
#include "home/net.h"

json_t *
ask_text(struct str t)
{
	return json_stringn(t.ptr, t.len);
}

static enum plan_event
lie(struct sync *s, const char *what)
{
	s->why = what;
	return PLAN_LIE;
}

enum plan_event
ask_said(struct sync *s, enum jmap_status status, const struct jmap_lie *l)
{
	switch (status) {
	case JMAP_OK:
		return PLAN_DONE;
	case JMAP_TOO_OLD:
		return PLAN_TOO_OLD;
	case JMAP_LATER:
		s->why = l->what;
		return PLAN_LATER;
	default:
		return lie(s, l->what);
	}
}

enum plan_event
ask_net(struct sync *s, int status)
{
	static const struct {
		enum plan_event event;
		const char *why;
	} said[] = {
		[NET_OK] = { PLAN_DONE, NULL },
		[NET_LATER] = { PLAN_LATER, "unreachable" },
		[NET_DENIED] = { PLAN_DENIED, "credential" },
		[NET_PIN] = { PLAN_DENIED, "tls-key" },
		[NET_MISSING] = { PLAN_LATER, "missing" },
		[NET_LARGE] = { PLAN_LATER, "too-large" },
		[NET_LIE] = { PLAN_LIE, "http" },
	};

	s->why = said[status].why;
	return said[status].event;
}

static enum plan_event
call(struct sync *s, struct str path, const char *type, struct str body,
    json_t **reply)
{
	enum plan_event e = ask_net(s, (int)net_call(path, type, body,
	    &s->reply));

	json_decref(*reply);
	*reply = NULL;
	if (e != PLAN_DONE)
		return e;
	*reply = json_loadb(s->reply.ptr, s->reply.len, JSON_REJECT_DUPLICATES,
	    NULL);
	return *reply != NULL ? PLAN_DONE : lie(s, "json");
}

enum plan_event
ask_session(struct sync *s)
{
	char base[384];
	struct jmap_lie l = { NULL };
	enum plan_event e = call(s, STR("/.well-known/jmap"), NULL,
	    (struct str){ NULL, 0 }, &s->session_json);

	if (e != PLAN_DONE)
		return e;
	if (s->record.port == 443)
		snprintf(base, sizeof(base), "https://%s", s->record.host);
	else
		snprintf(base, sizeof(base), "https://%s:%u", s->record.host,
		    s->record.port);
	return ask_said(s, jmap_session_read(s->session_json, from_c(base),
	    &s->session, &l), &l);
}

enum plan_event
ask(struct sync *s, const char *method, json_t *asked, const json_t **args)
{
	json_t *all;
	struct jmap_lie l = { NULL };
	enum plan_event e;
	char *text;

	json_object_set_new(asked, "accountId", ask_text(s->session.account));
	all = json_pack("{s:[s,s], s:[[s,o,s]]}", "using",
	    "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail",
	    "methodCalls", method, asked, "0");
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	if (text == NULL)
		return PLAN_LATER;
	e = call(s, s->session.api, "application/json", from_c(text),
	    &s->reply_json);
	free(text);
	if (e != PLAN_DONE)
		return e;
	return ask_said(s, jmap_response(s->reply_json, method,
	    s->session.account, args, &l), &l);
}

static bool
is_not_brace(unsigned char c)
{
	return c != '{';
}

/* "{blobId}" and its kin; the ids need no escapes. */
static bool
take_variable(struct str *in, struct str account, struct str blob,
    struct buf *out)
{
	const struct {
		struct str name, value;
	} known[] = {
		{ STR("{accountId}"), account }, { STR("{blobId}"), blob },
		{ STR("{name}"), STR("m") },
		{ STR("{type}"), STR("application%2Foctet-stream") },
		{ STR("{types}"), STR("Email,Mailbox") },
		{ STR("{closeafter}"), STR("no") },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_take_word(in, known[i].name)) {
			buf_add(out, known[i].value);
			return true;
		}
	if (!str_take_word(in, STR("{ping}")))
		return false;
	buf_add_u64(out, NET_PING_S);
	return true;
}

/* RFC 6570, level 1. */
static bool
expand(struct str template, struct str account, struct str blob,
    struct buf *out)
{
	for (;;) {
		buf_add(out, str_take_while(&template, is_not_brace));
		if (template.len == 0)
			return !out->failed;
		if (!take_variable(&template, account, blob, out))
			return false;
	}
}

bool
ask_blob_path(const struct sync *s, struct str blob, struct buf *path)
{
	return expand(s->session.download, s->session.account, blob, path);
}

bool
ask_events_path(const struct sync *s, struct buf *path)
{
	return s->session.events.len > 0 && expand(s->session.events,
	    s->session.account, STR(""), path);
}

enum plan_event
ask_upload(struct sync *s, struct str text, char blob[JMAP_ID_MAX + 1])
{
	struct jmap_lie l = { NULL };
	struct str id;
	enum plan_event e;
	struct buf path;

	buf_init(&path, JMAP_URL_MAX + JMAP_ID_MAX);
	if (!expand(s->session.upload, s->session.account, STR(""), &path)) {
		buf_free(&path);
		return lie(s, "upload-url");
	}
	e = call(s, buf_str(&path), "message/rfc822", text, &s->reply_json);
	buf_free(&path);
	if (e == PLAN_DONE)
		e = ask_said(s, jmap_upload_read(s->reply_json,
		    s->session.account, text.len, &id, &l), &l);
	if (e == PLAN_DONE)
		snprintf(blob, JMAP_ID_MAX + 1, "%.*s", (int)id.len, id.ptr);
	return e;
}
