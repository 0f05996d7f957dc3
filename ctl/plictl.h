/*
 * plictl.h - what the verbs share.
 *
 * One file a verb: user_add.c holds verb_user_add with its help in every
 * language.  A verb is silent when all went well, says what happened and what
 * to do when it did not, and its result is the exit status.
 */
#ifndef CTL_PLICTL_H
#define CTL_PLICTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ipc/msg_admin.h"

/* 0 is yes, as everywhere. */
enum { EXIT_NO = 1, EXIT_LATER = 75 };

enum { FILE_NAME_MAX = 1024 };

struct verb;

struct cli {
	const struct verb *verb;
	enum lang lang;
	bool json;
	const char *prefix;	/* "" or a folder */
	char prefix_room[FILE_NAME_MAX];
	const char *socket;	/* NULL: PREFIX/run/plid/control.sock */
	const char *libexec;
	int fd;			/* to control; -1: not connected */
};

struct verb {
	const char *noun, *word;	/* word "": the noun is all */
	const char *usage;		/* its arguments */
	int (*run)(struct cli *, int argc, char **argv);
	const char *summary[LANGS];	/* one line, no full stop */
	const char *help[LANGS];	/* options and examples */
};

extern const struct verb verb_user_add, verb_user_list, verb_user_show,
    verb_user_remove, verb_user_password, verb_user_cert, verb_user_quota,
    verb_user_pair, verb_user_device,
    verb_alias_add, verb_alias_list, verb_alias_remove,
    verb_queue_list, verb_queue_show, verb_queue_retry, verb_queue_hold,
    verb_queue_cancel, verb_import, verb_export, verb_dkim_show,
    verb_status, verb_log,
    verb_check_conf, verb_check_store, verb_repair_store, verb_reload;

/* --- args.c: words and options after the verb ---------------------------- */

struct option {
	const char *name;	/* "--cert" or "-n" */
	const char **value;	/* where its value goes, or … */
	bool *flag;		/* … that it is there */
};

struct words {
	const char *word[64];
	size_t count;
};

/* options end in { NULL }.  false: it has been said what is wrong. */
bool args_take(struct cli *, const struct option *, int argc, char **argv,
    struct words *, size_t least, size_t most);

/* "500M", "2G", "none" (0); false: not a size. */
bool args_size(const char *, uint64_t *octets);

/* --- say.c ---------------------------------------------------------------- */

/* The text of a key of texts.c, or "" */
const char *text_of(const struct cli *, const char *key);

/* A text with up to three arguments (NULL: none) to standard error, or as an
 * object with -j.  The result is its first argument. */
int say(const struct cli *, int status, const char *key, const char *a,
    const char *b);

/* A text to standard output, with a line end. */
void tell(const struct cli *, const char *key, const char *a, const char *b);

/* A refusal that came by a channel: its word, and what it is about. */
int say_refusal(const struct cli *, enum verdict, struct str why,
    struct str detail, const char *subject);

/* A question on the terminal: true only for an explicit yes. */
bool ask(const struct cli *, const char *key, const char *a);

/* --- call.c: a verb of msg_admin.h --------------------------------------- */

typedef void row_fn(struct cli *, void *ctx, struct str row);

/*
 * Connects, asks, hands over each row, comes back for more, says what was
 * refused.  args is freed (and wiped).  memfd -1: no file.  subject is what a
 * refusal is about, for its text.
 */
int call(struct cli *, const char *verb, struct buf *args, int memfd,
    const char *subject, row_fn *, void *ctx);

/* As call, but says nothing when control does not answer: for verbs that go
 * on without. */
bool call_connect(struct cli *, bool quiet, int *status);

void args_begin(struct buf *);
void args_put(struct buf *, const char *key, const char *value);

/* --- out.c: rows for people and for programs ----------------------------- */

void json_text(struct buf *, struct str);	/* with its quotes */
void json_row(struct buf *, struct str row);	/* an object */

/* A list: begin, each row, end.  For people: only rows are printed. */
void list_begin(const struct cli *);
void list_row(const struct cli *, bool *first, struct str row);
void list_end(const struct cli *);

/* Pairs of a row; "" if it is not there. */
struct str row_get(struct str row, const char *key);
uint64_t row_number(struct str row, const char *key);

/* Left-aligned, cut never, padded to width columns. */
void put_cell(struct str, int width);

void size_text(uint64_t octets, char out[16]);		/* "1.4 GB" */
void date_text(uint64_t seconds, char out[16]);		/* "2027-03-01" */
void span_text(const struct cli *, uint64_t seconds, char out[32]);

/* queue_list.c: the state of a row of a queue, in words */
const char *queue_state(const struct cli *, struct str row);

void flush(struct buf *);	/* to standard output; freed */

/* --- tls_expiry.c --------------------------------------------------------- */

/* A row: tls, the file; expires, seconds since 1970.  false: nothing known. */
bool tls_expiry(const struct cli *, struct buf *row);

/* --- program.c: the roles' own programs ---------------------------------- */

struct stat;

/* Where it is: libexec/ROLE, or libexec/ROLE/ROLE as a build has it. */
void program_path(const struct cli *, const char *role,
    char path[FILE_NAME_MAX]);

/* Run it with up to three arguments (NULL: the end), as the owner of a folder
 * if we are root and owner is not NULL.  Its exit status; -1: it could not be
 * started. */
int program_run(const struct cli *, const char *role, const struct stat *owner,
    const char *a, const char *b, const char *c);

/* --- secret.c: passwords and what the store keeps of them ---------------- */

enum {
	PASSWORD_MAX = 256,
	PASSWORD_MIN = 8,
	SCRAM_ROUNDS = 10000,
};

/* 140 random bits as seven groups of four letters and digits. */
bool password_make(char out[PASSWORD_MAX + 1]);

/* The first line of a file, or of standard input ("-").  0, or it was said. */
int password_read(struct cli *, const char *file, char out[PASSWORD_MAX + 1]);

/* Puts salt, iterations, stored_key and server_key (RFC 5802 3, SHA-256). */
bool password_verifier(struct buf *args, struct str password);
bool password_verifier_of(struct buf *args, struct str password,
    struct str salt, unsigned rounds);

/* The two together: from file, or made (then *made).  0 or it was said. */
int password_take(struct cli *, const char *file, struct buf *args,
    char out[PASSWORD_MAX + 1], bool *made);

/* Tell a made password, once. */
void password_tell(struct cli *, const char *name,
    const char password[PASSWORD_MAX + 1]);

/* --- pair.c, qr.c: codes for pairing ------------------------------------- */

struct pli_code;

/* A new code for this box: its https, and a token of which args gets the hash.
 * 0, or it was said. */
int pair_begin(struct cli *, struct pli_code *, struct buf *args);

/* Of the row that came back: the code as text and QR, shown once. */
struct pair_made {
	char name[256];
	size_t name_len;
	uint64_t expires;
};
void pair_row(struct cli *, void *made, struct str row);
int pair_tell(struct cli *, struct pli_code *, const struct pair_made *);

/* Half blocks for a terminal; false: it does not fit a QR. */
bool qr_print(struct str text);

/* --- certfile.c ----------------------------------------------------------- */

/* A sealed memfd with the file ("-": standard input); -1: it was said. */
int cert_open(struct cli *, const char *file);

#endif
