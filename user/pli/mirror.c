/* mirror.c - where the mirror serves its owner's programs. */

#include "pli.h"

#include "cli/imap.h"

int
mirror_at(struct pli *p, struct imap_at *at)
{
	unsigned port;
	int status;

	if (!account_find(p, p->account))
		return EXIT_NO;
	port = conf_port(p, PORT_IMAP);
	if (port == 0)
		return say(&p->cli, EXIT_NO, "not-paired", p->address, NULL);
	status = home_unlocked(p);
	agent_end(p);			/* nothing more is asked of it */
	*at = (struct imap_at){ .address = "127.0.0.1",
	    .port = (uint16_t)port };
	return status;
}
