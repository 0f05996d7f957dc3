/* check_conf.c - plictl check conf. */

#include "plictl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "texts.h"

static int
mistake(const struct cli *c, const char *file, const struct conf_error *e)
{
	const char *what = text_find(conf_texts, conf_texts_count,
	    from_c(e->what), c->lang);
	char where[FILE_NAME_MAX + 32], said[512];

	snprintf(where, sizeof(where), "%s:%u:%u", file, e->line, e->column);
	snprintf(said, sizeof(said), "%s%s%.*s", what != NULL ? what : e->what,
	    e->word.len > 0 ? ": " : "",
	    (int)(e->word.len > 200 ? 200 : e->word.len),
	    e->word.len > 0 ? e->word.ptr : "");
	return say(c, EXIT_NO, "conf-mistake", where, said);
}

/* A path of the configuration has no NUL, and fits. */
static int
check_file(const struct cli *c, const char *conf, struct str file,
    char path[FILE_NAME_MAX + 1])
{
	snprintf(path, FILE_NAME_MAX + 1, "%.*s", (int)file.len, file.ptr);
	return access(path, R_OK) == 0 ? 0 :
	    say(c, EXIT_NO, "conf-file", conf, path);
}

/* The role that is to use them looks; it says what is wrong. */
static int
check_pair(const struct cli *c, const char *conf, const struct conf *parsed)
{
	char chain[FILE_NAME_MAX + 1], key[FILE_NAME_MAX + 1];
	int status;

	if (parsed->chain.len == 0)
		return 0;
	status = check_file(c, conf, parsed->chain, chain);
	if (status == 0)
		status = check_file(c, conf, parsed->key, key);
	if (status == 0 && program_run(c, "keys", NULL, "--check", chain,
	    key) > 0)
		status = say(c, EXIT_NO, "conf-cert", conf, NULL);
	return status;
}

/* Only when somebody asked for it: the defaults name them as well. */
static void
notice(const struct cli *c, const char *file, const struct conf *conf)
{
	static const uint16_t defaults[CONF_SERVICES] = { 25, 465, 587, 993,
	    143, 443 };

	for (size_t i = 0; i < conf->listens; i++) {
		const struct conf_listen *l = &conf->listen[i];
		bool served = l->service == CONF_MX ||
		    l->service == CONF_IMAP || l->service == CONF_IMAPS;

		if (!served && (l->address.len > 0 ||
		    l->port != defaults[l->service]))
			say(c, 0, "conf-warn-role", file,
			    conf_service_name(l->service));
	}
}

static int
judge(const struct cli *c, const char *file, struct str text)
{
	struct conf_error error;
	struct conf conf;
	int status;

	if (!conf_parse(&conf, text, &error))
		return mistake(c, file, &error);
	status = check_pair(c, file, &conf);
	notice(c, file, &conf);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	static char text[CONF_TEXT_MAX + 1];
	char path[FILE_NAME_MAX];
	struct words words;
	ssize_t n;
	int fd;

	if (!args_take(c, none, argc, argv, &words, 0, 1))
		return EXIT_NO;
	snprintf(path, sizeof(path), "%s%s", words.count > 0 ? "" :
	    prefix_of(c), words.count > 0 ? words.word[0] : "/etc/plid.conf");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (n < 0)
		say(c, EXIT_NO, "file-unreadable", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return n < 0 ? EXIT_NO :
	    judge(c, path, (struct str){ text, (size_t)n });
}

const struct verb verb_check_conf = {
	"check", "conf", "[FILE]", run,
	{ "look for mistakes in plid.conf", "chercher des erreurs dans "
	"plid.conf" },
	{ "Names file, line and column of the first mistake.  Nothing is "
	"changed.\n\n"
	"examples:\n"
	"  plictl check conf\n"
	"  plictl check conf /tmp/new.conf && echo good\n",
	"Donne le fichier, la ligne et la colonne de la première erreur.  Rien "
	"n'est\nchangé.\n\n"
	"exemples :\n"
	"  plictl check conf\n"
	"  plictl check conf /tmp/new.conf && echo bon\n" },
};
