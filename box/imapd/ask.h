/*
 * ask.h - questions to the store, on the two channels of a session.
 *
 * A channel that closes or talks nonsense ends the session: every function
 * then says false and s->bye is set.
 */
#ifndef IMAPD_ASK_H
#define IMAPD_ASK_H

#include "imapd.h"
#include "role/reading.h"

bool ask_send(struct imap *, enum msg_read, const void *msg);
bool ask_receive(struct imap *, struct reading *);	/* then reading_end */

/* Both at once. */
bool ask(struct imap *, enum msg_read, const void *msg, struct reading *);

/* A write and its answer.  What the store says of changes meanwhile is noted
 * in s->box. */
bool ask_write(struct imap *, enum msg_write, const void *msg,
    struct msg_write_done *);

/* Any request of the writer's channel, and the answer that it wants. */
bool ask_writer(struct imap *, enum msg_write, const void *msg,
    enum msg_write want, union msg_written *);

/* One message of the writer's: WRITE_APPENDED into *is, whose strings live
 * until the next question, or a change, which is noted. */
bool ask_appended(struct imap *, struct msg_write_appended *is);

/* Messages below the uid have been told as \Recent. */
bool ask_recent(struct imap *, uint32_t uid);

bool ask_watch(struct imap *, uint64_t mailbox, uint64_t modseq);

/* Take what the writer has said unasked, without waiting. */
bool ask_changes(struct imap *);

/* IPC buffer pages go back to the system. */
void ask_rest(void);

#endif
