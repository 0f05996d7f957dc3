/*
 * imap.h - plictl as an IMAP client of its own box, for import and export.
 *
 * It logs in over loopback as USER/plictl-PID, with a password that is made
 * for this one run and removed at its end.  So import and export are held to
 * what any client is: the session sees one account, mail of a sealed account
 * is sealed as it comes, and nothing else of the box learns of mail.
 */
#ifndef CTL_IMAP_H
#define CTL_IMAP_H

#include <openssl/ssl.h>

#include "plictl.h"

enum {
	IMAP_LINE_MAX = 1 << 20,	/* an answer with its literals */
	IMAP_DEVICE_MAX = 32,
};

typedef bool imap_sink(void *ctx, struct str octets);

struct imap {
	struct cli *c;
	const char *user;
	char device[IMAP_DEVICE_MAX];
	bool made;		/* the password is there */
	SSL_CTX *tls_ctx;
	SSL *tls;		/* NULL: a listener in clear */
	int fd;
	unsigned tag;
	struct buf in;		/* received and not looked at */
	struct buf line;	/* the answer at hand */
	imap_sink *sink;	/* where the next literal goes; NULL: line */
	void *sink_ctx;
};

enum imap_said {
	IMAP_ROW,		/* "* …": the line without that */
	IMAP_GO_ON,		/* "+ …" */
	IMAP_OK, IMAP_NO,	/* the command's end; its text */
	IMAP_CUT,		/* the connection is lost; nothing was said */
};

/* 0, or it was said. */
int imap_open(struct imap *, struct cli *, const char *user);
void imap_close(struct imap *);

/* A command without its line end, and octets as they are. */
bool imap_begin(struct imap *, struct str command);
bool imap_put(struct imap *, struct str);

/* The next answer; *line is borrowed until the next call. */
enum imap_said imap_next(struct imap *, struct str *line);

/* A whole command; row (or NULL) gets each untagged answer. */
typedef void imap_row(void *ctx, struct str line);
enum imap_said imap_do(struct imap *, struct str command, imap_row *, void *);

/* Append a quoted string. */
void imap_quote(struct buf *, struct str);

/* "22-Feb-2008 17:06:23 +0000", as INTERNALDATE has it. */
bool imap_date(struct str, int64_t *seconds);
void imap_put_date(struct buf *, int64_t seconds);

/* What follows WORD in a row, to its end; empty: it is not there. */
struct str imap_after(struct str row, const char *word);

/* A quoted string, a literal or an atom at the front of *in. */
bool imap_take_string(struct str *in, struct buf *out);

#endif
