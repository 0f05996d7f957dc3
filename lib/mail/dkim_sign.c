/* dkim_sign.c - a DKIM-Signature field, and what it signs. */

#include "mail/dkim_sign.h"

#include "base/ascii.h"
#include "codec/base64.h"
#include "mail/dkim_canon.h"
#include "mail/header.h"

enum { WIDTH = 76, SIGNATURE_LINE = 72, NAMES_MAX = 4096 };

static const struct {
	struct str name;
	bool once;		/* a message has one at most */
} names[] = {
	{ STR_INIT("from"), true },
	{ STR_INIT("sender"), true },
	{ STR_INIT("reply-to"), true },
	{ STR_INIT("subject"), true },
	{ STR_INIT("date"), true },
	{ STR_INIT("message-id"), true },
	{ STR_INIT("to"), true },
	{ STR_INIT("cc"), true },
	{ STR_INIT("in-reply-to"), true },
	{ STR_INIT("references"), true },
	{ STR_INIT("mime-version"), true },
	{ STR_INIT("content-type"), true },
	{ STR_INIT("content-transfer-encoding"), true },
	{ STR_INIT("content-disposition"), false },
	{ STR_INIT("content-id"), false },
	{ STR_INIT("autocrypt"), false },
	{ STR_INIT("tls-required"), false },
	{ STR_INIT("resent-from"), false },
	{ STR_INIT("resent-sender"), false },
	{ STR_INIT("resent-date"), false },
	{ STR_INIT("resent-message-id"), false },
	{ STR_INIT("resent-to"), false },
	{ STR_INIT("resent-cc"), false },
	{ STR_INIT("list-id"), false },
	{ STR_INIT("list-unsubscribe"), false },
	{ STR_INIT("list-unsubscribe-post"), false },
};

static unsigned
count(struct str header, struct str name)
{
	struct header h;
	struct header_field f;
	unsigned n = 0;

	header_begin(&h, header);
	while (header_next(&h, &f))
		n += str_eq_nocase(f.name, name);
	return n;
}

/* The nth of that name from above, from 0. */
static bool
find(struct str header, struct str name, unsigned nth, struct header_field *f)
{
	struct header h;

	header_begin(&h, header);
	while (header_next(&h, f))
		if (str_eq_nocase(f->name, name) && nth-- == 0)
			return true;
	return false;
}

static bool
is_blank(unsigned char c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

static bool
is_not_colon(unsigned char c)
{
	return c != ':';
}

/* The next name of a list h=; false: there is none. */
static bool
take_name(struct str *in, struct str *name)
{
	if (in->len == 0)
		return false;
	str_take_while(in, is_blank);
	*name = str_trim_end(str_take_while(in, is_not_colon), is_blank);
	str_take_byte(in, ':');
	return true;
}

/* How often the name stands in list before the place at. */
static unsigned
times_before(struct str list, const char *at, struct str name)
{
	struct str one;
	unsigned n = 0;

	while (list.ptr < at && take_name(&list, &one))
		n += one.ptr < at && str_eq_nocase(one, name);
	return n;
}

void
dkim_content(struct buf *out, struct str header, struct str list,
    struct str value)
{
	struct str rest = list, name;
	struct header_field f;

	while (take_name(&rest, &name)) {
		unsigned before = times_before(list, name.ptr, name);
		unsigned there = count(header, name);

		if (before >= there || !find(header, name, there - 1 - before,
		    &f))
			continue;	/* named, and not there */
		dkim_canon_field(out, f.name, f.value);
		buf_add(out, STR("\r\n"));
	}
	dkim_canon_field(out, STR("DKIM-Signature"), value);
}

/* Names, with colons between them. */
static void
put_names(struct buf *out, struct str header)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		unsigned n = count(header, names[i].name);

		if (n > DKIM_TIMES_MAX)
			n = DKIM_TIMES_MAX;
		else
			n += names[i].once;
		for (; n > 0; n--) {
			if (out->len > 0)
				buf_byte(out, ':');
			buf_add(out, names[i].name);
		}
	}
}

struct line {
	struct buf *out;
	size_t column;
};

/* A piece that is not broken, after a fold where the line would be long. */
static void
put(struct line *l, bool blank, struct str piece)
{
	if (l->column + 1 + piece.len > WIDTH) {
		buf_add(l->out, STR("\r\n\t"));
		l->column = 8;
	} else if (blank) {
		buf_byte(l->out, ' ');
		l->column++;
	}
	buf_add(l->out, piece);
	l->column += piece.len;
}

static void
put_tag(struct line *l, const char *tag, struct str value)
{
	struct buf piece;

	buf_init(&piece, DKIM_FIELD_MAX);
	buf_add_c(&piece, tag);
	buf_byte(&piece, '=');
	buf_add(&piece, value);
	buf_byte(&piece, ';');
	if (piece.failed)
		l->out->failed = true;
	put(l, true, buf_str(&piece));
	buf_free(&piece);
}

/* h=, which may be broken after a colon. */
static void
put_list(struct line *l, struct str list)
{
	bool first = true;

	while (list.len > 0) {
		struct str name = str_take_while(&list, is_not_colon);
		struct buf piece;

		buf_init(&piece, 128);
		if (first)
			buf_add(&piece, STR("h="));
		buf_add(&piece, name);
		buf_byte(&piece, str_take_byte(&list, ':') ? ':' : ';');
		put(l, first, buf_str(&piece));
		buf_free(&piece);
		first = false;
	}
}

static void
put_field(const struct dkim_sign *s, struct str list, struct buf *out)
{
	struct line l = { out, 0 };
	char hash[64];
	struct buf number;

	buf_init(&number, 32);
	buf_add_u64(&number, s->time);
	put(&l, false, STR("DKIM-Signature: v=1;"));
	put_tag(&l, "a", s->algorithm);
	put_tag(&l, "c", STR("relaxed/relaxed"));
	put_tag(&l, "d", s->domain);
	put_tag(&l, "s", s->selector);
	put_tag(&l, "t", buf_str(&number));
	put_list(&l, list);
	put_tag(&l, "bh", (struct str){ hash, base64_encode(hash,
	    (struct str){ (const char *)s->body_hash, DKIM_HASH }) });
	buf_add(out, STR("\r\n\tb="));
	buf_free(&number);
}

bool
dkim_sign_begin(const struct dkim_sign *s, struct str header,
    struct buf *field, struct buf *content)
{
	struct buf list;
	struct str value;
	size_t start = field->len, skip = sizeof("DKIM-Signature:") - 1;
	bool made;

	buf_init(&list, NAMES_MAX);
	put_names(&list, header);
	put_field(s, buf_str(&list), field);
	made = !list.failed && !field->failed;
	if (made) {
		value = (struct str){ field->ptr + start + skip,
		    field->len - start - skip };
		dkim_content(content, header, buf_str(&list), value);
		made = !content->failed;
	}
	buf_free(&list);
	return made;
}

void
dkim_sign_end(struct buf *field, struct str signature)
{
	enum { PIECE = SIGNATURE_LINE / 4 * 3 };

	while (signature.len > 0) {
		struct str piece = signature;
		char *room;

		if (piece.len > PIECE)
			piece.len = PIECE;
		room = buf_room(field, base64_encoded_len(piece.len));
		if (room == NULL)
			return;
		buf_grow(field, base64_encode(room, piece));
		signature.ptr += piece.len;
		signature.len -= piece.len;
		buf_add(field, signature.len > 0 ? STR("\r\n\t") : STR(""));
	}
	buf_add(field, STR("\r\n"));
}
