/* export.c - plictl export. */

#include "export.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "mail/mbox.h"

enum { COMMAND_MAX = 8192, NAMES_MAX = 4 << 20 };

size_t
export_count(const struct export_box *box)
{
	return box->mails.len / sizeof(struct export_mail);
}

struct export_mail *
export_mail(const struct export_box *box, size_t i)
{
	return (struct export_mail *)(void *)box->mails.ptr + i;
}

int
export_cut(struct export *e)
{
	progress_end(&e->bar);
	return say(e->c, EXIT_LATER, "import-cut", e->im.user, NULL);
}

int
export_disk(struct export *e, const char *path)
{
	int error = errno;

	progress_end(&e->bar);
	return say(e->c, EXIT_NO, "export-disk", path, strerror(error));
}

enum imap_said
export_fetch(struct export *e, const struct export_mail *m, imap_sink *sink,
    void *ctx)
{
	enum imap_said said;
	char command[64];

	snprintf(command, sizeof(command), "UID FETCH %u (BODY.PEEK[])",
	    m->uid);
	e->im.sink = sink;
	e->im.sink_ctx = ctx;
	said = imap_do(&e->im, from_c(command), NULL, NULL);
	e->im.sink = NULL;
	return said;
}

/* LIST (\HasNoChildren) "/" name */
static void
take_name(void *ctx, struct str line)
{
	struct export *e = ctx;
	struct str rest, flags;
	struct buf sep, name;
	uint32_t n;

	if (!str_take_word(&line, STR("LIST (")))
		return;
	flags = line;
	rest = imap_after(line, ") ");
	flags.len -= rest.len;
	buf_init(&sep, 16);
	buf_init(&name, FILE_NAME_MAX);
	if (imap_after(flags, "\\Noselect").len == 0 &&
	    imap_after(flags, "\\NonExistent").len == 0 &&
	    imap_take_string(&rest, &sep) && str_take_byte(&rest, ' ') &&
	    imap_take_string(&rest, &name) && !name.failed) {
		n = (uint32_t)name.len;
		buf_add_mem(&e->names, &n, sizeof(n));
		buf_add(&e->names, buf_str(&name));
	}
	buf_free(&sep);
	buf_free(&name);
}

/* The number of a keyword in its mailbox; past the last it has no place. */
static uint32_t
word_bit(struct export_box *box, struct str word)
{
	for (size_t i = 0; i < box->words; i++)
		if (str_eq_nocase(word, from_c(box->word[i])))
			return (uint32_t)1 << i;
	if (box->words == EXPORT_WORDS_MAX)
		return 0;
	snprintf(box->word[box->words], sizeof(box->word[0]), "%.*s",
	    (int)word.len, word.ptr);
	return (uint32_t)1 << box->words++;
}

static bool
is_flag(unsigned char c)
{
	return c != ' ' && c != ')';
}

static void
take_flags(struct export_box *box, struct export_mail *m, struct str flags)
{
	static const struct { struct str name; uint32_t flag; } kept[] = {
		{ STR_INIT("\\Seen"), KEPT_SEEN },
		{ STR_INIT("\\Answered"), KEPT_ANSWERED },
		{ STR_INIT("\\Flagged"), KEPT_FLAGGED },
		{ STR_INIT("\\Deleted"), KEPT_DELETED },
		{ STR_INIT("\\Draft"), KEPT_DRAFT },
		{ STR_INIT("$Forwarded"), KEPT_FORWARDED },
	};

	while (flags.len > 0 && str_peek(flags) != ')') {
		struct str word = str_take_while(&flags, is_flag);
		bool known = false;

		for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			if (str_eq_nocase(word, kept[i].name)) {
				m->flags |= kept[i].flag;
				known = true;
			}
		if (!known && word.len > 0 && word.ptr[0] != '\\')
			m->words |= word_bit(box, word);
		str_take_byte(&flags, ' ');
	}
}

/* 1 FETCH (UID 1 FLAGS (\Seen) INTERNALDATE "…") */
static void
take_mail(void *ctx, struct str line)
{
	struct export_box *box = ctx;
	struct export_mail m = { 0 };
	struct str rest = imap_after(line, "(UID ");
	struct buf date;
	uint64_t uid;

	if (rest.len == 0)
		rest = imap_after(line, " UID ");
	if (!str_take_u64(&rest, &uid))
		return;
	m.uid = (uint32_t)uid;
	take_flags(box, &m, imap_after(line, "FLAGS ("));
	buf_init(&date, 64);
	rest = imap_after(line, "INTERNALDATE ");
	if (rest.len > 0 && imap_take_string(&rest, &date) &&
	    imap_date(buf_str(&date), &m.date))
		buf_add_mem(&box->mails, &m, sizeof(m));
	buf_free(&date);
}

static void
take_validity(void *ctx, struct str line)
{
	struct export_box *box = ctx;
	struct str rest = imap_after(line, "[UIDVALIDITY ");
	uint64_t n;

	if (str_take_u64(&rest, &n))
		box->uidvalidity = (uint32_t)n;
}

static int
open_box(struct export *e, struct str name)
{
	enum imap_said said;
	struct buf b;

	buf_free(&e->box.mails);
	e->box = (struct export_box){ .name = name };
	buf_init(&e->box.mails, (size_t)EXPORT_MAILS_MAX *
	    sizeof(struct export_mail));
	buf_init(&b, COMMAND_MAX);
	buf_add(&b, STR("EXAMINE "));
	imap_quote(&b, name);
	said = imap_do(&e->im, buf_str(&b), take_validity, &e->box);
	buf_free(&b);
	if (said == IMAP_OK)
		/* NO and BAD are of a mailbox that is empty */
		said = imap_do(&e->im, STR("UID FETCH 1:* (UID FLAGS "
		    "INTERNALDATE)"), take_mail, &e->box);
	return said == IMAP_CUT || e->box.mails.failed ? export_cut(e) : 0;
}

static int
each_box(struct export *e, bool mbox)
{
	struct str rest = buf_str(&e->names), name;
	int status = 0;
	uint32_t n;

	while (status == 0 && !progress_stopped() && rest.len > sizeof(n)) {
		memcpy(&n, rest.ptr, sizeof(n));
		name = (struct str){ rest.ptr + sizeof(n), n };
		rest.ptr += sizeof(n) + n;
		rest.len -= sizeof(n) + n;
		status = open_box(e, name);
		if (status == 0)
			status = mbox ? export_mbox(e) : export_maildir(e);
		progress_end(&e->bar);
	}
	return status;
}

static int
export_all(struct export *e, bool mbox)
{
	char written[32], there[32];
	int status;

	if (mkdir(e->folder, 0700) != 0 && errno != EEXIST)
		return export_disk(e, e->folder);
	if (imap_do(&e->im, STR("LIST \"\" \"*\""), take_name, e) != IMAP_OK)
		return export_cut(e);
	status = each_box(e, mbox);
	snprintf(written, sizeof(written), "%llu",
	    (unsigned long long)e->written);
	snprintf(there, sizeof(there), "%llu", (unsigned long long)e->there);
	tell(e->c, "export-done", written, there);
	return status == 0 && progress_stopped() ?
	    say(e->c, EXIT_LATER, "export-stopped", NULL, NULL) : status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct export e = { .c = c };
	bool mbox = false;
	const struct option options[] = {
		{ "--mbox", NULL, &mbox },
		{ NULL, NULL, NULL },
	};
	struct words words;
	int status;

	if (!args_take(c, options, argc, argv, &words, 2, 2))
		return EXIT_NO;
	e.folder = words.word[1];
	buf_init(&e.names, NAMES_MAX);
	buf_init(&e.box.mails, 0);
	progress_catch();
	status = imap_open(&e.im, c, words.word[0]);
	if (status == 0)
		status = export_all(&e, mbox);
	imap_close(&e.im);
	buf_free(&e.names);
	buf_free(&e.box.mails);
	return status;
}

const struct verb verb_export = {
	"export", "", "NAME FOLDER [--mbox]", run,
	{ "write all mail of a user to a Maildir or to mbox files",
	"écrire le courrier d'un utilisateur en Maildir ou en mbox" },
	{ "A Maildir++ with flags, keywords and dates; mail of a sealed "
	"account is written\nas it is stored, sealed.  Broken off, it goes on "
	"when it is called again; called\nlater, it adds what has come and "
	"brings the flags up to date.\n\n"
	"  --mbox  a file NAME.mbox for each mailbox (mboxrd, with Status, "
	"X-Status and\n"
	"          X-Keywords); a file that is there is left as it is\n\n"
	"examples:\n"
	"  plictl export alice@example.org /backup/alice\n"
	"  plictl export alice@example.org /tmp/alice --mbox\n",
	"Un Maildir++ avec marques, mots-clés et dates ; le courrier d'un "
	"compte scellé\nest écrit comme il est gardé, scellé.  Interrompu, "
	"l'export continue quand on le\nrelance ; relancé plus tard, il ajoute "
	"ce qui est venu et met les marques à jour.\n\n"
	"  --mbox  un fichier NOM.mbox par boîte (mboxrd, avec Status, "
	"X-Status et\n"
	"          X-Keywords) ; un fichier qui est là n'est pas touché\n\n"
	"exemples :\n"
	"  plictl export alice@example.org /sauvegarde/alice\n"
	"  plictl export alice@example.org /tmp/alice --mbox\n" },
};
