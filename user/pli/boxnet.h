/*
 * boxnet.h - one question to the box, asked in a process of its own.
 *
 * The box's answer is foreign, and this program has had a passphrase: so a
 * child reads it, in a sandbox, with the record and the question and nothing
 * else.  What the child makes of the answer (job.take) is bytes for us, which
 * are looked at again.  The box is known by its TLS key; where the record names
 * an identity key, that may speak for a newer one.
 */
#ifndef PLI_BOXNET_H
#define PLI_BOXNET_H

#include "home/record.h"
#include "pli.h"

struct json_t;

enum { BOX_ANSWER_MAX = 32768, PIN_TEXT = 44 };	/* base64 of 32 octets */

enum box_method { BOX_GET, BOX_POST, BOX_DELETE };

struct box_job {
	struct record record;		/* user "": nobody logs in */
	enum box_method method;
	struct str path, body;		/* JSON */
	bool newest;			/* the record is to be of today, too */
	/* In the child: what the box said is for us to have; false: it makes no
	 * sense. */
	bool (*take)(const struct box_job *, const struct json_t *said,
	    struct buf *out);
};

/* What take has made of it; or it was said: the texts pair-WORD. */
int box_ask(struct pli *, const struct box_job *, struct buf *got);

/* The records of the container, asked of the agent in p->chan; or it was
 * said. */
int box_record(struct pli *, struct record *);

#endif
