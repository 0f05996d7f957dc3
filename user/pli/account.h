/*
 * account.h - another IMAP account, read by a process of its own.
 *
 * What its server says is foreign.  So a child speaks to it: in a sandbox,
 * with the account's password and nothing else, forked before there is a
 * session with the mirror.  It tells what it finds over a socket pair, in
 * records that are drawn here; who reads them takes nothing in them for
 * granted but their form.
 *
 *	child		parent
 *	ERROR word text			it is over
 *	BOX, MAIL for each in it	WANT: an octet for each MAIL, 'y' or 'n'
 *	TEXT …, DONE for each wanted
 *	END				that was all
 */
#ifndef PLI_ACCOUNT_H
#define PLI_ACCOUNT_H

#include "cli/boxes.h"
#include "pli.h"

enum {
	ACCOUNT_USER_MAX = 255,
	ACCOUNT_HOST_MAX = 255,
	ACCOUNT_RECORD_MAX = 65536,	/* octets of one record */
	ACCOUNT_MAIL_MAX = 256 << 20,	/* of one message */
};

/* imaps://USER@HOST[:PORT][/]; USER may hold "@", and octets as %40. */
struct account_url {
	char user[ACCOUNT_USER_MAX + 1];
	char host[ACCOUNT_HOST_MAX + 1];
	unsigned port;
};

bool account_url(struct str, struct account_url *);

enum account_kind { ACCOUNT_ERROR = 1, ACCOUNT_BOX, ACCOUNT_MAIL,
    ACCOUNT_TEXT, ACCOUNT_DONE, ACCOUNT_END, ACCOUNT_KINDS };

struct account_head {
	uint32_t kind, len;		/* len octets follow */
};

struct account_box {			/* then its name, levels by "/" */
	uint32_t mails;
	uint32_t use;			/* enum box_use */
};

struct account_mail {			/* then keywords, blanks between */
	int64_t date;
	uint32_t flags;
	unsigned char key[BOX_KEY];
};

struct account_done {
	uint32_t mail;			/* which MAIL of the box */
	uint32_t whole;			/* 0: it could not be had */
};

struct account_job {
	struct account_url url;
	struct str authorities;		/* PEM; "": those of the system */
	char password[SECRET_MAX + 1];
};

/* The child: never returns.  wire: to the parent. */
_Noreturn void account_child(const struct account_job *, int wire);

#endif
