/*
 * param.h - "type/subtype; name=value; …" of Content-Type and its kin.
 *
 * Pure.  RFC 2045, 5.1; RFC 2183; RFC 2231.  Comments and folds are skipped.
 * Real mail is sloppy, so: a missing semicolon, an empty parameter, a value
 * with blanks or tspecials in it (up to the semicolon) are taken; what makes
 * no sense at all is skipped to the next semicolon; a quote without an end
 * ends with the value.
 */
#ifndef MAIL_PARAM_H
#define MAIL_PARAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

enum {
	PARAMS_MAX = 100,		/* of one field; more are dropped */
	PARAM_SECTIONS_MAX = 100,	/* name*0 … name*99 */
};

struct param {
	struct str name;	/* as sent: "filename*0*" */
	struct str value;	/* without its quotes, escapes still in */
	bool escaped;		/* there are some: see param_value */
};

/* A whole field, taken apart.  The arrays live in the arena, the strings in
 * it or in the field. */
struct param_field {
	struct str type;	/* "multipart"; of a disposition "inline" */
	struct str subtype;	/* "mixed" */
	struct param *param;	/* in the order sent; values unescaped */
	size_t params;
};

/* Takes "token" or "token / token" off *in; subtype may be NULL: none is
 * looked for.  *in is then at the parameters. */
bool param_take_type(struct str *in, struct str *type, struct str *subtype);

/* The next parameter; false: no more. */
bool param_next(struct str *in, struct param *);

/* Skip blanks, line ends and comments at the start. */
void param_skip_cfws(struct str *in);

/* Skip one comment, at whose "(" *in is; to the end if it has none. */
void param_skip_comment(struct str *in);

/* Takes a whole field apart.  false: there is no (sub)type in it, it is as if
 * the field were not there; or, with *full set, the arena is. */
bool param_field_parse(struct param_field *, struct str value,
    bool has_subtype, struct arena *, bool *full);

/* The value of the parameter `name`, sections put together, percents decoded;
 * *charset is what it says (RFC 2231), or empty.  The octets are as sent, in
 * that charset.  false: there is none, or the arena is full. */
bool param_get(const struct param_field *, struct str name, struct arena *,
    struct str *value, struct str *charset);

#endif
