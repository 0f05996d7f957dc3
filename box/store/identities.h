/*
 * identities.h - what an account's owner has set for her addresses.
 *
 * Within a request.  VERDICT_NO: too many, or none such to drop.
 */
#ifndef STORE_IDENTITIES_H
#define STORE_IDENTITIES_H

#include "store.h"

enum verdict identity_write(struct store *, uint64_t account,
    const struct msg_write_identity *);

#endif
