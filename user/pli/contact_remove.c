/* contact_remove.c - pli contact remove. */

#include "pli.h"

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;
	int status;

	if (!args_take(c, none, argc, argv, &words, 1, 1) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	status = home_unlocked(p);
	if (status == 0) {
		buf_init(&args, ADMIN_ARGS_MAX);
		admin_put(&args, STR("name"), from_c(p->address));
		admin_put(&args, STR("address"), from_c(words.word[0]));
		status = call(c, "contact remove", &args, -1, "", NULL, NULL);
	}
	agent_end(p);
	return status;
}

const struct verb verb_contact_remove = {
	"contact", "remove", "ADDRESS", run,
	{ "forget somebody's key: letters go in clear again",
	"oublier la clé de quelqu'un : les lettres partent en clair" },
	{ "examples:\n  pli contact remove bob@example.net\n",
	"exemples :\n  pli contact remove bob@example.net\n" },
};
