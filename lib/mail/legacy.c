/* legacy.c - what is repeated in the text for other readers. */

#include "mail/legacy.h"

#include "base/ascii.h"

static struct str
parameter(const struct mime_part *p, struct str name, struct arena *arena)
{
	struct str value, charset;

	return param_get(&p->type, name, arena, &value, &charset) ? value :
	    STR("");
}

bool
legacy_is_marked(const struct mime_part *root, const struct mime_part *p,
    struct arena *arena)
{
	struct str hp = parameter(root, STR("hp"), arena);

	return (str_eq_nocase(hp, STR("cipher")) ||
	    str_eq_nocase(hp, STR("clear"))) && str_eq(parameter(p,
	    STR("hp-legacy-display"), arena), STR("1"));
}

static bool
is_in_line(unsigned char c)
{
	return c != '\n';
}

static bool
is_blank(unsigned char c)
{
	return is_wsp(c) || c == '\r';
}

struct str
legacy_skip(struct str text)
{
	struct str rest = text;

	while (rest.len > 0) {
		struct str line = str_take_while(&rest, is_in_line);

		if (!str_take_byte(&rest, '\n'))
			break;
		(void)str_take_while(&line, is_blank);
		if (line.len == 0)
			return rest;
	}
	return text;
}
