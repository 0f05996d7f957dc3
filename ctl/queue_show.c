/* queue_show.c - plictl queue show: one letter, and what was said of it. */

#include "plictl.h"

#include <time.h>

static void
line(const struct cli *c, const char *key, struct str value)
{
	if (value.len == 0)
		return;
	printf("  ");
	put_cell(from_c(text_of(c, key)), 16);
	put_cell(value, 0);
	putchar('\n');
}

static void
when(const struct cli *c, const char *key, uint64_t t)
{
	char text[64];
	struct tm tm;
	time_t seconds = (time_t)t;
	size_t n = t == 0 || localtime_r(&seconds, &tm) == NULL ? 0 :
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);

	line(c, key, (struct str){ text, n });
}

static void
letter(const struct cli *c, struct str row)
{
	char size[16];

	size_text(row_number(row, "octets"), size);
	printf("%s ", text_of(c, "letter"));
	put_cell(row_get(row, "id"), 0);
	putchar('\n');
	line(c, "from", row_get(row, "sender"));
	line(c, "head-size", from_c(size));
	when(c, "entered", row_number(row, "entered"));
}

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	bool *first = ctx;
	bool waits = str_eq(row_get(row, "state"), STR("waits"));

	list_row(c, first, row);
	if (c->json)
		return;
	if (*first)
		letter(c, row);
	*first = false;
	putchar('\n');
	put_cell(row_get(row, "recipient"), 0);
	putchar('\n');
	line(c, "head-state", from_c(queue_state(c, row)));
	line(c, "attempts", row_get(row, "attempts"));
	when(c, "tried", row_number(row, "tried"));
	line(c, "server", row_get(row, "host"));
	line(c, "status-code", row_get(row, "status"));
	line(c, "said", row_get(row, "reply"));
	line(c, "facts", row_get(row, "facts"));
	if (waits)
		when(c, "head-next", row_number(row, "next"));
}

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct buf args;
	bool first = true;
	int status;

	if (!args_take(c, none, argc, argv, &words, 1, 1))
		return EXIT_NO;
	args_begin(&args);
	args_put(&args, "id", words.word[0]);
	list_begin(c);
	status = call(c, "queue show", &args, -1, words.word[0], on_row,
	    &first);
	list_end(c);
	return status;
}

const struct verb verb_queue_show = {
	"queue", "show", "ID", run,
	{ "one letter, each recipient, what the other server said",
	"une lettre, chaque destinataire, ce que l'autre serveur a dit" },
	{ "The letter itself cannot be shown: it is sealed under a key of its"
	" own.\n\n"
	"examples:\n"
	"  plictl queue show 12\n",
	"La lettre elle-même ne peut être montrée : elle est chiffrée sous une"
	" clé\nà elle.\n\n"
	"exemples :\n"
	"  plictl queue show 12\n" },
};
