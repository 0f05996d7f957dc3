/*
 * jmap_email.h - one email: where it is, what it says.  RFC 8621, 4.
 */
#ifndef HTTPD_JMAP_EMAIL_H
#define HTTPD_JMAP_EMAIL_H

#include "jmap.h"
#include "mail/mime.h"

enum { EMAIL_BLOB_LEN = 32, EMAIL_PREVIEW = 256 };

struct email {
	uint64_t id, thread, mailbox;
	uint32_t uid, flags;
	uint64_t modseq, size, date;
	uint32_t head_len;
};

/* The keywords of the mailbox that was looked at last. */
struct email_keywords {
	uint64_t mailbox;		/* 0: none */
	struct buf text;
	struct str name[KEYWORDS_MAX];
	size_t n;
};

/* An email opened: text and parts. */
struct email_open {
	struct buf text;		/* all of it, or its header */
	struct arena arena;
	struct mime mime;
	bool whole;
};

/* jmap_email_find.c: those that there are, in any order; *found of them.  out
 * has room for n. */
bool email_find(struct jmap *, const uint64_t *ids, size_t n,
    struct email *out, size_t *found);
/* One; false: there is none, or j->error is set. */
bool email_find_one(struct jmap *, uint64_t id, struct email *);

bool email_learn_keywords(struct jmap *, struct email_keywords *,
    uint64_t mailbox);
json_t *email_keywords_json(const struct email_keywords *, uint32_t flags);
/* "$seen" …: a bit, or 0. */
uint32_t email_system_flag(struct str keyword);

/* Then email_close, whatever it said.  false: gone, or too many parts. */
bool email_open(struct jmap *, const struct email *, bool whole,
    struct email_open *);
void email_close(struct email_open *);

/* jmap_email_query.c: an Email filter as the store takes it; then buf_free,
 * whatever it said. */
bool email_filter(struct jmap *, json_t *filter, struct buf *out);

/* jmap_header.c: "header:Name:asForm:all", and the properties that stand for
 * such; NULL: there is no such property. */
bool email_is_header(const char *property);
json_t *email_header(struct str header, const char *property);
json_t *email_headers(struct str header);

/* jmap_part.c: body parts. */
struct email_body {
	json_t *properties;		/* of parts; NULL: the default ones */
	bool text, html, all;		/* values wanted */
	int64_t max;			/* octets of a value; 0: any */
};
bool email_is_part_property(const char *);
void email_put_bodies(const struct email *, const struct email_open *,
    const struct email_body *, json_t *properties, json_t *out);
/* The part with that number, from 1. */
const struct mime_part *email_part(const struct email_open *, uint64_t n);

void email_blob(char out[EMAIL_BLOB_LEN], const struct email *,
    uint64_t part);

/* Of a blob id: an upload's or an email's number, and which part. */
struct email_blob_id {
	uint64_t upload, email, part;	/* part 0: all of it */
};
bool email_blob_parse(const char *, struct email_blob_id *);

/* jmap_bring.c: a message into a mailbox, sealed for who has a certificate.
 * NULL: *made says where; else a SetError. */
struct email_bring {
	uint64_t mailbox, date;
	uint32_t flags;
	struct str keywords;		/* packed */
	struct str text;
};
json_t *email_bring(struct jmap *, const struct email_bring *,
    struct email *made);

/* jmap_compose.c: a message; NULL, or a SetError.  Then buf_free either
 * way. */
json_t *email_compose(struct jmap *, json_t *object, struct buf *);

/* jmap_blob.c: what was uploaded; false: there is none such. */
bool blob_map(struct jmap *, uint64_t upload, struct str *text);
/* What was uploaded and then imported as this email. */
bool blob_map_email(struct jmap *, uint64_t email, struct str *text);
void blob_unmap(struct str text);

#endif
