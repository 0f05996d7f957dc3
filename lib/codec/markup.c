/* markup.c - the four octets that HTML and XML read as their own. */

#include "codec/markup.h"

bool
markup_put(struct buf *out, char c)
{
	switch (c) {
	case '&':
		buf_add_c(out, "&amp;");
		return true;
	case '<':
		buf_add_c(out, "&lt;");
		return true;
	case '>':
		buf_add_c(out, "&gt;");
		return true;
	case '"':
		buf_add_c(out, "&quot;");
		return true;
	default:
		return false;
	}
}
