/*
 * smtp_serve.h - a session of port 25 or of submission, from the greeting to
 * the end.
 *
 * For the children of mx, mxtls and submit.  It drives proto/smtp_session over
 * a stream, and smtp_mail for the messages.  All memory is static or bounded;
 * nothing of a message but its header is in memory as a whole.
 */
#ifndef ROLE_SMTP_SERVE_H
#define ROLE_SMTP_SERVE_H

#include "proto/smtp_session.h"
#include "role/master.h"
#include "role/smtp_mail.h"
#include "role/stream.h"

enum {
	SMTP_IDLE_MS = 5 * 60 * 1000,		/* RFC 5321, 4.5.3.2.7 */
	SMTP_SESSION_MS = 60 * 60 * 1000,
	SMTP_ERRORS_MAX = 30,
	SMTP_COMMANDS_MAX = 1000,	/* without a message delivered */
	SMTP_DRAIN_MAX = 64 << 20,	/* octets read of what is refused, in
					   the hope of its end */
};

/* A handshake that is done. */
struct smtp_tls {
	const struct stream_ops *ops;
	void *ctx;
	const char *version, *cipher;
};

/* What a service has of its own. */
struct smtp_port {
	enum smtp_service service;
	unsigned with;			/* SMTP_WITH_… */
	int login_ms;			/* who has not logged in by then goes;
					   0: nobody logs in */
	const struct smtp_mail_ops *mail;	/* NULL: port 25 */
	/* lines of the answer to EHLO, each after CRLF and "250-" */
	void (*offer)(struct buf *, bool tls);
	/* AUTH [AUTHED] */
	enum smtp_answer (*auth)(struct child *, struct stream *,
	    const struct smtp_tls *, struct str arg);
};

extern const struct smtp_port smtp_port_mx;

/* The exit status of the child: 0, or CHILD_HAND_OVER after the 220 to
 * STARTTLS: then the socket is still open.  tls NULL: in clear. */
int smtp_serve(struct role *, struct child *, const struct smtp_port *,
    const struct smtp_tls *tls);

#endif
