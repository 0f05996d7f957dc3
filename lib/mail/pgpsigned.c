/* pgpsigned.c - what was signed, and by what. */

#include "mail/pgpsigned.h"

#include "mail/bodies.h"
#include "mail/mime.h"

static bool
is_openpgp(const struct mime_part *p, struct arena *arena)
{
	struct str protocol, charset;

	return mime_is(p, STR("multipart"), STR("signed")) &&
	    p->children == 2 && param_get(&p->type, STR("protocol"), arena,
	    &protocol, &charset) && str_eq_nocase(protocol,
	    STR("application/pgp-signature")) && mime_is(mime_child(p, 2),
	    STR("application"), STR("pgp-signature"));
}

static bool
find(struct str text, struct arena *arena, struct str *part,
    const struct mime_part **signature)
{
	const struct mime_part *first;
	struct mime m;

	*part = text;
	if (!mime_parse(&m, text, arena) || !is_openpgp(m.root, arena))
		return false;
	first = mime_child(m.root, 1);
	*part = (struct str){ first->header.ptr, (size_t)(first->body.ptr +
	    first->body.len - first->header.ptr) };
	*signature = mime_child(m.root, 2);
	return true;
}

bool
pgpsigned_find(struct str text, struct arena *arena, struct str *part)
{
	const struct mime_part *signature;

	return find(text, arena, part, &signature);
}

static bool
is_in_line(unsigned char c)
{
	return c != '\n';
}

static void
put_lines(struct str text, struct buf *out)
{
	while (text.len > 0) {
		struct str line = str_take_while(&text, is_in_line);

		buf_add(out, line);
		if (!str_take_byte(&text, '\n'))
			return;
		if (line.len == 0 || line.ptr[line.len - 1] != '\r')
			buf_byte(out, '\r');
		buf_byte(out, '\n');
	}
}

bool
pgpsigned_take(struct str text, struct arena *arena, struct buf *over,
    struct buf *signature)
{
	const struct mime_part *of;
	struct str part;

	if (!find(text, arena, &part, &of))
		return false;
	put_lines(part, over);
	bodies_decode(of, signature);
	return !over->failed && !signature->failed;
}
