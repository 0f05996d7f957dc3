/*
 * pli.h - what the verbs of pli share, besides lib/cli.
 *
 * Nothing of this program touches a key: it starts the agent, and asks it.
 */
#ifndef PLI_PLI_H
#define PLI_PLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"
#include "ipc/msg_agent.h"

enum {
	SECRET_MAX = AGENT_PASSPHRASE_MAX,	/* octets of a passphrase */
	FILE_MAX_ = 1 << 20,
};

struct pli {
	struct cli cli;			/* first: pli_of */
	const char *home;		/* --home; NULL: XDG_DATA_HOME/pli */
	const char *account;		/* --account; NULL: the only one */
	const char *passphrase_file;	/* NULL: the terminal is asked */
	char address[AGENT_NAME_MAX + 1];
	char dir[FILE_NAME_MAX];	/* of that account, when known */
	/* the agent: ours, or that of home */
	int chan, parent;
	pid_t agent;
	uint64_t id;
	char in[IPC_MAX];		/* its last answer lies here */
	union msg_agent_any got;
};

static inline struct pli *
pli_of(struct cli *c)
{
	return (struct pli *)(void *)c;
}

extern const struct verb verb_run, verb_status, verb_lock, verb_stop,
    verb_pair, verb_contact_add, verb_contact_list, verb_contact_remove,
    verb_init, verb_recover, verb_key_show,
    verb_key_export, verb_key_revoke, verb_key_extend, verb_key_passphrase,
    verb_key_sheet, verb_device_list, verb_device_add, verb_device_remove,
    verb_bridge_settings, verb_stolen, verb_import, verb_export,
    verb_resync, verb_list, verb_read, verb_search, verb_send;

/* --- expiry.c --- */

/* "2y", "18m", "90d", "2030-01-31", "never": seconds since 1970, 0 for never.
 * false: it was said. */
bool args_expiry(const struct cli *, const char *text, uint64_t *expires);

/* --- refusal.c: why not, in words; the exit status --- */

int agent_say(const struct pli *, const char *subject);
int home_say(const struct cli *, enum verdict, const char *subject);

/* --- files.c --- */

/* The account's folder into p->dir; by address, or the only one there is.
 * false: it was said. */
bool account_find(struct pli *, const char *address);
/* The folder of an address that may be new. */
bool account_path(struct pli *, const char *address);
bool account_exists(const struct pli *);
/* Makes it, and what is above it; readable by the owner alone. */
int account_make(struct pli *);

/* A file or "-"; 0 or it was said. */
int file_read(const struct pli *, const char *path, struct buf *);
/* Written beside, synchronised, renamed; 0 or it was said.  fresh: never over
 * a file that is there. */
int file_write(const struct pli *, const char *path, struct str, bool fresh);
/* The container of p->dir. */
int container_read(const struct pli *, struct buf *);
int container_write(const struct pli *, struct str);

/* --- secret.c: passphrases --- */

/* One that is there: from the file, or the terminal.  0 or it was said. */
int passphrase_take(struct pli *, const char *key, char out[SECRET_MAX + 1]);
/* A new one: twice from the terminal, its strength shown; one that is too
 * weak is taken after an explicit yes, or with weak.  file NULL: see above. */
int passphrase_new(struct pli *, const char *file, bool weak,
    char out[SECRET_MAX + 1]);
/* A line of the terminal, not shown; the words of a sheet. */
int line_take(struct pli *, const char *key, bool echo,
    char out[SECRET_MAX + 1]);
/* 0 hopeless … 4 strong, as zxcvbn; bits of guessing. */
int strength(const char *passphrase, const char *address, double *bits);

/* --- agent.c --- */

/* 0 or it was said. */
int agent_start(struct pli *);
void agent_end(struct pli *);

/* Ask; the answer must be of type want: then 0, and p->got is set; *file (may
 * be NULL) gets the memfd's octets.  Else it was said, subject for the text. */
int agent_ask(struct pli *, unsigned type, const void *msg,
    const struct str *file, unsigned want, struct buf *got_file,
    const char *subject);

/* Find the account, read the container, ask the passphrase, unlock: the agent
 * of home if it is unlocked already, so that it knows what changes, else one
 * of our own.  0 or it was said. */
int agent_unlock(struct pli *, char passphrase[SECRET_MAX + 1]);
/* The same, but who is unlocked already is not asked for the passphrase. */
int agent_ready(struct pli *);
/* The one that is there; idle: seconds until it locks itself. */
int agent_open(struct pli *, char passphrase[SECRET_MAX + 1], uint32_t idle);
/* A record, by its number in agent/container.h: set, and written. */
int agent_set(struct pli *, unsigned kind, struct str value);

/* --- home.c: the owner's processes (user/parent) --- */

/* Is it there?  Then control is connected. */
bool home_connect(struct pli *);
/* 0 or it was said. */
int home_start(struct pli *);
/* control_call with a file. */
enum verdict home_call_file(struct pli *, const char *verb, struct buf *args,
    struct str file, row_fn *, void *ctx);
/* It runs and is unlocked; or it was said, and the status is not 0. */
int home_unlocked(struct pli *);
/* A channel to its agent, into p->chan. */
bool home_agent(struct pli *);
/* true, and p->got.status_is is its status. */
bool home_agent_status(struct pli *);
/* To its end, by its own signal; false: it does not run, or does not end. */
bool home_stop(struct pli *);

/* --- pair.c --- */

/* A name that the box takes, and any shell. */
bool is_device(const char *);

/* --- conf.c: home's configuration --- */

enum { PORT_WEB, PORT_IMAP, PORT_SUBMISSION, PORTS };

/* Made when it is not there, with ports that are free now; else its relay is
 * renewed.  relay: the box's submissions, "host:port". */
int conf_make(struct pli *, const char *relay);
/* 0: none is named. */
unsigned conf_port(struct pli *, int which);

/* --- mirror.c --- */

struct imap_at;

/* It runs and is unlocked, and serves IMAP there; or it was said. */
int mirror_at(struct pli *, struct imap_at *);

/* The sheet, to a file of that name. */
int sheet_write(struct pli *, const char *passphrase, const char *path,
    bool letter);

#endif
