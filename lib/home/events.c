/* events.c - the stream of an EventSource. */

#include "home/events.h"

#include <string.h>

static void
field(struct events *e, struct str line)
{
	if (str_eq(line, STR("event: state")) ||
	    str_eq(line, STR("event:state")))
		e->is_state = true;
	if (!str_take_word(&line, STR("id:")))
		return;
	(void)str_take_byte(&line, ' ');
	if (line.len > EVENTS_ID_MAX || (line.len > 0 && memchr(line.ptr,
	    '\0', line.len) != NULL))
		return;
	if (line.len > 0)
		memcpy(e->next, line.ptr, line.len);
	e->next[line.len] = '\0';
}

static void
end_line(struct events *e)
{
	struct str line = { e->line, e->len };

	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (e->is_long) {
		/* none of the fields that we know is so long */
	} else if (line.len > 0) {
		field(e, line);
	} else {
		if (e->is_state) {
			e->told = true;
			memcpy(e->id, e->next, sizeof(e->id));
		}
		e->is_state = false;
	}
	e->len = 0;
	e->is_long = false;
}

void
events_feed(struct events *e, struct str in)
{
	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] == '\n')
			end_line(e);
		else if (e->len < sizeof(e->line))
			e->line[e->len++] = in.ptr[i];
		else
			e->is_long = true;
	}
}
