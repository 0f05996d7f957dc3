/*
 * index.h - the words by which an email is found: for who brings one to a store
 * that keeps an index.
 *
 * The text comes from `open`; of what that cannot look at, the header alone.
 */
#ifndef ROLE_INDEX_H
#define ROLE_INDEX_H

#include "ipc/msg_session.h"

/* A settled memfd to send with WRITE_INDEX, *m filled but for its email; -1:
 * there is nothing to find it by.  open: a channel, or -1; room: IPC_MAX
 * octets. */
int index_text(int open, char *room, struct str message,
    struct msg_write_index *);

#endif
