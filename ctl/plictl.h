/*
 * plictl.h - what the verbs of plictl share, besides lib/cli.
 */
#ifndef CTL_PLICTL_H
#define CTL_PLICTL_H

#include "cli/cli.h"
#include "cli/imap.h"

#define CONTROL_SOCKET "/run/plid/control.sock"

struct ctl {
	struct cli cli;		/* first: ctl_of */
	const char *prefix;	/* "" or a folder */
	char prefix_room[FILE_NAME_MAX];
	const char *socket;	/* NULL: PREFIX CONTROL_SOCKET */
};

static inline const char *
prefix_of(const struct cli *c)
{
	return ((const struct ctl *)(const void *)c)->prefix;
}

extern const struct verb verb_user_add, verb_user_list, verb_user_show,
    verb_user_remove, verb_user_password, verb_user_cert, verb_user_quota,
    verb_user_pair, verb_user_device,
    verb_alias_add, verb_alias_list, verb_alias_remove,
    verb_queue_list, verb_queue_show, verb_queue_retry, verb_queue_hold,
    verb_queue_cancel, verb_import, verb_export, verb_dkim_show,
    verb_status, verb_log,
    verb_check_conf, verb_check_store, verb_repair_store, verb_reload;

/* size.c: "500M", "2G", "none" (0); false: not a size. */
bool args_size(const char *, uint64_t *octets);

/* refusal.c: what c->end refuses, its word and what it is about. */
int say_refusal(const struct cli *, enum verdict, const char *subject);

/* listener.c: where the box speaks IMAP, with TLS if it can; 0, or it was
 * said. */
int listener_find(const struct cli *, struct imap_at *);

/* queue_list.c: the state of a row of a queue, in words */
const char *queue_state(const struct cli *, struct str row);

/* --- tls_expiry.c --------------------------------------------------------- */

/* A row: tls, the file; expires, seconds since 1970.  false: nothing known. */
bool tls_expiry(const struct cli *, struct buf *row);

/* --- program.c: the roles' own programs ---------------------------------- */

struct stat;

/* Run it with up to three arguments (NULL: the end), as the owner of a folder
 * if we are root and owner is not NULL.  Its exit status; -1: it could not be
 * started. */
int program_run(const struct cli *, const char *role, const struct stat *owner,
    const char *a, const char *b, const char *c);

/* --- password.c ----------------------------------------------------------- */

enum { PASSWORD_MIN = 8 };

/* From a file, or made (then *made); its verifier goes to args.  0, or it was
 * said. */
int password_take(struct cli *, const char *file, struct buf *args,
    char out[PASSWORD_MAX + 1], bool *made);

/* Tell a made password, once. */
void password_tell(struct cli *, const char *name,
    const char password[PASSWORD_MAX + 1]);

/* --- pair.c: codes for pairing ------------------------------------- */

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

/* --- certfile.c ----------------------------------------------------------- */

/* A sealed memfd with the file ("-": standard input); -1: it was said. */
int cert_open(struct cli *, const char *file);

#endif
