/* ask.c - questions to the box. */

#include "sync/sync.h"

#include <stdlib.h>
#include <string.h>

#include "os/log.h"
#include "sync/net.h"

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

static enum plan_event
net_said(struct sync *s, enum net_status status)
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
		[NET_LIE] = { PLAN_LIE, "http" },
	};

	s->why = said[status].why;
	return said[status].event;
}

static enum plan_event
call(struct sync *s, struct str path, struct str body, json_t **reply)
{
	enum plan_event e = net_said(s, net_call(path, "application/json",
	    body, &s->reply));

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
	enum plan_event e = call(s, STR("/.well-known/jmap"),
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
	e = call(s, s->session.api, from_c(text), &s->reply_json);
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

/* RFC 6570, level 1; the ids need no escapes. */
static bool
expand(struct str template, struct str account, struct str blob,
    struct buf *out)
{
	static const struct {
		struct str name;
		const char *value;
	} known[] = {
		{ STR_INIT("{name}"), "m" },
		{ STR_INIT("{type}"), "application%2Foctet-stream" },
	};

	while (template.len > 0) {
		buf_add(out, str_take_while(&template, is_not_brace));
		if (str_take_word(&template, STR("{accountId}")))
			buf_add(out, account);
		else if (str_take_word(&template, STR("{blobId}")))
			buf_add(out, blob);
		else if (str_take_word(&template, known[0].name))
			buf_add_c(out, known[0].value);
		else if (str_take_word(&template, known[1].name))
			buf_add_c(out, known[1].value);
		else if (template.len > 0)
			return false;
	}
	return !out->failed;
}

enum plan_event
ask_blob(struct sync *s, const struct jmap_email *e)
{
	enum plan_event how;
	struct buf path;

	buf_init(&path, JMAP_URL_MAX + 2 * JMAP_ID_MAX);
	if (!expand(s->session.download, s->session.account, e->blob, &path)) {
		buf_free(&path);
		return lie(s, "download-url");
	}
	/* one octet more would be one too many */
	buf_free(&s->blob);
	buf_init(&s->blob, (size_t)e->size);
	how = net_said(s, net_call(buf_str(&path), NULL,
	    (struct str){ NULL, 0 }, &s->blob));
	buf_free(&path);
	if (how == PLAN_LIE)
		s->why = "blob-size";
	if (how == PLAN_DONE && s->blob.len != e->size)
		return lie(s, "blob-size");
	return how;
}
