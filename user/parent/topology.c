/* topology.c - the processes of the owner's side, and which may talk. */

#include "parent/topology.h"

#define ON(service)	(1u << CONF_##service)

const struct topology_role topology_roles[] = {
	/* role		per core front	folder		ports */
	{ ROLE_AGENT,	false,	false,	DIR_NONE,	0 },
	{ ROLE_KEYS,	false,	false,	DIR_KEYS,	0 },
	{ ROLE_CONTROL,	false,	false,	DIR_NONE,	0 },
	{ ROLE_STORE,	false,	false,	DIR_STORE,	0 },
	{ ROLE_AUTH,	false,	false,	DIR_NONE,	0 },
	{ ROLE_OPEN,	false,	false,	DIR_NONE,	0 },
	{ ROLE_DNS,	false,	true,	DIR_NONE,	0 },
	{ ROLE_SYNC,	false,	false,	DIR_NONE,	0 },
	{ ROLE_IMAPD,	false,	true,	DIR_NONE,	ON(IMAPS) | ON(IMAP) },
	{ ROLE_HTTPD,	false,	true,	DIR_NONE,	ON(HTTPS) |
							ON(HTTP_CLEAR) },
};

const size_t topology_roles_count =
    sizeof(topology_roles) / sizeof(topology_roles[0]);

/* What sees mail in clear, or works for who does. */
const unsigned topology_keyed = 1u << ROLE_KEYS | 1u << ROLE_STORE |
    1u << ROLE_AUTH | 1u << ROLE_OPEN | 1u << ROLE_DNS | 1u << ROLE_SYNC |
    1u << ROLE_IMAPD | 1u << ROLE_HTTPD;

const struct topology_edge topology_edges[] = {
	/* from		to		mint */
	{ ROLE_IMAPD,	ROLE_KEYS,	true },
	{ ROLE_IMAPD,	ROLE_AUTH,	true },
	{ ROLE_HTTPD,	ROLE_KEYS,	true },
	{ ROLE_HTTPD,	ROLE_AUTH,	true },
	{ ROLE_HTTPD,	ROLE_OPEN,	true },		/* hence the webmail */
	{ ROLE_AUTH,	ROLE_STORE,	false },
	{ ROLE_SYNC,	ROLE_STORE,	false },
	{ ROLE_SYNC,	ROLE_AGENT,	false },
	{ ROLE_SYNC,	ROLE_OPEN,	false },
	{ ROLE_SYNC,	ROLE_DNS,	false },
	{ ROLE_CONTROL,	ROLE_STORE,	false },
	{ ROLE_CONTROL,	ROLE_KEYS,	false },
	{ ROLE_CONTROL,	ROLE_AGENT,	true },		/* for pli */
};

const size_t topology_edges_count =
    sizeof(topology_edges) / sizeof(topology_edges[0]);
