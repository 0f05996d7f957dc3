/* contact_list.c - pli contact list. */

#include "pli.h"

#include <string.h>
#include <time.h>

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	bool *any = ctx;
	struct str address = row_get(row, "address"), since = row_get(row,
	    "since"), fpr = row_get(row, "fingerprint"), how = row_get(row,
	    "how");
	uint64_t t = 0;
	time_t when;
	struct tm tm;
	char day[16] = "?", line[1024];

	(void)c;
	(void)str_take_u64(&since, &t);
	when = (time_t)t;
	if (gmtime_r(&when, &tm) != NULL)
		(void)strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	snprintf(line, sizeof(line), "%-30.*s  %s  %-8.*s  %.*s",
	    (int)address.len, address.ptr, day, (int)how.len, how.ptr,
	    (int)fpr.len, fpr.ptr);
	put_line(from_c(line));
	*any = true;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static const struct option none[] = { { NULL, NULL, NULL } };
	bool any = false;
	struct buf args;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	status = home_unlocked(p);
	if (status == 0) {
		args_begin(&args);
		args_put(&args, "name", p->address);
		status = call(c, "contact list", &args, -1, "", on_row, &any);
	}
	if (status == 0 && !any)
		tell(c, "contact-none", NULL, NULL);
	agent_end(p);
	return status;
}

const struct verb verb_contact_list = {
	"contact", "list", "", run,
	{ "to whom letters are encrypted, by which key",
	"pour qui les lettres sont chiffrées, avec quelle clé" },
	{ "The address, since when the key is known, how it was learnt, its "
	"fingerprint.\n\nexamples:\n  pli contact list\n",
	"L'adresse, depuis quand la clé est connue, comment elle l'a été, son "
	"empreinte.\n\nexemples :\n  pli contact list\n" },
};
