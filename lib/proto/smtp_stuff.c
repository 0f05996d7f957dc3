/* smtp_stuff.c - the text of a message as it goes out after DATA. */

#include "proto/smtp_stuff.h"

#include <string.h>

void
smtp_stuff_begin(struct smtp_stuff *s)
{
	*s = (struct smtp_stuff){ .in_line = false };
}

struct str
smtp_stuff_take(struct smtp_stuff *s, struct str *in)
{
	struct str run = *in;
	size_t at = 0;

	if (in->len == 0)
		return run;
	if (!s->in_line && in->ptr[0] == '.' && !s->dotted) {
		s->dotted = true;
		return STR(".");
	}
	s->dotted = false;
	/* up to the next line that begins with a dot */
	while (at < in->len) {
		const char *lf = memchr(in->ptr + at, '\n', in->len - at);

		if (lf == NULL) {
			at = in->len;
			break;
		}
		at = (size_t)(lf - in->ptr) + 1;
		if (at < in->len && in->ptr[at] == '.')
			break;
	}
	run.len = at;
	s->in_line = in->ptr[at - 1] != '\n';
	in->ptr += at;
	in->len -= at;
	return run;
}

struct str
smtp_stuff_end(const struct smtp_stuff *s)
{
	return s->in_line ? STR("\r\n.\r\n") : STR(".\r\n");
}
