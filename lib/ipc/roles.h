/*
 * roles.h - the processes, by number and by name.
 *
 * Pure.  Which of them may talk is box/parent/topology.c.
 */
#ifndef IPC_ROLES_H
#define IPC_ROLES_H

#include "base/str.h"

enum role_id {
	ROLE_PARENT, ROLE_KEYS, ROLE_AUTH, ROLE_SCAN, ROLE_SEAL, ROLE_STORE,
	ROLE_CONTROL, ROLE_MX, ROLE_MXTLS, ROLE_IMAPD,
	ROLE_SUBMIT, ROLE_QUEUE, ROLE_SEND, ROLE_DNS, ROLE_HTTPD,
	/* on the owner's side */
	ROLE_AGENT, ROLE_OPEN, ROLE_SYNC, ROLE_PLI,
	ROLE_PLICTL,		/* not ours to start: who connects to control */
	ROLES,			/* how many; also "none" */
};

const char *role_name(enum role_id);
enum role_id role_by_name(struct str);	/* ROLES if there is none */

#endif
