/*
 * index.h - the words by which an email is found: for who brings one to a store
 * that keeps an index.
 *
 * The text comes from `open`; of what that cannot look at, the header alone.
 */
#ifndef ROLE_INDEX_H
#define ROLE_INDEX_H

#include "ipc/msg_session.h"

/* Asks for the words of a message; false: they are not to be had. */
bool index_ask(int open, uint64_t id, struct str message);

/* What has been answered, without waiting: the words are appended.  The id; 0:
 * nothing, or *gone: the channel is of no more use. */
uint64_t index_answer(int open, char *room, struct buf *words, bool *gone);

/* A settled memfd to send with WRITE_INDEX, *m filled but for its email; -1:
 * there is nothing to find it by. */
int index_memfd(struct str message, struct str words,
    struct msg_write_index *);

/* All of that, waited for.  open: a channel, or -1; room: IPC_MAX octets. */
int index_text(int open, char *room, struct str message,
    struct msg_write_index *);

#endif
