/* main.c - plictl(8). */

#include "plictl.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "texts.h"

static const struct verb *const verbs[] = {
	&verb_user_add, &verb_user_list, &verb_user_show, &verb_user_cert,
	&verb_user_password, &verb_user_quota, &verb_user_pair,
	&verb_user_device, &verb_user_remove,
	&verb_alias_add, &verb_alias_list, &verb_alias_remove,
	&verb_queue_list, &verb_queue_show, &verb_queue_retry,
	&verb_queue_hold, &verb_queue_cancel,
	&verb_import, &verb_export,
	&verb_dkim_show,
	&verb_status, &verb_log, &verb_check_conf, &verb_check_store,
	&verb_repair_store, &verb_reload,
};


static struct ctl ctl = { .prefix = "", .cli.libexec = PLI_LIBEXEC };

static const struct option globals[] = {
	{ "-s", &ctl.socket, NULL }, { "--socket", &ctl.socket, NULL },
	{ "-p", &ctl.prefix, NULL }, { "--prefix", &ctl.prefix, NULL },
	{ NULL, NULL, NULL },
};

/* The socket of a box in a folder of its own says where that box is. */
static void
find_prefix(struct ctl *c)
{
	static const struct str tail = STR_INIT(CONTROL_SOCKET);
	struct str path;

	if (c->socket == NULL || c->prefix[0] != '\0')
		return;
	path = from_c(c->socket);
	if (path.len <= tail.len || path.len >= sizeof(c->prefix_room) ||
	    !str_eq((struct str){ path.ptr + path.len - tail.len, tail.len },
	    tail))
		return;
	memcpy(c->prefix_room, path.ptr, path.len - tail.len);
	c->prefix = c->prefix_room;
}

static void
begin(struct cli *c)
{
	find_prefix(&ctl);
	if (ctl.socket != NULL)
		snprintf(c->socket, sizeof(c->socket), "%s", ctl.socket);
	else
		snprintf(c->socket, sizeof(c->socket), "%s" CONTROL_SOCKET,
		    ctl.prefix);
}

/* Secrets pass through here: no core dump holds them. */
static void
harden(void)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)signal(SIGPIPE, SIG_DFL);
}

int
main(int argc, char **argv)
{
	const struct program plictl = {
		.name = "plictl", .version = PLI_VERSION, .verbs = verbs,
		.verbs_count = sizeof(verbs) / sizeof(verbs[0]),
		.texts = texts, .texts_count = texts_count,
		.globals = globals, .globals_named = "-s, -p",
		.begin = begin, .refused = say_refusal,
	};

	harden();
	return cli_main(&ctl.cli, &plictl, argc, argv);
}
