/*
 * imap.h - the programs as IMAP clients, for import and export.
 *
 * Of their own box they are one over loopback, as USER/PROGRAM-PID, with a
 * password that is made for this one run and removed at its end.  So import
 * and export are held to what any client is: the session sees one account,
 * mail of a sealed account is sealed as it comes, and nothing else of the box
 * learns of mail.
 */
#ifndef CLI_IMAP_H
#define CLI_IMAP_H

#include <netinet/in.h>

#include "cli/cli.h"
#include "os/tls_client.h"

enum {
	IMAP_LINE_MAX = 1 << 20,	/* an answer with its literals */
	DEVICE_NAME_MAX = 32,
	LOGIN_MAX = 512,
};

/* A password of this run's own, of the box that control is of. */
struct run_credential {
	const char *user;
	char device[DEVICE_NAME_MAX];
	char login[LOGIN_MAX];
	char password[PASSWORD_MAX + 1];
	bool made;
};

/* 0, or it was said.  The end is due whatever begin answered. */
int run_credential(struct run_credential *, struct cli *, const char *user);
void run_credential_end(struct run_credential *, struct cli *);

typedef bool imap_sink(void *ctx, struct str octets);

struct imap {
	struct cli *c;
	const char *user;
	struct run_credential run;
	struct tls_client *client;
	struct tls *tls;	/* NULL: in clear */
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

/* Where the own box listens. */
struct imap_at {
	char address[INET6_ADDRSTRLEN];
	uint16_t port;
	bool clear;
};

/* A session with it: 0, or it was said.  imap_close is due in any case. */
int imap_open(struct imap *, struct cli *, const struct imap_at *,
    const char *user);
void imap_close(struct imap *);

/* Any session: buffers; then tls and fd are the caller's to set, and end
 * closes them. */
void imap_begin_session(struct imap *, struct cli *, const char *user);
void imap_end_session(struct imap *);

/* Takes the greeting, then LOGIN. */
enum imap_said imap_login(struct imap *, const char *user,
    const char *password);

/* A command without its line end, and octets as they are. */
bool imap_begin(struct imap *, struct str command);
bool imap_put(struct imap *, struct str);

/* The next answer; *line is borrowed until the next call.  end: the next that
 * is no row. */
enum imap_said imap_next(struct imap *, struct str *line);
enum imap_said imap_end(struct imap *, struct str *line);

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
