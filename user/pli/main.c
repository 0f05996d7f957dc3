/* main.c - pli(1): finds the verb, and lets it run. */

#include "pli.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const struct verb *const verbs[] = {
	&verb_run, &verb_status, &verb_lock, &verb_stop,
	&verb_init, &verb_pair, &verb_recover,
	&verb_contact_add, &verb_contact_list, &verb_contact_remove,
	&verb_key_show, &verb_key_export, &verb_key_extend,
	&verb_key_passphrase, &verb_key_revoke, &verb_key_sheet,
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static enum lang
lang_of_user(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < 3; i++) {
		const char *v = getenv(names[i]);

		if (v != NULL && v[0] != '\0')
			return text_lang(from_c(v));
	}
	return LANG_EN;
}

static void
help_all(const struct pli *p)
{
	fputs(text_of(p, "help-usage"), stdout);
	for (size_t i = 0; i < VERBS; i++) {
		const struct verb *v = verbs[i];
		char name[32];

		if (i == 0 || strcmp(v->noun, verbs[i - 1]->noun) != 0)
			putchar('\n');
		snprintf(name, sizeof(name), "%s %s", v->noun, v->word);
		printf("  %-15s  %s\n", name, v->summary[p->lang]);
	}
	fputs(text_of(p, "help-tail"), stdout);
}

static int
help_verb(const struct pli *p)
{
	const struct verb *v = p->verb;

	printf("pli %s%s%s %s\n\n%s.\n\n%s", v->noun,
	    v->word[0] != '\0' ? " " : "", v->word, v->usage,
	    v->summary[p->lang], v->help[p->lang]);
	return 0;
}

struct globals {
	bool help, version;
	const char **value;	/* where the next word goes */
};

static bool
is(const char *arg, const char *brief, const char *full)
{
	return strcmp(arg, brief) == 0 || strcmp(arg, full) == 0;
}

/* These may stand anywhere; true: arg was one of them. */
static bool
take_global(struct pli *p, struct globals *g, const char *arg)
{
	if (g->value != NULL) {
		*g->value = arg;
		g->value = NULL;
	} else if (is(arg, "-j", "--json")) {
		p->json = true;
	} else if (is(arg, "-h", "--help")) {
		g->help = true;
	} else if (is(arg, "-V", "--version")) {
		g->version = true;
	} else if (strcmp(arg, "--home") == 0) {
		g->value = &p->home;
	} else if (strcmp(arg, "--account") == 0) {
		g->value = &p->account;
	} else if (strcmp(arg, "--passphrase-file") == 0) {
		g->value = &p->passphrase_file;
	} else if (strcmp(arg, "--libexec") == 0) {
		g->value = &p->libexec;
	} else {
		return false;
	}
	return true;
}

/* What is left moves to the front; how many. */
static int
take_globals(struct pli *p, struct globals *g, int argc, char **argv)
{
	int left = 0;

	for (int i = 1; i < argc; i++)
		if (!take_global(p, g, argv[i]))
			argv[left++] = argv[i];
	return left;
}

/* How many words name it; 0: none does. */
static int
find(struct pli *p, int argc, char **argv)
{
	for (size_t i = 0; i < VERBS; i++) {
		const struct verb *v = verbs[i];

		if (argc < 1 || strcmp(argv[0], v->noun) != 0)
			continue;
		if (v->word[0] != '\0' &&
		    (argc < 2 || strcmp(argv[1], v->word) != 0))
			continue;
		p->verb = v;
		return v->word[0] != '\0' ? 2 : 1;
	}
	return 0;
}

/* Passphrases pass through here: no core dump holds them, no debugger of the
 * same user reads them. */
static void
harden(void)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int
unknown(const struct pli *p, int argc, char **argv)
{
	char name[128];

	snprintf(name, sizeof(name), "%.60s%s%.60s", argv[0],
	    argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
	return say(p, EXIT_NO, "verb-unknown", name, NULL);
}

int
main(int argc, char **argv)
{
	static const struct verb itself = { .noun = "", .word = "" };
	static struct pli p;
	struct globals g = { .value = NULL };
	int words, status;

	p.verb = &itself;
	p.libexec = PLI_LIBEXEC;
	p.lang = lang_of_user();
	p.chan = p.parent = p.control = -1;
	harden();
	argc = take_globals(&p, &g, argc, argv);
	if (g.value != NULL)
		return say(&p, EXIT_NO, "option-value", "--home, --account, "
		    "--passphrase-file", "");
	if (g.version) {
		puts("pli " PLI_VERSION);
		return 0;
	}
	words = find(&p, argc, argv);
	if (words == 0 && (g.help || argc == 0)) {
		help_all(&p);
		return g.help ? 0 : EXIT_NO;
	}
	if (words == 0)
		return unknown(&p, argc, argv);
	if (g.help)
		return help_verb(&p);
	status = p.verb->run(&p, argc - words, argv + words);
	if (fflush(stdout) != 0 && status == 0)
		status = EXIT_LATER;
	return status;
}
