/* contact_list.c - pli contact list. */

#include "pli.h"

#include <string.h>
#include <time.h>

struct list {
	const struct pli *p;
	char last[AGENT_NAME_MAX * 4];
	size_t rows;
};

static void
on_row(void *ctx, struct str row)
{
	struct list *l = ctx;
	struct str address = row_get(row, "address"), since = row_get(row,
	    "since"), fpr = row_get(row, "fingerprint"), how = row_get(row,
	    "how");
	uint64_t t = 0;
	time_t when;
	struct tm tm;
	char day[16] = "?", line[1024];

	(void)str_take_u64(&since, &t);
	when = (time_t)t;
	if (gmtime_r(&when, &tm) != NULL)
		(void)strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	snprintf(line, sizeof(line), "%-30.*s  %s  %-8.*s  %.*s",
	    (int)address.len, address.ptr, day, (int)how.len, how.ptr,
	    (int)fpr.len, fpr.ptr);
	put_line(from_c(line));
	snprintf(l->last, sizeof(l->last), "%.*s", (int)address.len,
	    address.ptr);
	l->rows++;
}

static int
run(struct pli *p, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	static struct list l;
	enum verdict v;
	struct buf args;
	int status;

	if (!args_take(p, none, argc, argv, NULL, 0, 0) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	status = home_unlocked(p);
	l.p = p;
	while (status == 0) {
		size_t before = l.rows;

		buf_init(&args, ADMIN_ARGS_MAX);
		admin_put(&args, STR("name"), from_c(p->address));
		admin_put(&args, STR("after"), from_c(l.last));
		v = home_call(p, "contact list", &args, on_row, &l);
		if (v != VERDICT_YES)
			status = home_say(p, v);
		if (l.rows == before || !str_eq(p->refused.why, STR("more")))
			break;
	}
	if (status == 0 && l.rows == 0)
		tell(p, "contact-none", NULL, NULL);
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
