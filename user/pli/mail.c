/* mail.c - the mail in the mirror, by JMAP over loopback. */

#include "mail.h"

#include <string.h>

#define URN "urn:ietf:params:jmap:"

static int
gone(struct mail *m)
{
	char port[16];

	snprintf(port, sizeof(port), "%u", m->loop.port);
	return say(&m->p->cli, EXIT_LATER, "mail-gone", port, NULL);
}

int
mail_octets(struct mail *m, const char *path, const char *type,
    struct str body)
{
	unsigned status = loop_call(&m->loop, path, type, body, &m->text);
	char number[16];

	if (status == 0)
		return gone(m);
	if (status == 404)
		return say(&m->p->cli, EXIT_NO, "mail-no-such", NULL, NULL);
	snprintf(number, sizeof(number), "%u", status);
	return status < 300 ? 0 : say(&m->p->cli, EXIT_LATER, "mail-refused",
	    number, NULL);
}

static int
read_session(struct mail *m)
{
	int status = mail_octets(m, "/.well-known/jmap", "",
	    (struct str){ NULL, 0 });
	const char *id;

	if (status != 0)
		return status;
	m->reply = json_loadb(m->text.ptr, m->text.len, 0, NULL);
	id = json_string_value(json_object_get(json_object_get(m->reply,
	    "primaryAccounts"), URN "mail"));
	if (id == NULL || strlen(id) >= sizeof(m->account))
		return gone(m);
	memcpy(m->account, id, strlen(id) + 1);
	return 0;
}

int
mail_open(struct mail *m, struct pli *p)
{
	int status;

	*m = (struct mail){ .p = p };
	buf_init(&m->text, MAIL_ANSWER_MAX);
	if (!account_find(p, p->account))
		return EXIT_NO;
	if (conf_port(p, PORT_WEB) == 0)
		return say(&p->cli, EXIT_NO, "not-paired", p->address, NULL);
	status = home_unlocked(p);
	agent_end(p);
	if (status == 0)
		status = run_credential(&m->run, &p->cli, p->address);
	if (status == 0 && !loop_begin(&m->loop, conf_port(p, PORT_WEB),
	    m->run.login, m->run.password))
		status = say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL);
	return status != 0 ? status : read_session(m);
}

void
mail_close(struct mail *m)
{
	loop_end(&m->loop);
	run_credential_end(&m->run, &m->p->cli);
	json_decref(m->reply);
	json_decref(m->boxes);
	buf_free(&m->text);
}

static int
refused(struct mail *m, const json_t *why)
{
	const char *type = json_string_value(json_object_get(why, "type"));

	return say(&m->p->cli, EXIT_NO, "mail-refused", type != NULL ? type :
	    "?", NULL);
}

json_t *
mail_call(struct mail *m, const char *method, json_t *args)
{
	json_t *call, *one, *name;
	char *text;
	int status;

	json_object_set_new(args, "accountId", json_string(m->account));
	call = json_pack("{s:[s, s, s, s], s:[[s, o, s]]}", "using",
	    URN "core", URN "mail", URN "submission",
	    "urn:pli:params:jmap:protection", "methodCalls", method, args,
	    "0");
	text = json_dumps(call, JSON_COMPACT);
	json_decref(call);
	json_decref(m->reply);
	m->reply = NULL;
	status = text == NULL ? gone(m) : mail_octets(m, "/jmap/api",
	    "application/json", from_c(text));
	free(text);
	if (status != 0)
		return NULL;
	m->reply = json_loadb(m->text.ptr, m->text.len, 0, NULL);
	one = json_array_get(json_object_get(m->reply, "methodResponses"), 0);
	name = json_array_get(one, 0);
	if (name == NULL) {
		(void)gone(m);
		return NULL;
	}
	if (strcmp(json_string_value(name), "error") == 0) {
		(void)refused(m, json_array_get(one, 1));
		return NULL;
	}
	return json_array_get(one, 1);
}

void
mail_blob_path(const struct mail *m, const char *blob,
    char path[MAIL_PATH_MAX])
{
	snprintf(path, MAIL_PATH_MAX, "/jmap/download/%s/%s/x?type="
	    "application/octet-stream", m->account, blob);
}

int
mail_boxes(struct mail *m)
{
	json_t *got = mail_call(m, "Mailbox/get", json_pack("{s:n}", "ids"));

	if (got == NULL)
		return EXIT_LATER;
	json_decref(m->boxes);
	m->boxes = json_incref(json_object_get(got, "list"));
	return 0;
}

static const char *
text_in(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* Does the path end in this mailbox, and its parents in what is before? */
static bool
is_path(const struct mail *m, const json_t *box, struct str path)
{
	struct str name = from_c(text_in(box, "name"));
	const char *above = text_in(box, "parentId");
	json_t *other;
	size_t i;

	if (path.len < name.len || !str_eq_nocase((struct str){ path.ptr +
	    path.len - name.len, name.len }, name))
		return false;
	path.len -= name.len;
	if (above[0] == '\0')
		return path.len == 0;
	if (path.len == 0 || path.ptr[--path.len] != '/')
		return false;
	json_array_foreach(m->boxes, i, other)
		if (strcmp(text_in(other, "id"), above) == 0)
			return is_path(m, other, path);
	return false;
}

const char *
mail_box(const struct mail *m, const char *name)
{
	json_t *box;
	size_t i;

	json_array_foreach(m->boxes, i, box)
		if (is_path(m, box, from_c(name)))
			return text_in(box, "id");
	json_array_foreach(m->boxes, i, box)
		if (str_eq_nocase(from_c(text_in(box, "role")),
		    from_c(name)) || str_eq_nocase(from_c(text_in(box,
		    "name")), from_c(name)))
			return text_in(box, "id");
	return NULL;
}

struct str
mail_who(const json_t *people)
{
	const json_t *one = json_array_get(people, 0);
	const char *name = text_in(one, "name");

	return from_c(name[0] != '\0' ? name : text_in(one, "email"));
}
