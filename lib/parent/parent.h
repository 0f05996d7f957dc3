/*
 * parent.h - what a parent knows: its paths, its configuration, its children.
 *
 * It sees nothing of mail.  It binds ports, makes channels, starts roles and
 * starts again what dies, writes the log.  Which roles there are and what may
 * talk is the program's: topology.h.
 */
#ifndef PARENT_BOX_H
#define PARENT_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/conf.h"
#include "ipc/chan.h"
#include "ipc/msg_role.h"
#include "ipc/roles.h"

enum {
	UID_BASE = 60600,	/* a role's uid and gid: this and its number */
	PROCS_MAX = 64,
	CORES_MAX = 16,		/* seals at most */
	PATH_MAX_ = 1024,
};

struct paths {
	char conf[PATH_MAX_];
	char keys[PATH_MAX_];
	char store[PATH_MAX_];
	char state[PATH_MAX_];
	char log[PATH_MAX_];
	char run[PATH_MAX_];
	char socket[PATH_MAX_];
	char libexec[PATH_MAX_];
};

struct listener {
	struct conf_listen l;
	int fd;
};

struct proc {
	enum role_id role;
	unsigned instance;
	pid_t pid;		/* 0: not running */
	int chan, log;		/* -1: none */
	bool used;
	bool ready;
	bool retired;		/* is not started again */
	bool told;		/* to retire */
	bool parked;		/* until the mirror's key is there */
	unsigned restarts;
	unsigned backoff_ms;
	int64_t started_ms;
	int64_t restart_at_ms;	/* when not running */
	unsigned lines;		/* logged in this second */
};

enum reload_step { RELOAD_NONE, RELOAD_KEYS, RELOAD_FRONTS };

struct parent {
	struct paths paths;
	bool verbose;		/* the log goes to standard error as well */
	bool root;		/* each role gets a uid of its own */
	bool one_uid;		/* the files of one user */
	bool strong;		/* and that is root */
	bool running;		/* the first start is over */
	bool stopping;
	struct conf conf;
	struct buf conf_text;
	struct listener listener[CONF_LISTENS_MAX];
	size_t listeners;
	int control;		/* plictl's socket */
	int boot;		/* the key that dies with the power */
	int mirror;		/* the store's key, or -1: locked */
	int relay;		/* what send says to the smart host, or -1 */
	struct proc proc[PROCS_MAX];
	int64_t started_ms;
	/* a reload under way */
	enum reload_step step;
	struct conf new_conf;
	struct buf new_text;
	struct listener new_listener[CONF_LISTENS_MAX];
	size_t new_listeners;
	struct proc *new_keys;
	uint64_t reload_id;	/* control's, 0: a signal asked */
	int64_t reload_until_ms;
};

/* run.c: what main is; the exit status */
struct parent_program {
	const char *name, *usage, *libexec;
	/* below the prefix */
	const char *conf, *keys, *state, *store, *log, *run, *socket;
	/* the files are one user's: so are the roles, root's without what
	   makes root strong */
	bool one_uid;
};

int parent_run(const struct parent_program *, int argc, char **argv);

/* paths.c: make the folders and give them to their roles */
bool path_join(char out[PATH_MAX_], const char *prefix, const char *path);
bool paths_make(const struct parent *);

/* conffile.c: read and parse; on failure *why says file, line and column */
bool conffile_read(const char *path, struct buf *text, struct conf *,
    struct buf *why);

/* ports.c: bind what conf wants, taking over from old[] what stays */
bool ports_open(const struct conf *, const struct listener *old, size_t olds,
    struct listener *out, size_t *outs, struct buf *why);
void ports_close(struct listener *old, size_t olds,
    const struct listener *kept, size_t kepts);
int ports_control(const struct parent *);

/* bootkey.c: a sealed memfd, 32 octets; -1 */
int boot_key(void);

/* spawn.c */
bool spawn_role(struct parent *, struct proc *, struct str conf_text,
    const struct listener *, size_t listeners);
bool spawn_conf(struct proc *, struct str conf_text);	/* PARENT_CONF */
struct proc *spawn_new(struct parent *, enum role_id, unsigned instance);

/* lock.c: what runs only while the mirror's key is there */
void lock_take(struct parent *, const struct proc *, int type,
    const int *fds);
void lock_died(struct parent *, const struct proc *);
void lock_tick(struct parent *);

/* supervise.c: does not return before the end; the exit status */
int supervise(struct parent *);
void tell(struct proc *, enum msg_parent type);
unsigned cores(void);

/* reload.c */
void reload_begin(struct parent *, uint64_t id);
void reload_ready(struct parent *, struct proc *);
void reload_died(struct parent *, struct proc *);
void reload_tick(struct parent *);

/* status.c */
void status_text(const struct parent *, struct buf *);
void answer(struct parent *, uint64_t id, uint32_t verdict, struct str text);

/* logfile.c: lines are kept until the end of a round of the loop */
void logfile_flush(const struct parent *);
void logfile_open(const struct parent *);
void logfile_line(const struct parent *, const char *role, pid_t,
    struct str line);
__attribute__((format(printf, 3, 4)))
void say(const struct parent *, const char *event, const char *fmt, ...);

#endif
