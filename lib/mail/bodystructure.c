/* bodystructure.c - the parts of a message as IMAP lists them. */

#include "mail/bodystructure.h"

#include "base/ascii.h"
#include "mail/envelope.h"
#include "mail/header.h"
#include "proto/imap_put.h"

struct putting {
	struct buf *out;
	struct arena *arena;
	struct buf *scratch;
	bool extended;
	bool full;		/* the arena is */
};

/* The fields of a part's header that are listed. */
enum field { ID, DESCRIPTION, MD5, DISPOSITION, LANGUAGE, LOCATION, FIELDS };

static const struct str names[FIELDS] = {
	[ID] = STR_INIT("Content-ID"),
	[DESCRIPTION] = STR_INIT("Content-Description"),
	[MD5] = STR_INIT("Content-MD5"),
	[DISPOSITION] = STR_INIT("Content-Disposition"),
	[LANGUAGE] = STR_INIT("Content-Language"),
	[LOCATION] = STR_INIT("Content-Location"),
};

static void
collect(struct str value[FIELDS], struct str header)
{
	struct header_field f;
	struct header h;

	for (int i = 0; i < FIELDS; i++)
		value[i] = STR("");
	header_begin(&h, header);
	while (header_next(&h, &f))
		for (int i = 0; i < FIELDS; i++)
			if (value[i].len == 0 &&
			    str_eq_nocase(f.name, names[i]))
				value[i] = f.value;
}

static void
put_text(struct putting *p, struct str value)
{
	buf_clear(p->scratch);
	header_unfold(value, p->scratch);
	imap_put_nstring(p->out, buf_str(p->scratch));
}

static void
put_params(struct putting *p, const struct param_field *f)
{
	if (f->params == 0)
		buf_add(p->out, STR("NIL"));
	for (size_t i = 0; i < f->params; i++) {
		buf_byte(p->out, i == 0 ? '(' : ' ');
		imap_put_string(p->out, f->param[i].name);
		buf_byte(p->out, ' ');
		imap_put_string(p->out, f->param[i].value);
	}
	if (f->params > 0)
		buf_byte(p->out, ')');
}

/* The default has a parameter as well: RFC 2045, 5.2. */
static void
put_type_params(struct putting *p, const struct mime_part *part)
{
	if (part->type_implied && mime_is(part, STR("text"), STR("plain")))
		buf_add(p->out, STR("(\"charset\" \"us-ascii\")"));
	else
		put_params(p, &part->type);
}

static void
put_disposition(struct putting *p, struct str value)
{
	struct param_field f;
	bool full = false;

	if (value.len == 0 ||
	    !param_field_parse(&f, value, false, p->arena, &full)) {
		p->full |= full;
		buf_add(p->out, STR("NIL"));
		return;
	}
	buf_byte(p->out, '(');
	imap_put_string(p->out, f.type);
	buf_byte(p->out, ' ');
	put_params(p, &f);
	buf_byte(p->out, ')');
}

static bool
is_tag_char(unsigned char c)
{
	return is_ldh(c);
}

/* One tag, or a list of them in parentheses (RFC 3282). */
static void
put_language(struct putting *p, struct str value)
{
	bool any = false;

	while (value.len > 0) {
		struct str tag = str_take_while(&value, is_tag_char);

		if (tag.len == 0) {
			value.ptr++;
			value.len--;
			continue;
		}
		buf_byte(p->out, any ? ' ' : '(');
		imap_put_string(p->out, tag);
		any = true;
	}
	buf_add(p->out, any ? STR(")") : STR("NIL"));
}

static void
put_extension(struct putting *p, const struct str value[FIELDS])
{
	buf_byte(p->out, ' ');
	put_disposition(p, value[DISPOSITION]);
	buf_byte(p->out, ' ');
	put_language(p, value[LANGUAGE]);
	buf_byte(p->out, ' ');
	put_text(p, value[LOCATION]);
}

static void put_body(struct putting *, const struct mime_part *);

static void
put_multipart(struct putting *p, const struct mime_part *part)
{
	struct str value[FIELDS];

	for (const struct mime_part *c = part->child; c != NULL; c = c->next)
		put_body(p, c);
	if (part->child == NULL)
		buf_add(p->out, STR("(\"text\" \"plain\" NIL NIL NIL "
		    "\"7bit\" 0 0)"));
	buf_byte(p->out, ' ');
	imap_put_string(p->out, part->type.subtype);
	if (!p->extended)
		return;
	collect(value, part->header);
	buf_byte(p->out, ' ');
	put_params(p, &part->type);
	put_extension(p, value);
}

static void
put_single(struct putting *p, const struct mime_part *part)
{
	struct str value[FIELDS];

	collect(value, part->header);
	imap_put_string(p->out, part->type.type);
	buf_byte(p->out, ' ');
	imap_put_string(p->out, part->type.subtype);
	buf_byte(p->out, ' ');
	put_type_params(p, part);
	buf_byte(p->out, ' ');
	put_text(p, value[ID]);
	buf_byte(p->out, ' ');
	put_text(p, value[DESCRIPTION]);
	buf_byte(p->out, ' ');
	imap_put_string(p->out, part->encoding.len > 0 ? part->encoding :
	    STR("7bit"));
	buf_byte(p->out, ' ');
	buf_add_u64(p->out, part->body.len);
	if (part->kind == MIME_MESSAGE) {
		buf_byte(p->out, ' ');
		envelope_put(p->out, part->child->header, p->scratch);
		buf_byte(p->out, ' ');
		put_body(p, part->child);
	}
	if (part->kind == MIME_MESSAGE ||
	    str_eq_nocase(part->type.type, STR("text"))) {
		buf_byte(p->out, ' ');
		buf_add_u64(p->out, part->lines);
	}
	if (!p->extended)
		return;
	buf_byte(p->out, ' ');
	put_text(p, value[MD5]);
	put_extension(p, value);
}

/* As deep as MIME_DEPTH_MAX, no deeper. */
static void
put_body(struct putting *p, const struct mime_part *part)
{
	buf_byte(p->out, '(');
	if (part->kind == MIME_MULTIPART)
		put_multipart(p, part);
	else
		put_single(p, part);
	buf_byte(p->out, ')');
}

bool
bodystructure_put(struct buf *out, const struct mime_part *root,
    bool extended, struct arena *a, struct buf *scratch)
{
	struct putting p = { out, a, scratch, extended, false };

	put_body(&p, root);
	return !p.full;
}
