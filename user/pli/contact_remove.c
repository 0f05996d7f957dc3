/* contact_remove.c - pli contact remove. */

#include "pli.h"

static int
run(struct pli *p, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	const char *word[1];
	struct buf args;
	enum verdict v;
	int status;

	if (!args_take(p, none, argc, argv, word, 1, 1) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	status = home_unlocked(p);
	if (status == 0) {
		buf_init(&args, ADMIN_ARGS_MAX);
		admin_put(&args, STR("name"), from_c(p->address));
		admin_put(&args, STR("address"), from_c(word[0]));
		v = home_call(p, "contact remove", &args, NULL, NULL);
		status = v == VERDICT_YES ? 0 : home_say(p, v);
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
