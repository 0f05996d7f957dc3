/*
 * mail.h - the mail in the mirror, by JMAP over loopback.
 *
 * What answers is home's own httpd, under a login that is made for this one
 * run.  What the messages say is foreign all the same: it reaches a terminal
 * through put_cell and put_line alone.
 */
#ifndef PLI_MAIL_H
#define PLI_MAIL_H

#include <jansson.h>

#include "cli/imap.h"
#include "home/loop.h"
#include "pli.h"

enum {
	MAIL_ANSWER_MAX = 64 << 20,
	MAIL_IDS_MAX = 500,		/* what one list shows at most */
	MAIL_PATH_MAX = 2048,
};

struct mail {
	struct pli *p;
	struct run_credential run;
	struct loop loop;
	struct buf text;		/* of the last answer */
	char account[64];
	json_t *reply;			/* what mail_call gave lies in it */
	json_t *boxes;			/* Mailbox/get's list */
};

/* 0, or it was said.  mail_close is due in any case. */
int mail_open(struct mail *, struct pli *);
void mail_close(struct mail *);

/* One method; args is stolen.  The arguments of its response, borrowed until
 * the next; NULL: it was said. */
json_t *mail_call(struct mail *, const char *method, json_t *args);

/* GET (body.ptr NULL) or POST; into m->text.  0, or it was said. */
int mail_octets(struct mail *, const char *path, const char *type,
    struct str body);
/* The path of a blob. */
void mail_blob_path(const struct mail *, const char *blob,
    char path[MAIL_PATH_MAX]);

/* Into m->boxes; 0, or it was said. */
int mail_boxes(struct mail *);
/* Its id, by role, by path ("Lists/pli") or by name; NULL: there is none. */
const char *mail_box(const struct mail *, const char *name);

/* "Anna Roux" or the address; of the first of a list. */
struct str mail_who(const json_t *people);

/* --- rows.c: what list and search print --- */

/* A number of rows; false: it was said.  NULL: as it was. */
bool rows_most(struct cli *, const char *text, unsigned *most);

/* The newest of what fits the filter (stolen), as rows or as JSON. */
int rows_put(struct mail *, json_t *filter, unsigned most);

/* --- query.c: the operators of a search; the webmail has the same --- */

/* A word of the command line; adds to conditions.  boxes as m->boxes. */
void query_add(json_t *conditions, struct str word, const struct mail *);
/* All of them as one filter; NULL: nothing is asked for. */
json_t *query_filter(json_t *conditions, const struct mail *);

/* --- read.c --- */

/* What protected it, in words; nothing if nothing is known. */
void protection_words(const struct cli *, struct str status, struct buf *);

/* --- save.c --- */

/* A name that is safe in a folder, whatever a message says; 255 octets. */
void safe_name(struct str said, char out[256]);

#endif
