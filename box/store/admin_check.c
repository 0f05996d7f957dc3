/* admin_check.c - plictl check store, repair store. */

#include "store.h"

#include <string.h>

enum verdict
store_check(struct admin *a)
{
	if (pool_check(a->store, a->id))
		return VERDICT_YES;
	(void)admin_no(a, "busy", STR(""));
	return VERDICT_LATER;
}

static void
row(void *arg, const char *finding, struct str detail)
{
	struct buf pairs;

	buf_init(&pairs, ADMIN_ARGS_MAX);
	admin_put(&pairs, STR("finding"), (struct str){ finding,
	    strlen(finding) });
	admin_put(&pairs, STR("detail"), detail);
	admin_row(arg, &pairs);
	buf_free(&pairs);
}

enum verdict
store_repair(struct admin *a)
{
	enum sql_status s = repair_all(&a->store->db, store_now(), row, a);

	a->store->cleaning = true;
	return s == SQL_DONE ? VERDICT_YES : admin_later(a, s);
}
