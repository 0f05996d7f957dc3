/*
 * jmap_submission.h - a letter goes out: RFC 8621, 7.
 *
 *	jmap_letter.c		what it says: an email as it is stored, or an
 *				upload
 *	jmap_envelope.c		who sends it, to whom
 *	jmap_send.c		on its way, by what box/submit does (submit/):
 *				on the owner's side it is encrypted there
 *	jmap_submission_set.c	these three, one after the other
 *	jmap_submission_get.c	what the store has kept of it
 */
#ifndef HTTPD_JMAP_SUBMISSION_H
#define HTTPD_JMAP_SUBMISSION_H

#include "jmap_email.h"
#include "submit/submit.h"

/* Functions that give a json_t give a SetError, or NULL when all is well. */

/* jmap_letter.c */
struct letter {
	struct str text, header;
	uint64_t email, thread;		/* 0: an upload's, of no email */
	bool mapped;
	bool clear;			/* pliClear: it may go so */
	struct email_open open;
};

/* object: of EmailSubmission/set.  Then letter_end, whatever came. */
json_t *letter_begin(struct jmap *, json_t *object, struct letter *);
void letter_end(struct letter *);

/* jmap_envelope.c: *out is a new Envelope: the one that was given, or one that
 * follows from the header, from the identity's address. */
json_t *envelope_take(json_t *given, struct str header, const char *identity,
    json_t **out);
/* One of its addresses, as the command that says it: MAIL FROM, RCPT TO.
 * false: it cannot be said. */
bool envelope_command(json_t *address, bool sender, struct buf *line,
    struct smtp_cmd *);

/* jmap_send.c */
json_t *letter_send(struct jmap *, const struct letter *, json_t *envelope,
    uint64_t id, uint64_t identity);
/* May the account send as this address? */
json_t *letter_may_send(struct jmap *, const char *email);

/* jmap_identity.c: false: there is no such identity, or j->error is set.
 * *address: a new string. */
bool identity_find(struct jmap *, json_t *id, uint64_t *number,
    json_t **address);

/* jmap_submission_get.c: the object, all properties; NULL: there is none, or
 * j->error is set.  A new reference. */
json_t *submission_object(struct jmap *, uint64_t id);

#endif
