/*
 * bring.h - another IMAP account, brought into the mirror.
 */
#ifndef PLI_BRING_H
#define PLI_BRING_H

#include "account.h"
#include "cli/import.h"

/* The session of i is to be opened here.  0, or it was said; what was done is
 * told. */
int bring_account(struct import *i, struct pli *, const struct imap_at *,
    const struct account_job *);

#endif
