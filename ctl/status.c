/*
 * status.c - plictl status.
 *
 * First the facts: box, roles, listeners, store.  Then, last and so that it
 * is seen, what asks for attention.
 */

#include "plictl.h"

#include <string.h>
#include <time.h>

enum {
	ROWS_ROOM = 1 << 22,
	SOON = 60 * 86400,	/* an OpenPGP certificate's end is near */
	TLS_SOON = 15 * 86400,	/* an ACME client is late */
	LANDLOCK_FULL = 4,	/* bars TCP as well */
	RESTARTS_MANY = 3,
};

/* Rows as pairs "row" in heaps. */
struct report {
	struct buf box, roles, listens, store, unsealed, expiring, tls;
	struct buf warnings;	/* texts */
};

static void
heap_begin(struct report *r)
{
	struct buf *const all[] = { &r->box, &r->roles, &r->listens,
	    &r->store, &r->unsealed, &r->expiring, &r->tls, &r->warnings };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_init(all[i], ROWS_ROOM);
}

static void
heap_free(struct report *r)
{
	struct buf *const all[] = { &r->box, &r->roles, &r->listens,
	    &r->store, &r->unsealed, &r->expiring, &r->tls, &r->warnings };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_free(all[i]);
}

static void
heap(struct buf *b, struct str row)
{
	admin_put(b, STR("row"), row);
}

static bool
next(struct str *in, struct str *row)
{
	struct str key;

	return admin_take(in, &key, row);
}

/* A row of the store is a key and its value. */
static void
take_store(struct report *r, struct str row)
{
	struct str key = row_get(row, "key");

	if (str_eq(key, STR("unsealed")))
		heap(&r->unsealed, row_get(row, "value"));
	else if (!str_eq(key, STR("expiring")))
		admin_put(&r->store, key, row_get(row, "value"));
}

static void
on_row(struct cli *c, void *ctx, struct str row)
{
	struct report *r = ctx;
	struct str rest = row, key, value;

	(void)c;
	if (!admin_take(&rest, &key, &value))
		return;
	if (str_eq(key, STR("role")))
		heap(&r->roles, row);
	else if (str_eq(key, STR("listen")))
		heap(&r->listens, row);
	else if (str_eq(key, STR("key")))
		take_store(r, row);
	else
		buf_add(&r->box, row);
}

static void
on_user(struct cli *c, void *ctx, struct str row)
{
	struct report *r = ctx;
	uint64_t expires = row_number(row, "cert_expires");

	(void)c;
	if (expires != 0 && expires < (uint64_t)time(NULL) + SOON)
		heap(&r->expiring, row);
}

/* --- what asks for attention --------------------------------------------- */

static void
warn(const struct cli *c, struct report *r, const char *key, struct str a,
    struct str b)
{
	struct str args[2] = { a, b };
	struct buf text;

	buf_init(&text, 4096);
	text_put(&text, text_of(c, key), args, 2);
	heap(&r->warnings, buf_str(&text));
	buf_free(&text);
}

static void
warn_box(const struct cli *c, struct report *r)
{
	struct str box = buf_str(&r->box);
	struct str landlock = row_get(box, "landlock");

	if (str_eq(row_get(box, "sandbox"), STR("off")))
		warn(c, r, "warn-sandbox", STR(""), STR(""));
	else if (row_number(box, "landlock") < LANDLOCK_FULL)
		warn(c, r, "warn-landlock", landlock, STR(""));
	if (str_eq(row_get(box, "uids"), STR("one")))
		warn(c, r, "warn-uids", STR(""), STR(""));
	if (str_eq(row_get(box, "swap"), STR("on")))
		warn(c, r, "warn-swap", STR(""), STR(""));
}

static void
take_tls(const struct cli *c, struct report *r)
{
	struct buf row;

	buf_init(&row, 4096);
	if (tls_expiry(c, &row))
		heap(&r->tls, buf_str(&row));
	buf_free(&row);
}

static void
warn_restarts(const struct cli *c, struct report *r)
{
	struct str in = buf_str(&r->roles), row;

	while (next(&in, &row))
		if (row_number(row, "restarts") >= RESTARTS_MANY)
			warn(c, r, "warn-restarts", row_get(row, "role"),
			    row_get(row, "restarts"));
}

static void
warn_certificates(const struct cli *c, struct report *r)
{
	struct str in = buf_str(&r->expiring), row;
	uint64_t now = (uint64_t)time(NULL);
	char date[16];

	while (next(&in, &row)) {
		uint64_t expires = row_number(row, "cert_expires");

		date_text(expires, date);
		warn(c, r, expires < now ? "warn-expired" : "warn-expires",
		    row_get(row, "name"), from_c(date));
	}
	in = buf_str(&r->tls);
	while (next(&in, &row))
		if (row_number(row, "expires") < now + TLS_SOON) {
			date_text(row_number(row, "expires"), date);
			warn(c, r, "warn-tls", row_get(row, "tls"),
			    from_c(date));
		}
}

static void
warn_all(const struct cli *c, struct report *r)
{
	struct str in = buf_str(&r->unsealed), name;

	warn_box(c, r);
	warn_restarts(c, r);
	warn_certificates(c, r);
	while (next(&in, &name))
		warn(c, r, "warn-unsealed", name, STR(""));
}

/* --- for programs --------------------------------------------------------- */

static void
json_rows(struct buf *out, const char *key, struct str rows, bool objects)
{
	struct str row;
	bool first = true;

	buf_add_c(out, ",\n\"");
	buf_add_c(out, key);
	buf_add_c(out, "\":[");
	while (next(&rows, &row)) {
		buf_add_c(out, first ? "\n " : ",\n ");
		first = false;
		if (objects)
			json_row(out, row);
		else
			json_text(out, row);
	}
	buf_add_c(out, "]");
}

static void
print_json(const struct report *r)
{
	struct buf out;

	buf_init(&out, ROWS_ROOM);
	buf_add_c(&out, "{\"box\":");
	json_row(&out, buf_str(&r->box));
	buf_add_c(&out, ",\n\"store\":");
	json_row(&out, buf_str(&r->store));
	json_rows(&out, "roles", buf_str(&r->roles), true);
	json_rows(&out, "listen", buf_str(&r->listens), true);
	json_rows(&out, "tls", buf_str(&r->tls), true);
	json_rows(&out, "unsealed", buf_str(&r->unsealed), false);
	json_rows(&out, "expiring", buf_str(&r->expiring), true);
	json_rows(&out, "warnings", buf_str(&r->warnings), false);
	buf_add_c(&out, "}\n");
	flush(&out);
}

/* --- for people ----------------------------------------------------------- */

static void
fill(const struct cli *c, const char *key, struct str a, struct str b)
{
	struct str args[2] = { a, b };
	struct buf out;

	buf_init(&out, 4096);
	text_put(&out, text_of(c, key), args, 2);
	flush(&out);
}

static void
print_box(const struct cli *c, const struct report *r)
{
	struct str box = buf_str(&r->box), store = buf_str(&r->store);
	char up[32];

	span_text(c, row_number(box, "up"), up);
	fill(c, "status-box", row_get(box, "version"), row_get(box, "host"));
	fputs(", ", stdout);
	fill(c, "status-up", from_c(up), STR(""));
	putchar('\n');
	if (!str_eq(row_get(box, "sandbox"), STR("off"))) {
		fill(c, "status-sandbox", row_get(box, "landlock"), STR(""));
		putchar('\n');
	}
	if (store.len > 0) {
		fill(c, "status-store", row_get(store, "accounts"),
		    row_get(store, "messages"));
		putchar('\n');
	}
}

static const char *
state_of(const struct cli *c, struct str row)
{
	struct str state = row_get(row, "state");

	return text_of(c, str_eq(state, STR("running")) ? "status-running" :
	    str_eq(state, STR("retiring")) ? "status-retiring" :
	    "status-starting");
}

static void
print_roles(const struct cli *c, const struct report *r)
{
	struct str in = buf_str(&r->roles), row;

	putchar('\n');
	put_cell(from_c(text_of(c, "status-role")), 10);
	put_cell(STR("PID"), 9);
	put_cell(from_c(text_of(c, "status-state")), 12);
	put_cell(from_c(text_of(c, "status-restarts")), 10);
	printf("%s\n", text_of(c, "status-since"));
	while (next(&in, &row)) {
		char up[32];

		span_text(c, row_number(row, "up"), up);
		put_cell(row_get(row, "role"), 10);
		put_cell(row_get(row, "pid"), 9);
		put_cell(from_c(state_of(c, row)), 12);
		put_cell(row_get(row, "restarts"), 10);
		printf("%s\n", up);
	}
}

static void
print_listens(const struct cli *c, const struct report *r)
{
	struct str in = buf_str(&r->listens), row;

	putchar('\n');
	while (next(&in, &row)) {
		put_cell(row_get(row, "listen"), 12);
		put_cell(row_get(row, "address"), 0);
		putchar(' ');
		put_cell(row_get(row, "port"), 0);
		if (row_get(row, "clear").len > 0)
			printf(" (%s)", text_of(c, "status-clear"));
		putchar('\n');
	}
}

static void
print_warnings(const struct cli *c, const struct report *r)
{
	struct str in = buf_str(&r->warnings), text;

	if (in.len > 0)
		putchar('\n');
	while (next(&in, &text)) {
		fputs(text_of(c, "warn"), stdout);
		put_cell(text, 0);
		putchar('\n');
	}
}

static int
run(struct cli *c, int argc, char **argv)
{
	static const struct option none[] = { { NULL, NULL, NULL } };
	struct words words;
	struct report r;
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0))
		return EXIT_NO;
	heap_begin(&r);
	status = call(c, "status", NULL, -1, NULL, on_row, &r);
	if (status == 0)
		status = call(c, "user list", NULL, -1, NULL, on_user, &r);
	/* what is known is shown even if the store is away */
	if (r.box.len > 0) {
		take_tls(c, &r);
		warn_all(c, &r);
		if (c->json) {
			print_json(&r);
		} else {
			print_box(c, &r);
			print_roles(c, &r);
			print_listens(c, &r);
			print_warnings(c, &r);
		}
	}
	heap_free(&r);
	return status;
}

const struct verb verb_status = {
	"status", "", "", run,
	{ "how the box is, and what asks for attention",
	"l'état de la boîte, et ce qui demande attention" },
	{ "Names every account whose mail is stored readable, certificates "
	"that end within\n60 days, roles that were restarted often, swap, and "
	"what this kernel's sandbox\nlacks.\n\n"
	"examples:\n"
	"  plictl status\n"
	"  plictl -j status | python3 -m json.tool\n",
	"Nomme chaque compte dont le courrier est lisible sur le disque, les "
	"certificats\nqui expirent dans les 60 jours, les rôles relancés "
	"souvent, la mémoire\nd'échange, et ce qui manque au bac à sable de ce "
	"noyau.\n\n"
	"exemples :\n"
	"  plictl status\n"
	"  plictl -j status | python3 -m json.tool\n" },
};
