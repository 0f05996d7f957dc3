/* main.c - the parent of the owner's side: pli(1) starts it. */

#include "parent/parent.h"

static const char usage[] =
    "usage: home [-v] [-c FILE] -p FOLDER [-l LIBEXEC]\n"
    "\n"
    "Runs the mirror of one mailbox, its webmail and its bridge, in the\n"
    "foreground.  `pli run' starts it.\n"
    "\n"
    "  -p, --prefix FOLDER  the mailbox's: conf, tls and mirror lie in it\n"
    "  -c, --config FILE    instead of FOLDER/conf, in the form of\n"
    "                       plid.conf(5)\n"
    "  -l, --libexec DIR    where the role programs are\n"
    "  -v, --verbose        the log to standard error as well\n"
    "  -V, --version        print the version\n"
    "  -h, --help           print this\n";

int
main(int argc, char **argv)
{
	static const struct parent_program home = {
		.name = "home", .usage = usage, .libexec = PLI_LIBEXEC,
		.conf = "/conf", .keys = "/tls", .state = "",
		.store = "/mirror", .log = "/log", .run = "/run",
		.socket = "/run/control.sock", .one_uid = true,
	};

	return parent_run(&home, argc, argv);
}
