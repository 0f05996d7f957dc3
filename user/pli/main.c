/* main.c - pli(1). */

#include "pli.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "texts.h"

static const struct verb *const verbs[] = {
	&verb_run, &verb_status, &verb_lock, &verb_stop,
	&verb_list, &verb_read, &verb_search, &verb_send,
	&verb_init, &verb_pair, &verb_recover,
	&verb_device_add, &verb_device_list, &verb_device_remove,
	&verb_bridge_settings, &verb_resync, &verb_stolen,
	&verb_contact_add, &verb_contact_list, &verb_contact_remove,
	&verb_import, &verb_export,
	&verb_key_show, &verb_key_export, &verb_key_extend,
	&verb_key_passphrase, &verb_key_revoke, &verb_key_sheet,
};

static struct pli pli = { .cli.libexec = PLI_LIBEXEC, .chan = -1,
    .parent = -1 };

static const struct option globals[] = {
	{ "--home", &pli.home, NULL }, { "--account", &pli.account, NULL },
	{ "--passphrase-file", &pli.passphrase_file, NULL },
	{ NULL, NULL, NULL },
};

/* Passphrases pass through here: no core dump holds them, no debugger of the
 * same user reads them. */
static void
harden(void)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
}

int
main(int argc, char **argv)
{
	const struct program program = {
		.name = "pli", .version = PLI_VERSION, .verbs = verbs,
		.verbs_count = sizeof(verbs) / sizeof(verbs[0]),
		.texts = texts, .texts_count = texts_count,
		.texts_more = texts_more,
		.texts_more_count = texts_more_count,
		.globals = globals, .globals_named = "--home, --account, "
		    "--passphrase-file", .refused = home_say,
		.alone = &verb_run,
	};

	harden();
	return cli_main(&pli.cli, &program, argc, argv);
}
