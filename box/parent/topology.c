/* topology.c - which processes there are, and which may talk. */

#include "parent/topology.h"

#define ON(service)	(1u << CONF_##service)

const struct topology_role topology_roles[] = {
	/* role		per core front	folder		ports */
	{ ROLE_KEYS,	false,	false,	DIR_KEYS,	0 },
	{ ROLE_STORE,	false,	false,	DIR_STORE,	0 },
	{ ROLE_SCAN,	false,	false,	DIR_NONE,	0 },
	{ ROLE_SEAL,	true,	false,	DIR_NONE,	0 },
	{ ROLE_AUTH,	false,	false,	DIR_NONE,	0 },
	{ ROLE_DNS,	false,	true,	DIR_NONE,	0 },
	{ ROLE_QUEUE,	false,	false,	DIR_NONE,	0 },
	{ ROLE_SEND,	false,	true,	DIR_NONE,	0 },
	{ ROLE_CONTROL,	false,	false,	DIR_NONE,	0 },
	{ ROLE_MXTLS,	false,	true,	DIR_NONE,	0 },
	{ ROLE_MX,	false,	true,	DIR_NONE,	ON(MX) },
	{ ROLE_IMAPD,	false,	true,	DIR_NONE,	ON(IMAPS) | ON(IMAP) },
	{ ROLE_SUBMIT,	false,	true,	DIR_NONE,	ON(SUBMISSIONS) |
							ON(SUBMISSION) },
	{ ROLE_HTTPD,	false,	true,	DIR_NONE,	ON(HTTPS) |
							ON(HTTP_CLEAR) },
};

const size_t topology_roles_count =
    sizeof(topology_roles) / sizeof(topology_roles[0]);

const unsigned topology_keyed = 0;

const struct topology_edge topology_edges[] = {
	/* from		to		mint */
	{ ROLE_MX,	ROLE_STORE,	true },
	{ ROLE_MX,	ROLE_SEAL,	true },
	{ ROLE_MX,	ROLE_MXTLS,	false },	/* sockets, after 220 */
	{ ROLE_MXTLS,	ROLE_KEYS,	true },
	{ ROLE_MXTLS,	ROLE_STORE,	true },
	{ ROLE_MXTLS,	ROLE_SEAL,	true },
	{ ROLE_IMAPD,	ROLE_KEYS,	true },
	{ ROLE_IMAPD,	ROLE_AUTH,	true },
	{ ROLE_IMAPD,	ROLE_SEAL,	true },
	{ ROLE_SUBMIT,	ROLE_KEYS,	true },
	{ ROLE_SUBMIT,	ROLE_AUTH,	true },
	{ ROLE_SUBMIT,	ROLE_SEAL,	true },
	{ ROLE_HTTPD,	ROLE_KEYS,	true },
	{ ROLE_HTTPD,	ROLE_AUTH,	true },
	{ ROLE_HTTPD,	ROLE_SEAL,	true },
	{ ROLE_AUTH,	ROLE_STORE,	false },
	{ ROLE_AUTH,	ROLE_SEAL,	false },
	{ ROLE_SEAL,	ROLE_STORE,	false },
	{ ROLE_SEAL,	ROLE_KEYS,	false },
	{ ROLE_SEAL,	ROLE_SCAN,	false },
	{ ROLE_SEND,	ROLE_QUEUE,	true },		/* and orders */
	{ ROLE_SEND,	ROLE_DNS,	true },
	{ ROLE_QUEUE,	ROLE_STORE,	false },
	{ ROLE_QUEUE,	ROLE_SEAL,	false },
	{ ROLE_QUEUE,	ROLE_KEYS,	false },
	{ ROLE_CONTROL,	ROLE_STORE,	false },
	{ ROLE_CONTROL,	ROLE_SEAL,	false },
	{ ROLE_CONTROL,	ROLE_KEYS,	false },
};

const size_t topology_edges_count =
    sizeof(topology_edges) / sizeof(topology_edges[0]);
