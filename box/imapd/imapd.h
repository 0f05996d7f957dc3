/*
 * imapd.h - one IMAP connection, and the commands it may give.
 *
 * Each command is a file, cmd_NAME.c.  Its function takes the arguments apart,
 * does the work, puts untagged answers, and returns the tagged one without its
 * tag: "OK Done", "NO [UNAVAILABLE] …", "BAD …".  The text lives as long as
 * the command's arena.  NULL: the answer has been given.  Whether a command is
 * permitted at all is proto/imap_session.c's, and known when it is called.
 */
#ifndef IMAPD_H
#define IMAPD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ipc/msg_session.h"
#include "mailbox.h"
#include "os/tls.h"
#include "proto/imap_cmd.h"
#include "proto/imap_session.h"
#include "role/master.h"
#include "role/stream.h"

enum {
	COMMAND_MAX = 64 * 1024 - 1,	/* octets, with literals */
	COMMAND_EARLY_MAX = 8192,	/* before login */
	COMMAND_ARENA_MAX = 2 << 20,
	LITERAL_SKIP_MAX = 16 << 20,	/* refused, but read */
	OUT_MAX = 16 << 20,		/* of answers that wait */
	OUT_FLUSH = 128 * 1024,
	LOGIN_MS = 180 * 1000,		/* from connection to login */
	WRITE_MS = 300 * 1000,
	IDLE_MS = 30 * 60 * 1000,	/* RFC 3501, 5.4 */
	FAILURES_MAX = 10,		/* logins, or bad commands in a row */
};

struct imap {
	struct role *role;
	struct child *child;
	struct tls_ctx *tls_ctx;	/* NULL: no TLS to be had */
	struct tls *tls;
	struct stream stream;
	enum imap_state state;
	char tag[IMAP_TAG_MAX];
	size_t tag_len;
	struct arena arena;		/* of one command */
	struct buf out;
	int reader, writer;		/* the store's, after login */
	struct mailbox box;		/* selected */
	struct mailbox_kept kept;
	uint64_t group;			/* the last that APPEND has passed on */
	bool condstore, qresync;	/* RFC 7162, 3.1 and 3.2.3 */
	bool utf8;			/* names are: RFC 6855 */
	unsigned failures;
	const char *bye;		/* why it ends; NULL: it goes on */
	bool mute;			/* it ends within a literal: no more */
};

typedef const char *imap_cmd_fn(struct imap *, const struct imap_cmd *);

imap_cmd_fn cmd_capability, cmd_noop, cmd_logout, cmd_starttls, cmd_login,
    cmd_authenticate, cmd_list, cmd_lsub, cmd_status, cmd_select, cmd_idle,
    cmd_check, cmd_close, cmd_unselect, cmd_fetch, cmd_store, cmd_expunge,
    cmd_uid_expunge, cmd_append, cmd_copy, cmd_search,
    cmd_create, cmd_delete,
    cmd_rename, cmd_subscribe, cmd_id, cmd_namespace, cmd_getquota,
    cmd_getquotaroot, cmd_enable;

/* Answers that several commands have. */
extern const char reply_syntax[], reply_unavailable[], reply_no_mailbox[],
    reply_no_message[], reply_too_big[];

/* session.c: from greeting to the end; the child's exit status. */
int imap_serve(struct imap *, struct role *, struct child *,
    struct tls_ctx *);

/* What waits goes out when it is much, or at once. */
void imap_put_more(struct imap *);
void imap_flush(struct imap *);

/* Give memory back before a long wait. */
void imap_rest(struct imap *);

void imap_put_capabilities(struct imap *);

/* tls.c */
bool imap_begin_tls(struct imap *);

/* input.c: the next command, copied into the arena, without its CRLF.  false:
 * there is none, and s->bye may say why; or it was refused (*line is empty
 * then, and the answer is out). */
bool imap_next(struct imap *, struct str *line);

/* The rest of a command whose literal of n octets is refused, if it comes
 * unasked.  false: the connection is over. */
bool imap_skip_command(struct imap *, uint64_t n, bool plus);

/* The stream has ended: what is said to the client, if it still listens. */
void imap_why_ended(struct imap *);

/* One line of an exchange within a command, without its CRLF; lives until the
 * next read. */
bool imap_line(struct imap *, size_t max, struct str *line);

/* A reply with a number in it, in the arena. */
const char *imap_text(struct imap *, const char *before, uint64_t,
    const char *after);
/* A reply that has been put together; the buf is freed. */
const char *imap_text_of(struct imap *, struct buf *);

/* "TAG text CRLF" */
void imap_reply(struct imap *, const char *text);

#endif
