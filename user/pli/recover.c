/* recover.c - pli recover. */

#include "pli.h"

#include <string.h>

#include "base/wipe.h"

struct recover {
	const char *words_file, *copy_file;
	bool weak;
	char words[SECRET_MAX + 1], passphrase[SECRET_MAX + 1];
};

static int
take_copy(struct pli *p, const struct recover *r, struct buf *copy)
{
	char line[SECRET_MAX + 1];
	int status;

	if (r->copy_file != NULL)
		return file_read(p, r->copy_file, copy);
	/* a terminal's line holds one part; an empty one ends them */
	do {
		status = line_take(p, "ask-copy", true, line);
		if (status == 0) {
			buf_add_c(copy, line);
			buf_byte(copy, '\n');
		}
	} while (status == 0 && memmem(copy->ptr, copy->len, "/1:", 3) ==
	    NULL && copy->len < 32768);
	return status;
}

static int
take_words(struct pli *p, struct recover *r)
{
	struct buf text;
	int status;

	if (r->words_file == NULL)
		return line_take(p, "ask-words", true, r->words);
	buf_init(&text, FILE_MAX_);
	status = file_read(p, r->words_file, &text);
	if (status == 0 && text.len > SECRET_MAX)
		status = say(&p->cli, EXIT_NO, "why-words-count", NULL, NULL);
	if (status == 0) {
		memcpy(r->words, text.ptr, text.len);
		r->words[text.len] = '\0';
	}
	buf_free(&text);
	return status;
}

static int
ask_agent(struct pli *p, const struct recover *r, struct str copy,
    struct buf *container)
{
	struct msg_agent_make m = { .id = 1, .how = AGENT_RECOVER,
	    .address = STR(""), .name = STR(""),
	    .passphrase = from_c(r->passphrase),
	    .key_secret = from_c(r->words) };

	return agent_ask(p, AGENT_MAKE, &m, &copy, AGENT_CONTAINER, container,
	    r->copy_file != NULL ? r->copy_file : "PLI1");
}

/* Whose the sheet is, the sheet says. */
static int
place(struct pli *p, struct str container)
{
	struct msg_agent_ask m = { .id = 2 };
	char address[AGENT_NAME_MAX + 1];
	int status = agent_ask(p, AGENT_STATUS, &m, NULL, AGENT_STATUS_IS,
	    NULL, "");

	if (status != 0)
		return status;
	snprintf(address, sizeof(address), "%.*s",
	    (int)p->got.status_is.address.len, p->got.status_is.address.ptr);
	if (p->account != NULL && strcmp(address, p->account) != 0)
		return say(&p->cli, EXIT_NO, "recover-other", address,
		    p->account);
	if (!account_path(p, address))
		return EXIT_NO;
	if (account_exists(p))
		return say(&p->cli, EXIT_NO, "account-exists", address, NULL);
	status = account_make(p);
	if (status == 0)
		status = container_write(p, container);
	if (status == 0)
		tell(&p->cli, "recover-done", address, NULL);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static struct recover r;
	const struct option options[] = {
		{ "--words-file", &r.words_file, NULL },
		{ "--copy-file", &r.copy_file, NULL },
		{ "--weak", NULL, &r.weak }, { NULL, NULL, NULL },
	};
	struct buf copy, container;
	int status;

	if (!args_take(c, options, argc, argv, &words, 0, 0))
		return EXIT_NO;
	buf_init(&copy, FILE_MAX_);
	buf_init(&container, FILE_MAX_);
	status = take_words(p, &r);
	if (status == 0)
		status = take_copy(p, &r, &copy);
	if (status == 0)
		status = passphrase_new(p, p->passphrase_file, r.weak,
		    r.passphrase);
	if (status == 0)
		status = agent_start(p);
	if (status == 0)
		status = ask_agent(p, &r, buf_str(&copy), &container);
	if (status == 0)
		status = place(p, buf_str(&container));
	wipe(&r, sizeof(r));
	buf_free(&container);
	buf_free(&copy);
	agent_end(p);
	return status;
}

const struct verb verb_recover = {
	"recover", "", "", run,
	{ "bring the keys back from the recovery sheet",
	"faire revenir les clés depuis la feuille de secours" },
	{ "Asks for the twelve words, then for what a QR scanner reads from "
	"the sheet, then\nfor a new passphrase.\n\n"
	"  --words-file FILE  the words from a file; -: standard input\n"
	"  --copy-file FILE   what the scanner read, all parts of it\n"
	"  --weak             a weak passphrase is meant\n\n"
	"examples:\n"
	"  pli recover\n"
	"  zbarimg -q --raw photo.jpg > copy; pli recover --copy-file copy\n",
	"Demande les douze mots, puis ce qu'un lecteur de QR lit de la "
	"feuille, puis une\nnouvelle phrase de passe.\n\n"
	"  --words-file FICHIER  les mots d'un fichier ; - : entrée standard\n"
	"  --copy-file FICHIER   ce que le lecteur a lu, toutes les parties\n"
	"  --weak                une phrase de passe faible est voulue\n\n"
	"exemples :\n"
	"  pli recover\n"
	"  zbarimg -q --raw photo.jpg > copie; pli recover --copy-file copie\n"
	},
};
