/*
 * send.c - pli send: a letter from the command line.
 *
 * It goes the way of the webmail's: a draft in the mirror, then submitted.
 * Who can read it is said before; the encryption is httpd's and the agent's.
 */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/utf8.h"
#include "mail.h"
#include "mail/address.h"

enum {
	LETTER_MAX = 16 << 20,		/* octets of its text */
	FILE_OCTETS_MAX = 64 << 20,
	NAMED_MAX = 32,
	LIST_ROOM = 65536,
};

struct list {
	const char *word[NAMED_MAX];
	size_t count;
};

struct letter {
	struct list to, cc, attach;
	const char *subject;
	bool clear;
	json_t *to_people, *cc_people, *addresses, *files;
	struct buf text;
};

/* --- what was asked for --------------------------------------------------- */

/* Options that may be there several times; what is left moves to the front. */
static int
take_lists(struct letter *l, int argc, char **argv)
{
	struct { const char *name; struct list *list; } kinds[] = {
		{ "--to", &l->to }, { "--cc", &l->cc },
		{ "--attach", &l->attach },
	};
	int left = 0;

	for (int i = 0; i < argc; i++) {
		struct list *into = NULL;

		for (size_t k = 0; k < 3; k++)
			if (strcmp(argv[i], kinds[k].name) == 0)
				into = kinds[k].list;
		if (into != NULL && i + 1 < argc && into->count < NAMED_MAX)
			into->word[into->count++] = argv[++i];
		else
			argv[left++] = argv[i];
	}
	return left;
}

static bool
add_person(struct letter *l, json_t *people, const struct address *a)
{
	struct buf name, path;
	bool ok;

	buf_init(&name, LIST_ROOM);
	buf_init(&path, LIST_ROOM);
	address_put_name(&name, a);
	address_put_path(&path, a);
	ok = a->kind == ADDRESS_MAILBOX && a->domain.len > 0 &&
	    !path.failed && utf8_valid(buf_str(&path)) &&
	    utf8_valid(buf_str(&name));
	if (ok) {
		json_t *one = json_pack("{s:s%}", "email", path.ptr,
		    path.len);

		if (name.len > 0)
			json_object_set_new(one, "name", json_stringn(
			    name.ptr, name.len));
		json_array_append_new(people, one);
		json_array_append_new(l->addresses, json_stringn(path.ptr,
		    path.len));
	}
	buf_free(&name);
	buf_free(&path);
	return ok;
}

/* "Anna <anna@example.net>, bob@example.net" */
static int
take_people(const struct cli *c, struct letter *l, const struct list *given,
    json_t *people)
{
	for (size_t i = 0; i < given->count; i++) {
		struct address_list all;
		struct address a;

		address_begin(&all, from_c(given->word[i]));
		while (address_next(&all, &a))
			if (!add_person(l, people, &a))
				return say(c, EXIT_NO, "bad-address",
				    given->word[i], NULL);
	}
	return 0;
}

static int
take_text(struct pli *p, struct letter *l)
{
	if (isatty(STDIN_FILENO))
		tell(&p->cli, "send-type", NULL, NULL);
	if (file_read(p, "-", &l->text) != 0)
		return EXIT_NO;
	return utf8_valid(buf_str(&l->text)) ? 0 :
	    say(&p->cli, EXIT_NO, "send-utf8", NULL, NULL);
}

/* --- who can read it ------------------------------------------------------ */

static bool
is_in(const json_t *list, const json_t *address)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(one, address))
			return true;
	return false;
}

static void
join(const json_t *list, const json_t *without, struct buf *out)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (!is_in(without, one)) {
			buf_add_c(out, out->len > 0 ? ", " : "");
			buf_add_c(out, json_string_value(one));
		}
	buf_byte(out, '\0');
}

/* Once, on the terminal: the text may be on standard input. */
static int
ask_clear(const struct cli *c)
{
	static const struct secret answer = { .empty = "send-kept",
	    .too_long = "send-kept", .no_terminal = "send-no-terminal",
	    .most = 16 };
	char line[17];
	int status = secret_ask(c, &answer, "send-clear-ask", true, line);

	if (status != 0)
		return status;
	return strcmp(line, "yes") == 0 || (c->lang == LANG_FR &&
	    strcmp(line, "oui") == 0) ? 0 :
	    say(c, EXIT_NO, "send-kept", NULL, NULL);
}

/* A letter is encrypted for all, or for nobody. */
static int
forecast(struct mail *m, struct letter *l, bool *clear)
{
	const struct cli *c = &m->p->cli;
	json_t *got = mail_call(m, "Protection/forecast", json_pack("{s:O}",
	    "addresses", l->addresses)), *without;
	struct buf all, some;

	if (got == NULL)
		return EXIT_LATER;
	without = json_object_get(got, "clear");
	*clear = json_array_size(without) > 0;
	buf_init(&all, LIST_ROOM);
	buf_init(&some, LIST_ROOM);
	join(l->addresses, NULL, &all);
	join(without, NULL, &some);
	if (all.failed || some.failed)
		*clear = true;
	else if (*clear)
		tell(c, "send-clear", some.ptr, all.ptr);
	else
		tell(c, "send-e2e", all.ptr, NULL);
	buf_free(&all);
	buf_free(&some);
	return *clear && !l->clear ? ask_clear(c) : 0;
}

/* --- the letter ----------------------------------------------------------- */

static const char *
type_of(const char *name)
{
	static const struct { const char *end, *type; } types[] = {
		{ ".pdf", "application/pdf" }, { ".jpg", "image/jpeg" },
		{ ".jpeg", "image/jpeg" }, { ".png", "image/png" },
		{ ".gif", "image/gif" }, { ".txt", "text/plain" },
		{ ".html", "text/html" }, { ".zip", "application/zip" },
		{ ".ics", "text/calendar" },
	};
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t e = strlen(types[i].end);

		if (n > e && strcasecmp(name + n - e, types[i].end) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

static int
attach(struct mail *m, struct letter *l, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	char to[MAIL_PATH_MAX];
	json_t *got, *blob;
	struct buf file;
	int status;

	buf_init(&file, FILE_OCTETS_MAX);
	status = file_read(m->p, path, &file);
	snprintf(to, sizeof(to), "/jmap/upload/%s/", m->account);
	if (status == 0)
		status = mail_octets(m, to, type_of(name), file.len > 0 ?
		    buf_str(&file) : STR(""));
	buf_free(&file);
	if (status != 0)
		return status;
	got = json_loadb(m->text.ptr, m->text.len, 0, NULL);
	blob = json_object_get(got, "blobId");
	if (blob != NULL)
		json_array_append_new(l->files, json_pack(
		    "{s:O, s:s, s:s, s:s}", "blobId", blob, "type",
		    type_of(name), "name", name, "disposition",
		    "attachment"));
	json_decref(got);
	return blob != NULL ? 0 : say(&m->p->cli, EXIT_LATER, "mail-refused",
	    name, NULL);
}

/* Whose letters these are: the account's own address. */
static json_t *
identity(struct mail *m, const char **name)
{
	json_t *got = mail_call(m, "Identity/get", json_pack("{s:n}", "ids")),
	    *one, *found = NULL;
	size_t i;

	json_array_foreach(json_object_get(got, "list"), i, one) {
		const char *email = json_string_value(json_object_get(one,
		    "email"));

		if (found == NULL || (email != NULL && strcmp(email,
		    m->p->address) == 0))
			found = one;
	}
	*name = json_string_value(json_object_get(found, "name"));
	return found;
}

static json_t *
email_of(const struct mail *m, const struct letter *l, const char *name,
    const char *drafts)
{
	json_t *e = json_pack("{s:{s:b}, s:{s:b, s:b}, s:[{s:s*, s:s}],"
	    " s:s, s:[{s:s, s:s}], s:{s:{s:s%}}, s:O}", "mailboxIds", drafts,
	    1, "keywords", "$draft", 1, "$seen", 1, "from", "name", name,
	    "email", m->p->address, "subject", l->subject, "textBody",
	    "partId", "text", "type", "text/plain", "bodyValues", "text",
	    "value", l->text.len > 0 ? l->text.ptr : "", l->text.len, "to",
	    l->to_people);

	if (json_array_size(l->cc_people) > 0)
		json_object_set(e, "cc", l->cc_people);
	if (json_array_size(l->files) > 0)
		json_object_set(e, "attachments", l->files);
	return e;
}

/* The id of what a /set made, or NULL, and it was said. */
static char *
made(struct mail *m, const json_t *got, char out[64])
{
	json_t *why = json_object_get(json_object_get(got, "notCreated"),
	    "l");
	const char *id = json_string_value(json_object_get(json_object_get(
	    json_object_get(got, "created"), "l"), "id"));
	const char *type = json_string_value(json_object_get(why, "type"));

	if (got != NULL && (id == NULL || strlen(id) >= 64)) {
		(void)say(&m->p->cli, EXIT_NO, "send-refused", type != NULL ?
		    type : "?", NULL);
		return NULL;
	}
	return got != NULL ? memcpy(out, id, strlen(id) + 1) : NULL;
}

static int
submit(struct mail *m, const char *draft, const char *who, bool clear)
{
	const char *sent = mail_box(m, "sent");
	json_t *create = json_pack("{s:s, s:s}", "emailId", draft,
	    "identityId", who), *args;
	char id[64], path[128];

	if (clear)
		json_object_set_new(create, "pliClear", json_true());
	snprintf(path, sizeof(path), "mailboxIds/%.60s", sent != NULL ? sent :
	    "");
	args = json_pack("{s:{s:o}, s:{s:{s:n, s:{s:b}}}}", "create", "l",
	    create, "onSuccessUpdateEmail", "#l", "keywords/$draft",
	    "mailboxIds", sent != NULL ? sent : "", 1);
	if (made(m, mail_call(m, "EmailSubmission/set", args), id) != NULL)
		return 0;
	/* what did not go is no draft that somebody finds */
	(void)mail_call(m, "Email/set", json_pack("{s:[s]}", "destroy",
	    draft));
	return EXIT_NO;
}

static int
deliver(struct mail *m, struct letter *l)
{
	const char *drafts, *name;
	char draft[64], who[64] = "";
	json_t *mine;
	bool clear;
	int status = forecast(m, l, &clear);

	if (status == 0)
		status = mail_boxes(m);
	for (size_t i = 0; status == 0 && i < l->attach.count; i++)
		status = attach(m, l, l->attach.word[i]);
	if (status != 0)
		return status;
	drafts = mail_box(m, "drafts");
	mine = identity(m, &name);
	snprintf(who, sizeof(who), "%s", mine == NULL ? "" :
	    json_string_value(json_object_get(mine, "id")));
	if (drafts == NULL || who[0] == '\0')
		return say(&m->p->cli, EXIT_LATER, "mail-refused",
		    m->p->address, NULL);
	if (made(m, mail_call(m, "Email/set", json_pack("{s:{s:o}}",
	    "create", "l", email_of(m, l, name, drafts))), draft) == NULL)
		return EXIT_NO;
	status = submit(m, draft, who, clear);
	if (status == 0)
		tell(&m->p->cli, "send-done", NULL, NULL);
	return status;
}

/* --- the verb ------------------------------------------------------------- */

static int
look_at(const struct cli *c, const char *path)
{
	struct stat st;

	if (access(path, R_OK) != 0 || stat(path, &st) != 0)
		return say(c, EXIT_NO, "file-unreadable", path,
		    strerror(errno));
	return st.st_size <= FILE_OCTETS_MAX ? 0 :
	    say(c, EXIT_NO, "send-large", path, NULL);
}

static int
prepare(struct pli *p, struct letter *l)
{
	int status;

	l->to_people = json_array();
	l->cc_people = json_array();
	l->addresses = json_array();
	l->files = json_array();
	buf_init(&l->text, LETTER_MAX);
	status = take_people(&p->cli, l, &l->to, l->to_people);
	if (status == 0)
		status = take_people(&p->cli, l, &l->cc, l->cc_people);
	if (status == 0 && json_array_size(l->to_people) == 0)
		status = say(&p->cli, EXIT_NO, "send-nobody", NULL, NULL);
	for (size_t i = 0; status == 0 && i < l->attach.count; i++)
		status = look_at(&p->cli, l->attach.word[i]);
	return status == 0 ? take_text(p, l) : status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	static struct letter l = { .subject = "" };
	static struct mail m;
	const struct option options[] = {
		{ "--subject", &l.subject, NULL },
		{ "--clear", NULL, &l.clear }, { NULL, NULL, NULL },
	};
	struct pli *p = pli_of(c);
	struct words words;
	int status;

	argc = take_lists(&l, argc, argv);
	if (!args_take(c, options, argc, argv, &words, 0, 0))
		return EXIT_NO;
	status = prepare(p, &l);
	if (status == 0) {
		status = mail_open(&m, p);
		if (status == 0)
			status = deliver(&m, &l);
		mail_close(&m);
	}
	buf_free(&l.text);
	json_decref(l.to_people);
	json_decref(l.cc_people);
	json_decref(l.addresses);
	json_decref(l.files);
	return status;
}

const struct verb verb_send = {
	"send", "", "--to ADDRESS --subject TEXT < TEXT", run,
	{ "write a letter; it is encrypted where keys are known",
	"écrire une lettre ; chiffrée là où les clés sont connues" },
	{ "The text comes from standard input.  Before it goes, it is said who "
	"can read it.\nA letter is encrypted for all its recipients or for "
	"none: where a key is missing you\nare asked once, on the terminal.  "
	"What cannot leave now waits and leaves later.\n\n"
	"  --to ADDRESS    as often as needed; \"Anna <anna@example.net>, "
	"bob@…\" is one, too\n"
	"  --cc ADDRESS    likewise\n"
	"  --subject TEXT\n"
	"  --attach FILE   as often as needed\n"
	"  --clear         it may go in clear: nothing is asked\n\n"
	"examples:\n"
	"  pli send --to bob@example.net --subject Keys < letter.txt\n"
	"  pli send --to anna@example.net --cc bob@example.net \\\n"
	"      --subject 'The roof' --attach roof.pdf --clear < letter.txt\n",
	"Le texte vient de l'entrée standard.  Avant le départ, il est dit qui "
	"peut la lire.\nUne lettre est chiffrée pour tous ses destinataires ou "
	"pour aucun : s'il manque une\nclé, la question est posée une fois, au "
	"terminal.  Ce qui ne peut pas partir\nmaintenant attend et part plus "
	"tard.\n\n"
	"  --to ADRESSE      autant que nécessaire ; « Anna "
	"<anna@example.net>, bob@… » aussi\n"
	"  --cc ADRESSE      de même\n"
	"  --subject TEXTE   l'objet\n"
	"  --attach FICHIER  autant que nécessaire\n"
	"  --clear           elle peut partir en clair : rien n'est demandé\n\n"
	"exemples :\n"
	"  pli send --to bob@example.net --subject Clés < lettre.txt\n"
	"  pli send --to anna@example.net --cc bob@example.net \\\n"
	"      --subject 'Le toit' --attach toit.pdf --clear < lettre.txt\n" },
};
