/*
 * contacts.h - whom the owner writes to, and their certificates.
 *
 * On the owner's side alone: a box has none.  A certificate that is replaced
 * keeps the day on which the contact was first known only when it is the same.
 */
#ifndef STORE_CONTACTS_H
#define STORE_CONTACTS_H

#include "store.h"

admin_verb contact_add, contact_list, contact_remove;

/* STORE_CONTACT; false: the channel is of no more use. */
bool contact_ask(struct store *, struct client *,
    const struct msg_store_contact *);

/* READ_CONTACTS */
enum verdict read_contacts(struct sql *, uint64_t account,
    const struct msg_read_contacts *, struct buf *out, bool *more);

#endif
