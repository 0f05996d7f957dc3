/* outer.c - is this a block of header fields that may stay outside? */

#include "mail/outer.h"

#include <string.h>

#include "base/ascii.h"

static const struct str names[] = {
	STR_INIT("From"), STR_INIT("To"), STR_INIT("Cc"), STR_INIT("Date"),
	STR_INIT("Message-ID"), STR_INIT("In-Reply-To"),
	STR_INIT("References"),
};

static const struct str subject = STR_INIT("Subject: [...]");

/* A line without its CRLF; false: it does not end so, or holds what it may
 * not. */
static bool
take_line(struct str *in, struct str *line)
{
	const char *end = memchr(in->ptr, '\r', in->len);
	size_t n;

	if (end == NULL)
		return false;
	n = (size_t)(end - in->ptr);
	if (in->len < n + 2 || end[1] != '\n')
		return false;
	*line = (struct str){ in->ptr, n };
	in->ptr += n + 2;
	in->len -= n + 2;
	return memchr(line->ptr, '\n', n) == NULL &&
	    memchr(line->ptr, '\0', n) == NULL;
}

static bool
is_blank(struct str line)
{
	str_take_while(&line, is_wsp);
	return line.len == 0;
}

static bool
begins_field(struct str line)
{
	if (str_eq(line, subject))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str rest = line;

		if (!str_take_word(&rest, names[i]))
			continue;
		str_take_while(&rest, is_wsp);
		if (str_take_byte(&rest, ':'))
			return true;
	}
	return false;
}

bool
outer_is_sound(struct str in)
{
	bool folds = false, subject_before = false;
	struct str line;

	while (in.len > 0) {
		if (!take_line(&in, &line) || is_blank(line))
			return false;
		if (is_wsp((unsigned char)line.ptr[0])) {
			if (!folds || subject_before)
				return false;
			continue;
		}
		if (!begins_field(line))
			return false;
		folds = true;
		subject_before = str_eq(line, subject);
	}
	return true;
}
