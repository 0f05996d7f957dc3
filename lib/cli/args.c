/* args.c - words and options after the verb. */

#include "cli/cli.h"

#include <string.h>

static void
verb_name(const struct cli *c, char out[64])
{
	snprintf(out, 64, "%s%s%s", c->verb->noun,
	    c->verb->word[0] != '\0' ? " " : "", c->verb->word);
}

static bool
complain(const struct cli *c, const char *key, const char *what)
{
	char name[64];

	verb_name(c, name);
	say(c, EXIT_NO, key, what, name);
	return false;
}

/* argv[*i] is an option; "--cert=FILE" is as good as "--cert FILE". */
static bool
take_option(struct cli *c, const struct option *options, int argc,
    char **argv, int *i)
{
	const char *arg = argv[*i];

	for (const struct option *o = options; o->name != NULL; o++) {
		size_t n = strlen(o->name);

		if (strcmp(arg, o->name) == 0 && o->flag != NULL) {
			*o->flag = true;
			return true;
		}
		if (o->value == NULL || strncmp(arg, o->name, n) != 0 ||
		    (arg[n] != '\0' && (arg[n] != '=' || n < 3)))
			continue;
		if (arg[n] == '=') {
			*o->value = arg + n + 1;
			return true;
		}
		if (*i + 1 == argc)
			return complain(c, "option-value", arg);
		*o->value = argv[++*i];
		return true;
	}
	return complain(c, "option-unknown", arg);
}

bool
args_take(struct cli *c, const struct option *options, int argc, char **argv,
    struct words *w, size_t least, size_t most)
{
	bool words_only = false;

	w->count = 0;
	for (int i = 0; i < argc; i++) {
		if (!words_only && strcmp(argv[i], "--") == 0) {
			words_only = true;
		} else if (!words_only && argv[i][0] == '-' &&
		    argv[i][1] != '\0') {
			if (!take_option(c, options, argc, argv, &i))
				return false;
		} else if (w->count == most) {
			return complain(c, "word-many", argv[i]);
		} else {
			w->word[w->count++] = argv[i];
		}
	}
	return w->count >= least || complain(c, "word-few", c->verb->usage);
}
