/* run.c - a parent begins: options, paths, ports. */

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/log.h"
#include "parent/parent.h"

enum { FILES_MAX = 16384 };

static const struct parent_program *program;

static const struct option options[] = {
	{ "config",	required_argument,	NULL, 'c' },
	{ "prefix",	required_argument,	NULL, 'p' },
	{ "libexec",	required_argument,	NULL, 'l' },
	{ "verbose",	no_argument,		NULL, 'v' },
	{ "version",	no_argument,		NULL, 'V' },
	{ "help",	no_argument,		NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct words {
	const char *conf, *prefix, *libexec;
};

static void
take_options(struct parent *b, struct words *w, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "c:p:l:vVh", options, NULL)) != -1)
		switch (c) {
		case 'c':
			w->conf = optarg;
			break;
		case 'p':
			w->prefix = optarg;
			break;
		case 'l':
			w->libexec = optarg;
			break;
		case 'v':
			b->verbose = true;
			break;
		case 'V':
			printf("%s %s\n", program->name, PLI_VERSION);
			exit(0);
		case 'h':
			fputs(program->usage, stdout);
			exit(0);
		default:
			fprintf(stderr, "%s -h shows the options\n",
			    program->name);
			exit(1);
		}
	if (optind < argc) {
		fprintf(stderr, "%s: %s: takes no such argument; "
		    "%s -h shows the options\n", program->name, argv[optind],
		    program->name);
		exit(1);
	}
}

__attribute__((noreturn))
static void
fail(const char *what, struct str why)
{
	fprintf(stderr, "%s: %s%.*s\n", program->name, what, (int)why.len,
	    why.len > 0 ? why.ptr : "");
	exit(1);
}

static bool
set_paths(struct paths *p, const char *prefix, const char *conf,
    const char *libexec)
{
	return (conf != NULL ? path_join(p->conf, "", conf) :
	    path_join(p->conf, prefix, program->conf)) &&
	    path_join(p->keys, prefix, program->keys) &&
	    path_join(p->state, prefix, program->state) &&
	    path_join(p->store, prefix, program->store) &&
	    path_join(p->log, prefix, program->log) &&
	    path_join(p->run, prefix, program->run) &&
	    path_join(p->socket, prefix, program->socket) &&
	    path_join(p->libexec, "", libexec);
}

/* A master keeps a socket for each child; the store has a channel to each. */
static void
raise_limits(const struct parent *b)
{
	struct rlimit r = { FILES_MAX, FILES_MAX };

	if (!b->root || setrlimit(RLIMIT_NOFILE, &r) != 0) {
		(void)getrlimit(RLIMIT_NOFILE, &r);
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

static void
set_up(struct parent *b)
{
	struct buf why;

	buf_init(&why, WHY_MAX);
	if (!conffile_read(b->paths.conf, &b->conf_text, &b->conf, &why))
		fail("", buf_str(&why));
	if (!paths_make(b))
		fail("cannot make its folders below ", (struct str){
		    b->paths.state, strlen(b->paths.state) });
	logfile_open(b);
	if (!ports_open(&b->conf, NULL, 0, b->listener, &b->listeners, &why))
		fail("", buf_str(&why));
	b->mirror = b->relay = -1;
	b->boot = boot_key();
	if (b->boot < 0)
		fail("cannot make a key in memory", STR(""));
	b->control = ports_control(b);
	if (b->control < 0)
		fail("cannot make its control socket ", (struct str){
		    b->paths.socket, strlen(b->paths.socket) });
	buf_free(&why);
}

int
parent_run(const struct parent_program *p, int argc, char **argv)
{
	static struct parent b;
	struct words w = { NULL, "", p->libexec };

	program = p;
	take_options(&b, &w, argc, argv);
	b.root = geteuid() == 0 && !p->one_uid;
	b.one_uid = p->one_uid;
	b.strong = geteuid() == 0 && p->one_uid;
	if (!set_paths(&b.paths, w.prefix, w.conf, w.libexec))
		fail("a path is too long", STR(""));
	umask(022);
	raise_limits(&b);
	set_up(&b);
	if (!b.root && !p->one_uid)
		say(&b, "one-uid", "not started as root: all roles run under "
		    "uid %d, the rest of the sandbox holds", (int)getuid());
	return supervise(&b);
}
