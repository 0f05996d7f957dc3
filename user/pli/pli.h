/*
 * pli.h - what the verbs of pli share.
 *
 * One file a verb, as in ctl/: key_show.c holds verb_key_show with its help in
 * every language.  A verb is silent when all went well, says what happened and
 * what to do when it did not, and its result is the exit status.
 *
 * Nothing of this program touches a key: it starts the agent, and asks it.
 */
#ifndef PLI_PLI_H
#define PLI_PLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/text.h"
#include "ipc/chan.h"
#include "ipc/msg_agent.h"

/* 0 is yes, as everywhere. */
enum { EXIT_NO = 1, EXIT_LATER = 75 };

enum {
	FILE_NAME_MAX = 1024,
	SECRET_MAX = AGENT_PASSPHRASE_MAX,	/* octets of a passphrase */
	FILE_MAX_ = 1 << 20,
};

struct pli;

struct verb {
	const char *noun, *word;	/* word "": the noun is all */
	const char *usage;		/* its arguments */
	int (*run)(struct pli *, int argc, char **argv);
	const char *summary[LANGS];	/* one line, no full stop */
	const char *help[LANGS];	/* options and examples */
};

struct pli {
	const struct verb *verb;
	enum lang lang;
	bool json;
	const char *home;		/* --home; NULL: XDG_DATA_HOME/pli */
	const char *libexec;
	const char *account;		/* --account; NULL: the only one */
	const char *passphrase_file;	/* NULL: the terminal is asked */
	char address[AGENT_NAME_MAX + 1];
	char dir[FILE_NAME_MAX];	/* of that account, when known */
	/* the agent, once it is started */
	int chan, parent;
	pid_t agent;
	uint64_t id;
	char in[IPC_MAX];		/* its last answer lies here */
	union msg_agent_any got;
};

extern const struct verb verb_init, verb_recover, verb_key_show,
    verb_key_export, verb_key_revoke, verb_key_extend, verb_key_passphrase,
    verb_key_sheet;

/* --- args.c --- */

struct option {
	const char *name;
	const char **value;	/* where its value goes, or … */
	bool *flag;		/* … that it is there */
};

/* Options end in { NULL }; words from least to most.  false: it was said. */
bool args_take(struct pli *, const struct option *, int argc, char **argv,
    const char **word, size_t least, size_t most);

/* "2y", "18m", "90d", "2030-01-31", "never": seconds since 1970, 0 for never.
 * false: it was said. */
bool args_expiry(struct pli *, const char *text, uint64_t *expires);

/* --- say.c --- */

const char *text_of(const struct pli *, const char *key);
/* To standard error; the result is status. */
int say(const struct pli *, int status, const char *key, const char *a,
    const char *b);
/* To standard output. */
void tell(const struct pli *, const char *key, const char *a, const char *b);
/* The agent's refusal. */
int say_refusal(const struct pli *, const char *subject);
/* A question on the terminal: true only for an explicit yes. */
bool ask_yes(const struct pli *, const char *key, const char *a);

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

/* Find the account, start the agent, read the container, ask the passphrase,
 * unlock.  0 or it was said. */
int agent_unlock(struct pli *, char passphrase[SECRET_MAX + 1]);

/* The sheet, to a file of that name. */
int sheet_write(struct pli *, const char *passphrase, const char *path,
    bool letter);

#endif
