/*
 * cli.h - what programs for a terminal share: plictl(8) and pli(1).
 *
 * One file a verb: user_add.c holds verb_user_add with its help in every
 * language.  A verb is silent when all went well, says what happened and what
 * to do when it did not, and its result is the exit status.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ipc/chan.h"
#include "ipc/msg_admin.h"

/* 0 is yes, as everywhere. */
enum { EXIT_NO = 1, EXIT_LATER = 75 };

enum { FILE_NAME_MAX = 1024 };

struct cli;
struct program;

struct verb {
	const char *noun, *word;	/* word "": the noun is all */
	const char *usage;		/* its arguments */
	int (*run)(struct cli *, int argc, char **argv);
	const char *summary[LANGS];	/* one line, no full stop */
	const char *help[LANGS];	/* options and examples */
};

/* A program has more behind it: see ctl/plictl.h, user/pli/pli.h. */
struct cli {
	const struct program *program;
	const struct verb *verb;
	enum lang lang;
	bool json;
	const char *libexec;	/* folders between colons */
	char socket[FILE_NAME_MAX];	/* of control */
	int control;		/* connected to it; -1: not */
	int channel;		/* what the last call brought; -1: none */
	struct msg_admin_end end;	/* of the last call; lies in "in" */
	char in[IPC_MAX];
};

struct option {
	const char *name;	/* "--cert" or "-n" */
	const char **value;	/* where its value goes, or … */
	bool *flag;		/* … that it is there */
};

struct program {
	const char *name;		/* "pli" */
	const char *version;
	const struct verb *const *verbs;
	size_t verbs_count;
	/* two tables, and those of cli/texts.c besides */
	const struct text *texts, *texts_more;
	size_t texts_count, texts_more_count;
	const struct option *globals;	/* before and after the verb */
	const char *globals_named;	/* those with a value */
	void (*begin)(struct cli *);	/* globals are known; NULL: nothing */
	const struct verb *alone;	/* without any word; NULL: the help */
	/* Says what c->end refuses; the exit status. */
	int (*refused)(const struct cli *, enum verdict, const char *subject);
};

/* --- main.c --------------------------------------------------------------- */

int cli_main(struct cli *, const struct program *, int argc, char **argv);

/* --- args.c: words and options after the verb ----------------------------- */

struct words {
	const char *word[64];
	size_t count;
};

/* options end in { NULL }.  false: it has been said what is wrong. */
bool args_take(struct cli *, const struct option *, int argc, char **argv,
    struct words *, size_t least, size_t most);

/* --- say.c ---------------------------------------------------------------- */

/* What both programs say; $3 is the program's name.  why-WORD is a refusal. */
extern const struct text cli_texts[];
extern const size_t cli_texts_count;

/* The text of a key, of the program or of cli/texts.c, or "" */
const char *text_of(const struct cli *, const char *key);

/* A text with up to two arguments (NULL: none) to standard error, or as an
 * object with -j.  The result is its first argument. */
int say(const struct cli *, int status, const char *key, const char *a,
    const char *b);

/* A text to standard output, with a line end, safe for a terminal. */
void tell(const struct cli *, const char *key, const char *a, const char *b);

/* Lines to standard output, safe for a terminal. */
void put_line(struct str);

/* A question on the terminal: true only for an explicit yes. */
bool ask_yes(const struct cli *, const char *key, const char *a);

/* --- control.c: a verb of msg_admin.h ------------------------------------- */

typedef void row_fn(struct cli *, void *ctx, struct str row);

/* To c->socket; errno says why not. */
bool control_connect(struct cli *);
void control_close(struct cli *);

/*
 * Asks, hands over each row, comes back for more.  args is freed (NULL: none).
 * fd -1: no file.  Why not is in c->end: "cut-off", and it is connected no
 * more, when nothing is known.
 */
enum verdict control_call(struct cli *, const char *verb, struct buf *args,
    int fd, row_fn *, void *ctx);

/* Connects, calls, says what was refused; subject is what that is about. */
int call(struct cli *, const char *verb, struct buf *args, int fd,
    const char *subject, row_fn *, void *ctx);

void args_begin(struct buf *);
void args_put(struct buf *, const char *key, const char *value);

/* Pairs of a row; "" if it is not there. */
struct str row_get(struct str row, const char *key);
uint64_t row_number(struct str row, const char *key);

/* --- out.c: rows for people and for programs ------------------------------ */

void json_text(struct buf *, struct str);	/* with its quotes */
void json_row(struct buf *, struct str row);	/* an object */

/* A list: begin, each row, end.  For people: only rows are printed. */
void list_begin(const struct cli *);
void list_row(const struct cli *, bool *first, struct str row);
void list_end(const struct cli *);

/* Left-aligned, cut never, padded to width columns. */
void put_cell(struct str, int width);

void size_text(uint64_t octets, char out[16]);		/* "1.4 GB" */
void date_text(uint64_t seconds, char out[16]);		/* "2027-03-01" */
void span_text(const struct cli *, uint64_t seconds, char out[32]);

void flush(struct buf *);	/* to standard output; freed */

/* --- program.c: the roles' own programs ----------------------------------- */

/* LIBEXEC/NAME, or LIBEXEC/FOLDER/NAME as a build has it. */
void program_find(const struct cli *, const char *folder, const char *name,
    char path[FILE_NAME_MAX]);

/* --- secret.c: passwords and what the store keeps of them ----------------- */

enum { PASSWORD_MAX = 256, SECRET_LINE_MAX = 1024 };

/* 140 random bits as seven groups of four letters and digits. */
void password_make(char out[PASSWORD_MAX + 1]);

/* Puts salt, iterations, stored_key and server_key (RFC 5802 3, SHA-256). */
void password_verifier(struct buf *args, struct str password);

/* What a line that is secret is called, in keys of texts: "password-empty". */
struct secret {
	const char *empty, *too_long, *no_terminal;
	size_t most;		/* at most SECRET_LINE_MAX */
	bool may_be_empty;
};

/* The first line of a file, of standard input ("-"), or one of the terminal,
 * after a question.  0, or it was said. */
int secret_file(const struct cli *, const struct secret *, const char *file,
    char *out);
int secret_ask(const struct cli *, const struct secret *, const char *key,
    bool echo, char *out);

#endif
