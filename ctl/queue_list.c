/* queue_list.c - plictl queue list. */

#include "plictl.h"

#include <time.h>

enum { ID = 7, STATE = 10, AGE = 10, NEXT = 10 };

static void
head(const struct cli *c)
{
	put_cell(from_c(text_of(c, "head-id")), ID);
	put_cell(from_c(text_of(c, "head-state")), STATE);
	put_cell(from_c(text_of(c, "head-age")), AGE);
	put_cell(from_c(text_of(c, "head-next")), NEXT);
	printf("%s\n", text_of(c, "head-recipient"));
}

const char *
queue_state(const struct cli *c, struct str row)
{
	struct str s = row_get(row, "state");
	char key[32];

	snprintf(key, sizeof(key), "state-%.*s", (int)s.len, s.ptr);
	return text_of(c, key);
}

static void
span_cell(const struct cli *c, bool there, uint64_t seconds, int width)
{
	char text[32] = "-";

	if (there)
		span_text(c, seconds, text);
	put_cell(from_c(text), width);
}

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	uint64_t now = (uint64_t)time(NULL), next = row_number(row, "next");
	uint64_t entered = row_number(row, "entered");
	bool *first = ctx;

	list_row(c, first, row);
	if (c->json)
		return;
	if (*first)
		head(c);
	*first = false;
	put_cell(row_get(row, "id"), ID);
	put_cell(from_c(queue_state(c, row)), STATE);
	span_cell(c, true, now > entered ? now - entered : 0, AGE);
	span_cell(c, str_eq(row_get(row, "state"), STR("waits")),
	    next > now ? next - now : 0, NEXT);
	put_cell(row_get(row, "recipient"), 0);
	putchar('\n');
}

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	bool first = true;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0))
		return EXIT_NO;
	list_begin(c);
	status = call(c, "queue list", NULL, -1, NULL, on_row, &first);
	list_end(c);
	if (status == 0 && first && !c->json)
		tell(c, "no-letters", NULL, NULL);
	return status;
}

const struct verb verb_queue_list = {
	"queue", "list", "", run,
	{ "what waits to go out, to whom, since when",
	"ce qui attend de partir, pour qui, depuis quand" },
	{ "A line a recipient.  What was delivered is shown until the whole\n"
	"letter is done with.\n\n"
	"examples:\n"
	"  plictl queue list\n"
	"  plictl queue show 12        # what the other server said\n",
	"Une ligne par destinataire.  Ce qui a été remis est montré jusqu'à\n"
	"ce que toute la lettre soit réglée.\n\n"
	"exemples :\n"
	"  plictl queue list\n"
	"  plictl queue show 12        # ce que l'autre serveur a dit\n" },
};
