/*
 * worker.h - processes that only read.
 *
 *	writer --- zygote --- forks --- workers
 *
 * The zygote is forked before the database is open and reads no peer's byte.
 * It forks a worker when the writer asks, and passes the worker's channel
 * back.  A worker answers READ_ of the sessions that the writer hands it; a
 * checker looks at the whole database once.  All of them are in a sandbox in
 * which the database's folder cannot be written.
 */
#ifndef STORE_WORKER_H
#define STORE_WORKER_H

#include "base/verdict.h"
#include "ipc/msg_admin.h"
#include "ipc/msg_session.h"
#include "os/sql.h"

enum msg_zygote {
	ZYGOTE_FORK = 1,	/* to the zygote */
	ZYGOTE_FORKED,		/* + the new process's channel */
	ZYGOTE_TYPES,
};

struct msg_zygote_fork {
	uint32_t checker;	/* else a reader */
};

enum msg_worker {
	WORKER_SERVE = 1,	/* to a reader: + a session's channel */
	WORKER_DROP,		/* to a reader: channels of an account */
	WORKER_FOUND,		/* from a checker */
	WORKER_CHECKED,		/* from a checker: that was all */
	WORKER_TYPES,
};

struct msg_worker_account {	/* WORKER_SERVE, WORKER_DROP */
	uint64_t account;
	uint64_t device;	/* device_tag; 0: of all */
};

struct msg_worker_found {
	struct str finding, detail;
};

struct msg_worker_checked {
	uint64_t findings;
};

extern const struct field_msg msg_zygote[ZYGOTE_TYPES];
extern const struct field_msg msg_worker[WORKER_TYPES];

/* zygote.c */
void zygote_run(int chan, const char *dir) __attribute__((noreturn));

/* reader.c */
void reader_run(int chan, const char *dir) __attribute__((noreturn));
void checker_run(int chan, const char *dir) __attribute__((noreturn));

/* read.c: an answer to a READ_ question, as records in *out, which is limited
 * to READ_CHUNK and a little. */
enum verdict read_list(struct sql *, uint64_t account, struct buf *out);
enum verdict read_index(struct sql *, uint64_t account,
    const struct msg_read_index *, struct buf *out, bool *more);
enum verdict read_vanished(struct sql *, uint64_t account,
    const struct msg_read_index *, struct buf *out, bool *more);
enum verdict read_keywords(struct sql *, uint64_t account,
    const struct msg_read_index *, struct buf *out);
enum verdict read_messages(struct sql *, uint64_t account,
    const struct msg_read_messages *, struct buf *out, bool *more);
enum verdict read_quota(struct sql *, uint64_t account,
    const struct msg_read_quota *, struct buf *out);
/* KEYWORDS */
enum verdict read_names(struct sql *, uint64_t mailbox, struct buf *out);

/* read_open.c */
enum verdict read_open(struct sql *, uint64_t account,
    const struct msg_read_open *, struct buf *out);

/* emails.c */
enum sql_status state_of(struct sql *, uint64_t account, uint64_t *modseq);
enum verdict read_state(struct sql *, uint64_t account, struct buf *out);
enum verdict read_changes(struct sql *, uint64_t account,
    const struct msg_read_changes *, struct buf *out, bool *more);
enum verdict read_buried(struct sql *, uint64_t account,
    const struct msg_read_changes *, struct buf *out, bool *more);
enum verdict read_emails(struct sql *, uint64_t account,
    const struct msg_read_emails *, struct buf *out, bool *more);
enum verdict read_threads(struct sql *, uint64_t account,
    const struct msg_read_emails *, struct buf *out, bool *more);

/* remotes.c */
enum verdict read_remotes(struct sql *, uint64_t account,
    const struct msg_read_remotes *, struct buf *out, bool *more);

/* snippet.c */
enum verdict read_snippets(struct sql *, uint64_t account,
    const struct msg_read_snippets *, struct buf *out);

/* submissions.c */
enum verdict read_submissions(struct sql *, uint64_t account,
    const struct msg_read_submissions *, struct buf *out, bool *more);

/* identities.c */
enum verdict read_identities(struct sql *, uint64_t account, struct buf *out);

/* query.c */
enum verdict read_query(struct sql *, uint64_t account,
    const struct msg_read_query *, struct buf *out, bool *more);

#endif
