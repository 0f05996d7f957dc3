/* text.c - what of a message can be found. */

#include "html/html.h"
#include "open.h"

static void
put_part(struct open *o, const struct mime_part *p)
{
	bool legacy = open_is_legacy(o, p);
	struct buf text;

	if (!str_eq_nocase(p->type.type, STR("text")))
		return;
	buf_init(&text, OPEN_PART_MAX);
	charset_text(p, &o->arena, &text);
	if (mime_is(p, STR("text"), STR("html")))
		(void)html_text(buf_str(&text), legacy, &o->out);
	else
		buf_add(&o->out, legacy ? legacy_skip(buf_str(&text)) :
		    buf_str(&text));
	buf_byte(&o->out, '\n');
	buf_free(&text);
}

static void
put_name(struct open *o, const struct mime_part *p)
{
	struct str name = bodies_name(p, &o->arena);

	if (name.len == 0)
		return;
	buf_add(&o->out, name);
	buf_byte(&o->out, '\n');
}

bool
open_text(struct open *o)
{
	for (size_t i = 0; i < o->bodies.text.n; i++)
		put_part(o, o->bodies.text.part[i]);
	for (size_t i = 0; i < o->bodies.attached.n; i++) {
		put_name(o, o->bodies.attached.part[i]);
		put_part(o, o->bodies.attached.part[i]);
	}
	return !o->out.failed;
}
