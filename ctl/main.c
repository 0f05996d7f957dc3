/* main.c - plictl(8): finds the verb, and lets it run. */

#include "plictl.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>

static const struct verb *const verbs[] = {
	&verb_user_add, &verb_user_list, &verb_user_show, &verb_user_cert,
	&verb_user_password, &verb_user_quota, &verb_user_pair,
	&verb_user_device, &verb_user_remove,
	&verb_alias_add, &verb_alias_list, &verb_alias_remove,
	&verb_queue_list, &verb_queue_show, &verb_queue_retry,
	&verb_queue_hold, &verb_queue_cancel,
	&verb_import, &verb_export,
	&verb_dkim_show,
	&verb_status, &verb_log, &verb_check_conf, &verb_check_store,
	&verb_repair_store, &verb_reload,
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

static int
help_all(const struct cli *c)
{
	fputs(text_of(c, "help-usage"), stdout);
	for (size_t i = 0; i < VERBS; i++) {
		const struct verb *v = verbs[i];
		char name[32];

		if (i == 0 || strcmp(v->noun, verbs[i - 1]->noun) != 0)
			putchar('\n');
		snprintf(name, sizeof(name), "%s %s", v->noun, v->word);
		printf("  %-15s  %s\n", name, v->summary[c->lang]);
	}
	fputs(text_of(c, "help-tail"), stdout);
	return 0;
}

static int
help_verb(const struct cli *c)
{
	const struct verb *v = c->verb;

	printf("plictl %s%s%s %s\n\n%s.\n\n%s", v->noun,
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

/* -j, -s … may stand anywhere before "--"; true: arg was one of them. */
static bool
take_global(struct cli *c, struct globals *g, const char *arg)
{
	if (g->value != NULL) {
		*g->value = arg;
		g->value = NULL;
	} else if (is(arg, "-j", "--json")) {
		c->json = true;
	} else if (is(arg, "-h", "--help")) {
		g->help = true;
	} else if (is(arg, "-V", "--version")) {
		g->version = true;
	} else if (is(arg, "-s", "--socket")) {
		g->value = &c->socket;
	} else if (is(arg, "-p", "--prefix")) {
		g->value = &c->prefix;
	} else if (strcmp(arg, "--libexec") == 0) {
		g->value = &c->libexec;
	} else {
		return false;
	}
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

/* The socket of a box in a folder of its own says where that box is. */
static void
find_prefix(struct cli *c)
{
	static const struct str tail = STR_INIT("/run/plid/control.sock");
	struct str path;

	if (c->socket == NULL || c->prefix[0] != '\0')
		return;
	path = from_c(c->socket);
	if (path.len <= tail.len || path.len >= sizeof(c->prefix_room) ||
	    !str_eq((struct str){ path.ptr + path.len - tail.len, tail.len },
	    tail))
		return;
	memcpy(c->prefix_room, path.ptr, path.len - tail.len);
	c->prefix = c->prefix_room;
}

/* How many words name it; 0: none does. */
static int
find(struct cli *c, int argc, char **argv)
{
	for (size_t i = 0; i < VERBS; i++) {
		const struct verb *v = verbs[i];

		if (argc < 1 || strcmp(argv[0], v->noun) != 0)
			continue;
		if (v->word[0] == '\0') {
			c->verb = v;
			return 1;
		}
		if (argc > 1 && strcmp(argv[1], v->word) == 0) {
			c->verb = v;
			return 2;
		}
	}
	return 0;
}

/* Secrets pass through here: no core dump holds them. */
static void
harden(void)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)signal(SIGPIPE, SIG_DFL);
}

int
main(int argc, char **argv)
{
	static const struct verb itself = { .noun = "", .word = "" };
	struct cli c = { .verb = &itself, .prefix = "", .fd = -1,
	    .libexec = PLI_LIBEXEC, .lang = lang_of_user() };
	struct globals g = { .value = NULL };
	int words, status;

	harden();
	argc = take_globals(&c, &g, argc, argv);
	if (g.value != NULL)
		return say(&c, EXIT_NO, "option-value", "-s, -p", "");
	if (g.version) {
		puts("plictl " PLI_VERSION);
		return 0;
	}
	find_prefix(&c);
	words = find(&c, argc, argv);
	if (words == 0 && (g.help || argc == 0)) {
		help_all(&c);
		return g.help ? 0 : EXIT_NO;
	}
	if (words == 0) {
		char name[128];

		snprintf(name, sizeof(name), "%.60s%s%.60s", argv[0],
		    argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
		return say(&c, EXIT_NO, "verb-unknown", name, NULL);
	}
	if (g.help)
		return help_verb(&c);
	status = c.verb->run(&c, argc - words, argv + words);
	if (fflush(stdout) != 0 && status == 0)
		status = EXIT_LATER;
	return status;
}
