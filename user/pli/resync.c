/*
 * resync.c - pli resync: the mirror is rebuilt from the box.
 *
 * What the box has comes back.  What it has not is asked about first; contacts
 * are taken along, if the mirror can still be read.  The old mirror is put
 * aside, and goes when the new one is whole (mirror.h).
 */

#include "mirror.h"

#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "ipc/field.h"

enum { CONTACTS_MAX = 16 << 20, SETTLE_S = 10,
    RESYNC_IDLE_S = 4 * 3600, RESYNC_WAIT_S = 600 };

struct resync {
	struct buf contacts;		/* rows of "contact list" */
	char passphrase[SECRET_MAX + 1];
};

/* Packed as fields of our own: address, how, certificate. */
static void
on_contact(struct cli *c, void *ctx, struct str row)
{
	struct resync *x = ctx;

	(void)c;
	field_put_str(&x->contacts, row_get(row, "address"));
	field_put_str(&x->contacts, row_get(row, "how"));
	field_put_str(&x->contacts, row_get(row, "cert"));
}

static int
save_contacts(struct pli *p, struct resync *x)
{
	struct buf args;
	enum verdict v;

	buf_init(&args, ADMIN_ARGS_MAX);
	admin_put(&args, STR("name"), from_c(p->address));
	admin_put(&args, STR("certs"), STR("1"));
	v = control_call(&p->cli, "contact list", &args, -1, on_contact, x);
	if (v == VERDICT_YES && x->contacts.failed)
		return say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL);
	return v == VERDICT_YES ? 0 : home_say(&p->cli, v, "");
}

static int
restore_contacts(struct pli *p, struct resync *x)
{
	struct str in = buf_str(&x->contacts), address, how, cert;
	enum verdict v = VERDICT_YES;
	struct buf args;

	while (v == VERDICT_YES && field_take_str(&in, &address) &&
	    field_take_str(&in, &how) && field_take_str(&in, &cert)) {
		buf_init(&args, ADMIN_ARGS_MAX);
		admin_put(&args, STR("name"), from_c(p->address));
		admin_put(&args, STR("address"), address);
		admin_put(&args, STR("how"), how);
		v = home_call_file(p, "contact add", &args, cert, NULL, NULL);
	}
	return v == VERDICT_YES ? 0 : home_say(&p->cli, v, "");
}

/* What waits may be on its way just now: a moment for it. */
static uint64_t
waits(struct pli *p, struct mirror *m)
{
	for (int i = 0; i < SETTLE_S; i++) {
		if (!mirror_ask(p, m) || m->waiting + m->letters == 0)
			break;
		sleep(1);
	}
	return m->waiting + m->letters;
}

/* May it go?  0, or it was said. */
static int
may(struct pli *p, struct resync *x, bool force, bool yes)
{
	struct mirror m;
	char n[24];
	bool reads = mirror_ask(p, &m);
	uint64_t lost = reads ? waits(p, &m) : 0;

	snprintf(n, sizeof(n), "%ju", (uintmax_t)lost);
	if (!reads && !force)
		return say(&p->cli, EXIT_NO, "resync-unknown", p->address,
		    NULL);
	if (lost > 0 && !force)
		return say(&p->cli, EXIT_NO, "resync-waits", n, NULL);
	if (reads && save_contacts(p, x) != 0)
		return EXIT_LATER;
	if (!yes && !ask_yes(&p->cli, !reads ? "resync-ask-unknown" :
	    lost > 0 ? "resync-ask-lost" : "resync-ask", n))
		return say(&p->cli, EXIT_NO, "resync-no", NULL, NULL);
	return 0;
}

static int
again(struct pli *p, struct resync *x)
{
	int status;

	agent_end(p);
	if (home_connect(p) && !home_stop(p))
		return say(&p->cli, EXIT_LATER, "not-stopped", p->address,
		    NULL);
	status = mirror_aside(p);
	if (status == 0)
		status = home_start(p);
	if (status == 0)
		status = agent_open(p, x->passphrase, RESYNC_IDLE_S);
	wipe(x->passphrase, sizeof(x->passphrase));
	if (status == 0)
		status = mirror_account(p);
	if (status == 0)
		status = restore_contacts(p, x);
	return status;
}

static int
wait_for_all(struct pli *p)
{
	bool whole = isatty(STDERR_FILENO) && !p->cli.json ? mirror_show(p) :
	    mirror_wait(p, RESYNC_WAIT_S);

	mirror_tidy(p);
	return whole ? 0 : EXIT_LATER;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static struct resync x;
	bool force = false, yes = false;
	const struct option options[] = {
		{ "--force", NULL, &force }, { "--yes", NULL, &yes },
		{ NULL, NULL, NULL },
	};
	struct words words;
	int status;

	if (!args_take(c, options, argc, argv, &words, 0, 0) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	if (conf_port(p, PORT_WEB) == 0)
		return say(c, EXIT_NO, "not-paired", p->address, NULL);
	buf_init(&x.contacts, CONTACTS_MAX);
	status = may(p, &x, force, yes);
	if (status == 0)
		status = again(p, &x);
	if (status == 0)
		tell(c, "resync-begun", p->dir, NULL);
	fflush(stdout);
	if (status == 0)
		status = wait_for_all(p);
	buf_free(&x.contacts);
	agent_end(p);
	return status;
}

const struct verb verb_resync = {
	"resync", "", "[--force] [--yes]", run,
	{ "throw the mirror away and rebuild it from the box",
	"jeter le miroir et le refaire depuis la boîte" },
	{ "For a mirror that is damaged, or wrong.  Mail comes anew from the "
	"box; contacts are\nkept if the mirror can still be read; passwords of "
	"mail programs have to be made\nagain (pli bridge settings).  The old "
	"mirror lies in mirror.old-1 until the new one\nis whole.\n\n"
	"  --force                  though something here has not reached the "
	"box, or nobody\n"
	"                           can tell: it is lost\n"
	"  --yes                    without a question\n\n"
	"examples:\n  pli resync\n",
	"Pour un miroir abîmé, ou faux.  Le courrier revient de la boîte ; les "
	"contacts sont\ngardés si le miroir se lit encore ; les mots de passe "
	"des logiciels de courrier sont\nà refaire (pli bridge settings).  "
	"L'ancien miroir reste dans mirror.old-1 jusqu'à ce\nque le nouveau "
	"soit complet.\n\n"
	"  --force                  même si quelque chose d'ici n'a pas "
	"atteint "
	"la boîte, ou\n"
	"                           qu'on ne peut le savoir : c'est perdu\n"
	"  --yes                    sans question\n\n"
	"exemples :\n  pli resync\n" },
};
