/* conf_word.c - the words of a line of plid.conf(5). */

#include "base/conf_word.h"

#include "base/ascii.h"

enum {
	NAME_MAX_ = 253,		/* octets of a host name: RFC 1035 */
	LABEL_MAX = 63,
	PATH_MAX_ = 1024,
};

/* at is a piece of the line. */
bool
conf_fail(struct conf_reader *p, struct str at, const char *what)
{
	p->error->line = p->number;
	p->error->column = (unsigned)(at.ptr - p->line.ptr) + 1;
	p->error->what = what;
	p->error->word = at;
	return false;
}

/* Here, where something else should be. */
bool
conf_fail_here(struct conf_reader *p, const char *what)
{
	return conf_fail(p, (struct str){ p->rest.ptr, 0 }, what);
}

static bool
is_bare(unsigned char c)
{
	return is_vchar(c) ? c != '#' && c != '"' : c >= 0x80;
}

static bool
is_quoted(unsigned char c)
{
	return (is_print(c) && c != '"') || c == '\t' || c >= 0x80;
}

enum conf_taken
conf_take(struct conf_reader *p, struct str *word)
{
	struct str start;

	str_take_while(&p->rest, is_wsp);
	start = p->rest;
	if (start.len == 0 || start.ptr[0] == '#')
		return TAKEN_END;
	if (str_take_byte(&p->rest, '"')) {
		*word = str_take_while(&p->rest, is_quoted);
		if (!str_take_byte(&p->rest, '"')) {
			conf_fail(p, (struct str){ start.ptr, 1 },
			    "a quote that is not closed on its line");
			return TAKEN_BAD;
		}
	} else {
		*word = str_take_while(&p->rest, is_bare);
	}
	if (p->rest.len > 0 && p->rest.ptr[0] != '#' &&
	    !is_wsp((unsigned char)p->rest.ptr[0])) {
		conf_fail_here(p, p->rest.ptr[0] == '"' || word->len > 0 ?
		    "a blank should be here" : "a control character");
		return TAKEN_BAD;
	}
	return TAKEN_WORD;
}

bool
conf_take_value(struct conf_reader *p, struct str *word, const char *missing)
{
	enum conf_taken t = conf_take(p, word);

	return t == TAKEN_WORD ||
	    (t == TAKEN_END && conf_fail_here(p, missing));
}

bool
conf_take_end(struct conf_reader *p)
{
	struct str word;
	enum conf_taken t = conf_take(p, &word);

	return t == TAKEN_END ||
	    (t == TAKEN_WORD && conf_fail(p, word, "one value too many"));
}

/* Letters, digits, hyphens, dots; not an address.  RFC 1123 2.1. */
const char *
conf_name_fault(struct str name)
{
	bool letter = false;
	size_t label = 0;

	if (name.len == 0 || name.len > NAME_MAX_)
		return "a host name has 1 to 253 characters";
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		bool last = i + 1 == name.len || name.ptr[i + 1] == '.';

		if (c >= 0x80)
			return "write this name in its ASCII form (xn--...)";
		if (c == '.' ? label == 0 || i + 1 == name.len : !is_ldh(c))
			return "not a host name";
		if (c == '-' && (label == 0 || last))
			return "a hyphen where a host name may have none";
		label = c == '.' ? 0 : label + 1;
		letter = c == '.' ? false : letter || !is_digit(c);
		if (label > LABEL_MAX)
			return "a part of a host name has at most 63 "
			    "characters";
	}
	return letter ? NULL : "a name should be here, not an address";
}

bool
conf_take_name(struct conf_reader *p, struct str *out)
{
	const char *fault;

	if (!conf_take_value(p, out, "a name is missing"))
		return false;
	fault = conf_name_fault(*out);
	return fault == NULL || conf_fail(p, *out, fault);
}

/* Are there more values?  If it says false, *ok tells why. */
bool
conf_more(struct conf_reader *p, bool *ok)
{
	struct str before, word;
	enum conf_taken t;

	str_take_while(&p->rest, is_wsp);
	before = p->rest;
	t = conf_take(p, &word);
	*ok = t != TAKEN_BAD;
	if (t == TAKEN_WORD)
		p->rest = before;
	return t == TAKEN_WORD;
}

bool
conf_take_path(struct conf_reader *p, struct str *out)
{
	if (!conf_take_value(p, out, "a file name is missing"))
		return false;
	if (out->len > PATH_MAX_ || str_peek(*out) != '/')
		return conf_fail(p, *out, "a file name begins with /");
	return true;
}

/* A number and a unit; units end in { 0 }. */
bool
conf_take_quantity(struct conf_reader *p, const struct conf_unit *units,
    uint64_t least, uint64_t most, const char *what, uint64_t *out)
{
	struct str word, in;
	uint64_t n, unit = 1;

	if (!conf_take_value(p, &word, what))
		return false;
	in = word;
	if (!str_take_u64(&in, &n))
		return conf_fail(p, word, what);
	for (const struct conf_unit *u = units; in.len == 1 && u->of > 0; u++)
		if ((in.ptr[0] | 0x20) == u->letter) {
			unit = u->of;
			in.len = 0;
		}
	if (in.len > 0 || n > most / unit || n * unit < least)
		return conf_fail(p, word, what);
	*out = n * unit;
	return conf_take_end(p);
}
