/* main.c - plid(8): the parent. */

#include "parent/parent.h"

static const char usage[] =
    "usage: plid [-v] [-c FILE] [-p PREFIX] [-l LIBEXEC]\n"
    "\n"
    "Runs the mail box in the foreground.  It is told what to do by\n"
    "plid.conf(5) and, while it runs, by plictl(8).\n"
    "\n"
    "  -c, --config FILE    instead of PREFIX/etc/plid.conf\n"
    "  -p, --prefix DIR     put /etc, /var and /run below DIR\n"
    "  -l, --libexec DIR    where the role programs are\n"
    "  -v, --verbose        the log to standard error as well\n"
    "  -V, --version        print the version\n"
    "  -h, --help           print this\n"
    "\n"
    "examples:\n"
    "  plid -v              in a terminal; Ctrl-C ends it\n"
    "  plid -v -p /tmp/box  everything in a throw-away folder\n";

int
main(int argc, char **argv)
{
	static const struct parent_program plid = {
		.name = "plid", .usage = usage, .libexec = PLI_LIBEXEC,
		.conf = "/etc/plid.conf", .keys = "/etc/plid/keys",
		.state = "/var/lib/plid", .store = "/var/lib/plid/store",
		.log = "/var/lib/plid/log", .run = "/run/plid",
		.socket = "/run/plid/control.sock",
	};

	return parent_run(&plid, argc, argv);
}
