/* main.c - finds the verb, and lets it run. */

#include "cli/cli.h"

#include <string.h>

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
help_all(const struct cli *c)
{
	const struct program *p = c->program;

	fputs(text_of(c, "help-usage"), stdout);
	for (size_t i = 0; i < p->verbs_count; i++) {
		const struct verb *v = p->verbs[i];
		char name[32];

		if (i == 0 || strcmp(v->noun, p->verbs[i - 1]->noun) != 0)
			putchar('\n');
		snprintf(name, sizeof(name), "%s %s", v->noun, v->word);
		printf("  %-15s  %s\n", name, v->summary[c->lang]);
	}
	fputs(text_of(c, "help-tail"), stdout);
}

static int
help_verb(const struct cli *c)
{
	const struct verb *v = c->verb;

	printf("%s %s%s%s %s\n\n%s.\n\n%s", c->program->name, v->noun,
	    v->word[0] != '\0' ? " " : "", v->word, v->usage,
	    v->summary[c->lang], v->help[c->lang]);
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

static const char **
value_of(struct cli *c, const char *arg)
{
	if (strcmp(arg, "--libexec") == 0)
		return &c->libexec;
	for (const struct option *o = c->program->globals; o->name != NULL;
	    o++)
		if (strcmp(arg, o->name) == 0)
			return o->value;
	return NULL;
}

/* These may stand anywhere before "--"; true: arg was one of them. */
static bool
take_global(struct cli *c, struct globals *g, const char *arg)
{
	if (g->value != NULL) {
		*g->value = arg;
		g->value = NULL;
		return true;
	}
	if (is(arg, "-j", "--json"))
		c->json = true;
	else if (is(arg, "-h", "--help"))
		g->help = true;
	else if (is(arg, "-V", "--version"))
		g->version = true;
	else
		return (g->value = value_of(c, arg)) != NULL;
	return true;
}

/* What is left moves to the front; how many. */
static int
take_globals(struct cli *c, struct globals *g, int argc, char **argv)
{
	int left = 0;

	for (int i = 1; i < argc; i++) {
		if (g->value == NULL && strcmp(argv[i], "--") == 0) {
			while (i < argc)
				argv[left++] = argv[i++];
			break;
		}
		if (!take_global(c, g, argv[i]))
			argv[left++] = argv[i];
	}
	return left;
}

/* How many words name it; 0: none does. */
static int
find(struct cli *c, int argc, char **argv)
{
	for (size_t i = 0; i < c->program->verbs_count; i++) {
		const struct verb *v = c->program->verbs[i];
		int words = v->word[0] != '\0' ? 2 : 1;

		if (argc >= words && strcmp(argv[0], v->noun) == 0 &&
		    (words == 1 || strcmp(argv[1], v->word) == 0)) {
			c->verb = v;
			return words;
		}
	}
	return 0;
}

static int
unknown(const struct cli *c, int argc, char **argv)
{
	char name[128];

	snprintf(name, sizeof(name), "%.60s%s%.60s", argv[0],
	    argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
	return say(c, EXIT_NO, "verb-unknown", name, NULL);
}

int
cli_main(struct cli *c, const struct program *p, int argc, char **argv)
{
	static const struct verb itself = { .noun = "", .word = "" };
	struct globals g = { .value = NULL };
	int words, status;

	c->program = p;
	c->verb = &itself;
	c->lang = lang_of_user();
	c->control = c->channel = -1;
	argc = take_globals(c, &g, argc, argv);
	if (g.value != NULL)
		return say(c, EXIT_NO, "option-value", p->globals_named, "");
	if (g.version) {
		printf("%s %s\n", p->name, p->version);
		return 0;
	}
	if (p->begin != NULL)
		p->begin(c);
	words = find(c, argc, argv);
	if (argc == 0 && !g.help && p->alone != NULL) {
		c->verb = p->alone;
		return c->verb->run(c, argc, argv);
	}
	if (words == 0 && (g.help || argc == 0)) {
		help_all(c);
		return g.help ? 0 : EXIT_NO;
	}
	if (words == 0)
		return unknown(c, argc, argv);
	if (g.help)
		return help_verb(c);
	status = c->verb->run(c, argc - words, argv + words);
	if (fflush(stdout) != 0 && status == 0)
		status = EXIT_LATER;
	return status;
}
