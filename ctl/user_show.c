/* user_show.c - plictl user show. */

#include "plictl.h"

static void
line(const struct cli *c, const char *key, struct str value)
{
	put_cell(from_c(text_of(c, key)), 14);
	put_cell(value, 0);
	putchar('\n');
}

static void
date_line(const struct cli *c, const char *key, uint64_t seconds)
{
	char date[16];

	date_text(seconds, date);
	line(c, key, from_c(date));
}

static void
size_line(const struct cli *c, const char *key, uint64_t octets, bool none)
{
	char text[16];

	size_text(octets, text);
	line(c, key, octets == 0 && none ? from_c(text_of(c, "none")) :
	    from_c(text));
}

static void
show_account(const struct cli *c, struct str row)
{
	line(c, "show-name", row_get(row, "name"));
	line(c, "show-mail", row_get(row, "messages"));
	size_line(c, "show-used", row_number(row, "used"), false);
	size_line(c, "show-quota", row_number(row, "quota"), true);
	date_line(c, "show-created", row_number(row, "created"));
	if (!str_eq(row_get(row, "sealed"), STR("1")))
		line(c, "show-sealed", from_c(text_of(c, "unsealed")));
	else if (row_get(row, "cert_fpr").len == 0)
		line(c, "show-sealed", from_c(text_of(c, "waiting")));
	else
		line(c, "show-sealed", row_get(row, "cert_fpr"));
}

/* Its name, since when, and the day of its last login. */
static void
show_device(const struct cli *c, struct str row)
{
	struct str name = row_get(row, "device");
	uint64_t used = row_number(row, "used");
	char date[16];

	put_cell(from_c(text_of(c, "show-device")), 14);
	put_cell(name.len > 0 ? name : from_c(text_of(c, "show-main")), 0);
	date_text(row_number(row, "created"), date);
	printf("%s%s", text_of(c, "device-made"), date);
	date_text(used, date);
	if (used > 0)
		printf("%s%s\n", text_of(c, "device-used"), date);
	else
		printf("%s\n", text_of(c, "device-unused"));
}

static void
expiry(const struct cli *c, uint64_t expires)
{
	char date[16];
	struct str args[1];
	struct buf out;

	date_text(expires, date);
	args[0] = from_c(date);
	buf_init(&out, 256);
	text_put(&out, text_of(c, expires != 0 ? "expires-on" :
	    "expires-never"), args, 1);
	flush(&out);
}

static void
show_certificate(const struct cli *c, struct str row)
{
	struct str fpr = row_get(row, "fpr");

	if (fpr.len == 0)
		fpr = row_get(row, "certificate");
	put_cell(from_c(text_of(c, "show-cert")), 14);
	put_cell(fpr, 0);
	fputs(", ", stdout);
	put_cell(row_get(row, "algo"), 0);
	fputs(", ", stdout);
	expiry(c, row_number(row, "expires"));
	putchar('\n');
	line(c, "", row_get(row, "uid"));
}

/* What a row is about is its first key, or the value of "kind". */
static void
on_row(struct cli *c, void *ctx, struct str row)
{
	struct str rest = row, kind, value;
	bool *first = ctx;

	list_row(c, first, row);
	if (c->json || !admin_take(&rest, &kind, &value))
		return;
	if (str_eq(kind, STR("kind")))
		kind = value;
	if (str_eq(kind, STR("name"))) {
		show_account(c, row);
	} else if (str_eq(kind, STR("alias"))) {
		value = row_get(row, "address");
		line(c, "show-alias", value.len > 0 ? value :
		    row_get(row, "alias"));
	} else if (str_eq(kind, STR("device"))) {
		show_device(c, row);
	} else if (str_eq(kind, STR("certificate"))) {
		show_certificate(c, row);
	}
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
	args_put(&args, "name", words.word[0]);
	list_begin(c);
	status = call(c, "user show", &args, -1, words.word[0], on_row,
	    &first);
	list_end(c);
	return status;
}

const struct verb verb_user_show = {
	"user", "show", "NAME", run,
	{ "one mailbox: size, aliases, passwords, certificates",
	"une boîte : taille, alias, mots de passe, certificats" },
	{ "Older certificates stay listed: mail that was sealed to them is "
	"still there.\n\n"
	"examples:\n"
	"  plictl user show alice@example.org\n",
	"Les anciens certificats restent montrés : du courrier chiffré pour "
	"eux est\nencore là.\n\n"
	"exemples :\n"
	"  plictl user show alice@example.org\n" },
};
