/* save.c - names that are safe in a folder. */

#include <string.h>

#include "codec/utf8.h"
#include "mail.h"

enum { NAME_ROOM = 200 };

/* No folder, no hidden file, nothing that moves a cursor, no option. */
void
safe_name(struct str said, char out[256])
{
	struct buf b;
	uint32_t code;

	buf_init(&b, NAME_ROOM);
	while (said.len > 0) {
		if (!utf8_take(&said, &code)) {
			said.ptr++;
			said.len--;
			code = '_';
		}
		if (code == '/' || code == '\\' || utf8_is_control(code))
			code = '_';
		if (b.len == 0 && (code == '.' || code == '-' || code == ' '))
			continue;
		if (b.len + 4 > NAME_ROOM)
			break;
		utf8_put(&b, code);
	}
	if (b.len == 0)
		buf_add_c(&b, "attachment");
	memcpy(out, b.ptr, b.len);
	out[b.len] = '\0';
	buf_free(&b);
}
