/* roles.c - the processes of the box, by number and by name. */

#include "ipc/roles.h"

#include <assert.h>

static const struct str names[ROLES] = {
	[ROLE_PARENT]	= STR_INIT("parent"),
	[ROLE_KEYS]	= STR_INIT("keys"),
	[ROLE_AUTH]	= STR_INIT("auth"),
	[ROLE_SCAN]	= STR_INIT("scan"),
	[ROLE_SEAL]	= STR_INIT("seal"),
	[ROLE_STORE]	= STR_INIT("store"),
	[ROLE_CONTROL]	= STR_INIT("control"),
	[ROLE_MX]	= STR_INIT("mx"),
	[ROLE_MXTLS]	= STR_INIT("mxtls"),
	[ROLE_IMAPD]	= STR_INIT("imapd"),
	[ROLE_SUBMIT]	= STR_INIT("submit"),
	[ROLE_QUEUE]	= STR_INIT("queue"),
	[ROLE_SEND]	= STR_INIT("send"),
	[ROLE_DNS]	= STR_INIT("dns"),
	[ROLE_HTTPD]	= STR_INIT("httpd"),
	[ROLE_OPEN]	= STR_INIT("open"),
	[ROLE_AGENT]	= STR_INIT("agent"),
	[ROLE_SYNC]	= STR_INIT("sync"),
	[ROLE_PLI]	= STR_INIT("pli"),
	[ROLE_PLICTL]	= STR_INIT("plictl"),
};

const char *
role_name(enum role_id id)
{
	assert(id < ROLES);
	return names[id].ptr;
}

enum role_id
role_by_name(struct str name)
{
	for (int id = 0; id < ROLES; id++)
		if (str_eq(names[id], name))
			return (enum role_id)id;
	return ROLES;
}
