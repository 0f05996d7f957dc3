/* status.c - pli status: what runs, and whether it is locked. */

#include "mirror.h"

#include <string.h>

struct state {
	const struct pli *p;
	unsigned running, starting, restarts;
	bool locked;
	struct str messages;
	char room[32];
	struct mirror mirror;
	bool mirrored;
};

static void
take_role(struct state *s, struct str row)
{
	struct str state = row_get(row, "state"), n = row_get(row,
	    "restarts");
	uint64_t restarts = 0;

	s->running += str_eq(state, STR("running"));
	s->starting += str_eq(state, STR("starting"));
	s->locked = s->locked || str_eq(state, STR("locked"));
	(void)str_take_u64(&n, &restarts);
	s->restarts += (unsigned)restarts;
}

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	struct state *s = ctx;
	struct str v = row_get(row, "value");

	(void)c;
	if (row_get(row, "role").len > 0)
		take_role(s, row);
	if (str_eq(row_get(row, "key"), STR("messages")) &&
	    v.len < sizeof(s->room)) {
		memcpy(s->room, v.ptr, v.len);
		s->messages = (struct str){ s->room, v.len };
	}
}

static void
put_json(const struct pli *p, const struct state *s)
{
	printf("{\"account\":\"%s\",\"running\":true,\"locked\":%s,"
	    "\"roles\":%u,\"restarts\":%u,\"messages\":%.*s,"
	    "\"there\":%ju,\"whole\":%s,\"waiting\":%ju,\"web\":%u,"
	    "\"imap\":%u,\"submission\":%u}\n", p->address,
	    s->locked ? "true" : "false", s->running, s->restarts,
	    s->messages.len > 0 ? (int)s->messages.len : 4,
	    s->messages.len > 0 ? s->messages.ptr : "null",
	    (uintmax_t)s->mirror.there, s->mirror.whole ? "true" : "false",
	    (uintmax_t)(s->mirror.waiting + s->mirror.letters),
	    conf_port((struct pli *)(uintptr_t)p, PORT_WEB),
	    conf_port((struct pli *)(uintptr_t)p, PORT_IMAP),
	    conf_port((struct pli *)(uintptr_t)p, PORT_SUBMISSION));
}

static void
put_text(struct pli *p, const struct state *s)
{
	char roles[32], port[32];

	snprintf(roles, sizeof(roles), "%u", s->running);
	tell(&p->cli, s->locked ? "status-locked" : s->starting > 0 ?
	    "status-starting" : "status-open", p->address, s->room);
	if (s->mirrored && !s->mirror.whole && s->mirror.there > 0) {
		snprintf(port, sizeof(port), "%ju",
		    (uintmax_t)s->mirror.there);
		tell(&p->cli, "status-coming", port, NULL);
	}
	tell(&p->cli, "status-roles", roles, NULL);
	snprintf(port, sizeof(port), "%u", conf_port(p, PORT_WEB));
	tell(&p->cli, "status-web", port, NULL);
	snprintf(port, sizeof(port), "%u", conf_port(p, PORT_IMAP));
	tell(&p->cli, "status-imap", port, NULL);
	if (s->restarts > 0) {
		snprintf(roles, sizeof(roles), "%u", s->restarts);
		tell(&p->cli, "status-restarts", roles, p->dir);
	}
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct state s = { .p = p };

	if (!args_take(c, none, argc, argv, &words, 0, 0) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	if (!home_connect(p)) {
		if (p->cli.json)
			printf("{\"account\":\"%s\",\"running\":false}\n",
			    p->address);
		else
			tell(c, "not-running", p->address, NULL);
		return EXIT_LATER;
	}
	/* of a store that is locked there are no rows; that is no failure */
	if (control_call(c, "status", NULL, -1, on_row, &s) != VERDICT_YES &&
	    !str_eq(c->end.why, STR("store-away")))
		return home_say(c, VERDICT_LATER, "");
	s.mirrored = mirror_ask(p, &s.mirror);
	if (s.mirrored)
		mirror_tidy(p);
	if (p->cli.json)
		put_json(p, &s);
	else
		put_text(p, &s);
	return !s.locked && mirror_trouble(p) ? EXIT_NO : 0;
}

const struct verb verb_status = {
	"status", "", "", run,
	{ "what runs, and whether it is locked",
	"ce qui tourne, et si c'est verrouillé" },
	{ "The exit status is 0 if it runs.  -j: as JSON, for programs.\n\n"
	"examples:\n  pli status\n",
	"Le code de retour est 0 si cela tourne.  -j : en JSON, pour les "
	"programmes.\n\nexemples :\n  pli status\n" },
};
