/* read.c - pli read. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "codec/utf8.h"
#include "mail.h"
#include "os/fd.h"

#define STATUS "header:Pli-Status:asText"

enum { LINE_ROOM = 65536, NAMES_TRIED = 1000 };

static const char *
text_in(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* --- what is above the text ----------------------------------------------- */

static void
put_field(const struct mail *m, const char *key, struct str value)
{
	put_cell(from_c(text_of(&m->p->cli, key)), 12);
	put_line(value);
}

static void
put_people(const struct mail *m, const char *key, const json_t *list)
{
	struct buf b;
	json_t *one;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	buf_init(&b, LINE_ROOM);
	json_array_foreach(list, i, one) {
		const char *name = text_in(one, "name");

		buf_add_c(&b, i > 0 ? ", " : "");
		buf_add_c(&b, name);
		buf_add_c(&b, name[0] != '\0' ? " <" : "");
		buf_add_c(&b, text_in(one, "email"));
		buf_add_c(&b, name[0] != '\0' ? ">" : "");
	}
	put_field(m, key, buf_str(&b));
	buf_free(&b);
}

static void
put_when(const struct mail *m, const char *utc)
{
	struct tm tm = { 0 }, at;
	char text[64];
	time_t t;

	if (strptime(utc, "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
		return;
	t = timegm(&tm);
	(void)localtime_r(&t, &at);
	if (strftime(text, sizeof(text), "%Y-%m-%d %H:%M %z", &at) > 0)
		put_field(m, "read-date", from_c(text));
}

/* The value of a key of Pli-Status; ptr NULL: it has none. */
static struct str
fact(struct str status, const char *key)
{
	while (status.len > 0) {
		const char *end = memchr(status.ptr, ';', status.len);
		struct str one = { status.ptr, end != NULL ?
		    (size_t)(end - status.ptr) : status.len };

		status.ptr += one.len + (end != NULL);
		status.len -= one.len + (end != NULL);
		while (str_take_byte(&one, ' '))
			;
		if (str_take_word(&one, from_c(key)) && (one.len == 0 ||
		    str_take_byte(&one, '=')))
			return one;
	}
	return (struct str){ NULL, 0 };
}

/* As the webmail says it: how it came, and whose signature it bears. */
void
protection_words(const struct cli *c, struct str status, struct buf *out)
{
	static const char *const hows[] = { "locked", "e2e", "sealed", "own",
	    "clear" };
	static const char *const sigs[] = { "good", "bad", "unknown", "none" };
	struct str sig = fact(status, "sig"), first = fact(status, "first");
	char key[32] = "", day[16] = "";
	struct str arg = STR("");
	uint64_t t;

	for (size_t i = 0; i < 5 && key[0] == '\0'; i++)
		if (fact(status, hows[i]).ptr != NULL)
			snprintf(key, sizeof(key), "how-%s", hows[i]);
	if (key[0] == '\0')
		return;
	buf_add_c(out, text_of(c, key));
	if (sig.ptr == NULL)
		return;
	snprintf(key, sizeof(key), "sig-other");
	for (size_t i = 0; i < 4; i++)
		if (str_eq(sig, from_c(sigs[i])))
			snprintf(key, sizeof(key), "sig-%s", sigs[i]);
	if (str_eq(sig, STR("good")) && str_take_u64(&first, &t)) {
		snprintf(key, sizeof(key), "sig-good-since");
		date_text(t, day);
		arg = from_c(day);
	}
	buf_add_c(out, ", ");
	text_put(out, text_of(c, key), &arg, 1);
}

static void
put_head(const struct mail *m, const json_t *e)
{
	struct buf words;

	put_people(m, "read-from", json_object_get(e, "from"));
	put_people(m, "read-to", json_object_get(e, "to"));
	put_people(m, "read-cc", json_object_get(e, "cc"));
	put_when(m, text_in(e, "receivedAt"));
	put_field(m, "read-subject", from_c(text_in(e, "subject")));
	buf_init(&words, LINE_ROOM);
	protection_words(&m->p->cli, from_c(text_in(e, STATUS)), &words);
	if (words.len > 0)
		put_field(m, "read-protection", buf_str(&words));
	buf_free(&words);
}

/* --- attachments ---------------------------------------------------------- */

static void
put_attachments(const struct mail *m, const json_t *list)
{
	char size[16], safe[256];
	struct buf b;
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		size_text((uint64_t)json_integer_value(json_object_get(one,
		    "size")), size);
		safe_name(from_c(text_in(one, "name")), safe);
		buf_init(&b, LINE_ROOM);
		buf_add_c(&b, safe);
		buf_add_c(&b, "  (");
		buf_add_c(&b, text_in(one, "type"));
		buf_add_c(&b, ", ");
		buf_add_c(&b, size);
		buf_add_c(&b, ")");
		put_field(m, "read-attachment", buf_str(&b));
		buf_free(&b);
	}
}

/* A new file; never over another, never through a link. */
static int
new_file(int dir, const char *safe, char name[300])
{
	int fd = -1;

	for (int i = 1; fd < 0 && i < NAMES_TRIED; i++) {
		if (i == 1)
			snprintf(name, 300, "%s", safe);
		else
			snprintf(name, 300, "%d-%s", i, safe);
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL |
		    O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

static int
save_one(struct mail *m, int dir, const char *blob, const char *said)
{
	char path[MAIL_PATH_MAX], safe[256], name[300];
	int fd, status;
	bool ok;

	mail_blob_path(m, blob, path);
	status = mail_octets(m, path, "", (struct str){ NULL, 0 });
	if (status != 0)
		return status;
	safe_name(from_c(said), safe);
	fd = new_file(dir, safe, name);
	ok = fd >= 0 && fd_write(fd, buf_str(&m->text)) && fsync(fd) == 0;
	if (fd >= 0 && close(fd) != 0)
		ok = false;
	if (!ok)
		return say(&m->p->cli, EXIT_LATER, "file-unwritten", name,
		    strerror(errno));
	tell(&m->p->cli, "read-saved", name, NULL);
	return 0;
}

static int
save_all(struct mail *m, const json_t *list, const char *folder)
{
	int dir, status = 0;
	json_t *one;
	size_t i;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return say(&m->p->cli, EXIT_NO, "folder-not-made", folder,
		    strerror(errno));
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return say(&m->p->cli, EXIT_NO, "folder-not-made", folder,
		    strerror(errno));
	json_array_foreach(list, i, one)
		if (status == 0)
			status = save_one(m, dir, text_in(one, "blobId"),
			    text_in(one, "name"));
	close(dir);
	return status;
}

/* --- the text ------------------------------------------------------------- */

/* As it was written, or what `open` reads in HTML. */
static int
put_text(struct mail *m, const json_t *e)
{
	const json_t *part = json_array_get(json_object_get(e, "textBody"),
	    0), *value = json_object_get(json_object_get(e, "bodyValues"),
	    text_in(part, "partId"));
	char path[MAIL_PATH_MAX];
	int status;

	putchar('\n');
	if (strcmp(text_in(part, "type"), "text/plain") == 0 &&
	    value != NULL) {
		put_line(from_c(text_in(value, "value")));
		return 0;
	}
	snprintf(path, sizeof(path), "/view/%s?text=1", text_in(e, "id"));
	status = mail_octets(m, path, "", (struct str){ NULL, 0 });
	if (status == 0)
		put_line(buf_str(&m->text));
	return status;
}

static json_t *
get(struct mail *m, const char *id)
{
	json_t *got = mail_call(m, "Email/get", json_pack(
	    "{s:[s], s:[ssssssssssss], s:b}", "ids", id, "properties", "id",
	    "blobId", "from", "to", "cc", "subject", "receivedAt",
	    "keywords", "attachments", "textBody", "bodyValues", STATUS,
	    "fetchTextBodyValues", 1)), *e;

	if (got == NULL)
		return NULL;
	e = json_array_get(json_object_get(got, "list"), 0);
	if (e == NULL)
		(void)say(&m->p->cli, EXIT_NO, "mail-no-such", NULL, NULL);
	return json_incref(e);
}

/* Octets as they are; on a terminal nothing that moves its cursor. */
static int
put_raw(struct mail *m, const json_t *e)
{
	char path[MAIL_PATH_MAX];
	int status;

	mail_blob_path(m, text_in(e, "blobId"), path);
	status = mail_octets(m, path, "", (struct str){ NULL, 0 });
	if (status == 0 && isatty(STDOUT_FILENO))
		put_line(buf_str(&m->text));
	else if (status == 0 && fwrite(m->text.ptr, 1, m->text.len, stdout) !=
	    m->text.len)
		status = EXIT_LATER;
	return status;
}

static void
mark_read(struct mail *m, const json_t *e)
{
	if (!json_is_true(json_object_get(json_object_get(e, "keywords"),
	    "$seen")))
		(void)mail_call(m, "Email/set", json_pack("{s:{s:{s:b}}}",
		    "update", text_in(e, "id"), "keywords/$seen", 1));
}

static int
read_one(struct mail *m, const char *id, bool raw, const char *folder)
{
	json_t *e = get(m, id), *files;
	int status = 0;

	if (e == NULL)
		return EXIT_NO;
	files = json_object_get(e, "attachments");
	if (raw) {
		status = put_raw(m, e);
	} else if (folder != NULL) {
		status = save_all(m, files, folder);
	} else if (m->p->cli.json) {
		json_dumpf(e, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII);
		putchar('\n');
	} else {
		put_head(m, e);
		put_attachments(m, files);
		status = put_text(m, e);
		if (status == 0)
			mark_read(m, e);
	}
	json_decref(e);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	static struct mail m;
	const char *folder = NULL;
	bool raw = false;
	const struct option options[] = {
		{ "--raw", NULL, &raw }, { "--save", &folder, NULL },
		{ NULL, NULL, NULL },
	};
	struct words words;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	status = mail_open(&m, pli_of(c));
	if (status == 0)
		status = read_one(&m, words.word[0], raw, folder);
	mail_close(&m);
	return status;
}

const struct verb verb_read = {
	"read", "", "ID [--raw|--save FOLDER]", run,
	{ "a message: who, what protected it, the text",
	"un message : qui, ce qui l'a protégé, le texte" },
	{ "The id is that of pli list and pli search.  What is read counts as "
	"read from then\non.  Of HTML the text is shown.\n\n"
	"  --raw          the message as it is stored here, decrypted\n"
	"  --save FOLDER  write what is attached there, never over a file\n"
	"  -j             as JSON, for programs\n\n"
	"examples:\n"
	"  pli read e1f\n"
	"  pli read e1f --save ~/Downloads\n"
	"  pli read e1f --raw > letter.eml\n",
	"L'identifiant est celui de pli list et pli search.  Ce qui est lu "
	"compte ensuite\ncomme lu.  De HTML, le texte est montré.\n\n"
	"  --raw           le message tel qu'il est gardé ici, déchiffré\n"
	"  --save DOSSIER  y écrire les pièces jointes, jamais sur un fichier\n"
	"  -j              en JSON, pour les programmes\n\n"
	"exemples :\n"
	"  pli read e1f\n"
	"  pli read e1f --save ~/Téléchargements\n"
	"  pli read e1f --raw > lettre.eml\n" },
};
