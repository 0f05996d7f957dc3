/* topology.c - the processes of the owner's side, and which may talk. */

#include "parent/topology.h"

#define ON(service)	(1u << CONF_##service)

const struct topology_role topology_roles[] = {
	/* role		per core front	folder		ports */
	{ ROLE_AGENT,	false,	false,	DIR_NONE,	0 },
	{ ROLE_KEYS,	false,	false,	DIR_KEYS,	0 },
	{ ROLE_CONTROL,	false,	false,	DIR_NONE,	0 },
	{ ROLE_STORE,	false,	false,	DIR_STORE,	0 },
	{ ROLE_SEAL,	false,	false,	DIR_NONE,	0 },
	{ ROLE_AUTH,	false,	false,	DIR_NONE,	0 },
	{ ROLE_OPEN,	false,	false,	DIR_NONE,	0 },
	{ ROLE_DNS,	false,	true,	DIR_NONE,	0 },
	{ ROLE_QUEUE,	false,	false,	DIR_NONE,	0 },
	{ ROLE_SEND,	false,	true,	DIR_NONE,	0 },
	{ ROLE_SYNC,	false,	false,	DIR_NONE,	0 },
	{ ROLE_IMAPD,	false,	true,	DIR_NONE,	ON(IMAPS) | ON(IMAP) },
	{ ROLE_SUBMIT,	false,	true,	DIR_NONE,	ON(SUBMISSIONS) |
							ON(SUBMISSION) },
	{ ROLE_HTTPD,	false,	true,	DIR_NONE,	ON(HTTPS) |
							ON(HTTP_CLEAR) },
};

const size_t topology_roles_count =
    sizeof(topology_roles) / sizeof(topology_roles[0]);

/* What sees mail in clear, or works for who does: all but these two. */
const unsigned topology_keyed = ~(1u << ROLE_AGENT | 1u << ROLE_CONTROL);

const struct topology_edge topology_edges[] = {
	/* from		to		mint */
	{ ROLE_IMAPD,	ROLE_KEYS,	true },
	{ ROLE_IMAPD,	ROLE_AUTH,	true },
	{ ROLE_HTTPD,	ROLE_KEYS,	true },
	{ ROLE_HTTPD,	ROLE_AUTH,	true },
	{ ROLE_HTTPD,	ROLE_AGENT,	true },
	{ ROLE_HTTPD,	ROLE_OPEN,	true },		/* hence the webmail */
	{ ROLE_SUBMIT,	ROLE_KEYS,	true },
	{ ROLE_SUBMIT,	ROLE_AUTH,	true },
	{ ROLE_SUBMIT,	ROLE_AGENT,	true },		/* signs, encrypts */
	{ ROLE_QUEUE,	ROLE_STORE,	false },
	{ ROLE_QUEUE,	ROLE_KEYS,	false },
	{ ROLE_SEND,	ROLE_QUEUE,	true },		/* and orders */
	{ ROLE_SEND,	ROLE_DNS,	true },
	{ ROLE_AUTH,	ROLE_STORE,	false },
	{ ROLE_SEAL,	ROLE_STORE,	false },
	{ ROLE_SEAL,	ROLE_KEYS,	false },
	{ ROLE_SYNC,	ROLE_STORE,	false },
	{ ROLE_SYNC,	ROLE_AGENT,	false },
	{ ROLE_SYNC,	ROLE_OPEN,	false },
	{ ROLE_SYNC,	ROLE_DNS,	false },
	{ ROLE_CONTROL,	ROLE_STORE,	false },
	{ ROLE_CONTROL,	ROLE_KEYS,	false },
	{ ROLE_CONTROL,	ROLE_SEAL,	false },	/* what is this
							   certificate? */
	{ ROLE_CONTROL,	ROLE_AGENT,	true },		/* for pli */
};

const size_t topology_edges_count =
    sizeof(topology_edges) / sizeof(topology_edges[0]);
