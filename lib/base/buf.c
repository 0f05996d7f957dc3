/* buf.c - bytes that grow, up to a limit. */

#include "base/buf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

enum { FIRST = 256 };

void
buf_init(struct buf *b, size_t limit)
{
	assert(limit <= SIZE_MAX / 4);
	*b = (struct buf){ .limit = limit };
}

void
buf_free(struct buf *b)
{
	wipe(b->ptr, b->cap);
	free(b->ptr);
	buf_init(b, b->limit);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->ptr, b->len };
}

/* Not realloc: it could leave an unwiped copy behind. */
static bool
enlarge(struct buf *b, size_t need)
{
	size_t cap = b->cap > 0 ? b->cap : FIRST;
	char *mem;

	while (cap < need)
		cap *= 2;
	if (cap > b->limit)
		cap = b->limit;
	mem = malloc(cap);
	if (mem == NULL)
		return false;
	if (b->len > 0)
		memcpy(mem, b->ptr, b->len);
	wipe(b->ptr, b->cap);
	free(b->ptr);
	b->ptr = mem;
	b->cap = cap;
	return true;
}

char *
buf_room(struct buf *b, size_t n)
{
	if (b->failed || n > b->limit - b->len) {
		b->failed = true;
		return NULL;
	}
	if (b->len + n > b->cap && !enlarge(b, b->len + n)) {
		b->failed = true;
		return NULL;
	}
	return b->ptr + b->len;
}

void
buf_grow(struct buf *b, size_t n)
{
	assert(n <= b->cap - b->len);
	b->len += n;
}

void
buf_add_mem(struct buf *b, const void *mem, size_t n)
{
	char *room;

	if (n == 0)
		return;
	room = n <= b->cap - b->len && !b->failed ? b->ptr + b->len :
	    buf_room(b, n);
	if (room == NULL)
		return;
	memcpy(room, mem, n);
	b->len += n;
}

void
buf_add(struct buf *b, struct str s)
{
	buf_add_mem(b, s.ptr, s.len);
}

void
buf_add_c(struct buf *b, const char *s)
{
	buf_add_mem(b, s, strlen(s));
}

void
buf_byte(struct buf *b, char c)
{
	if (b->len < b->cap && !b->failed)
		b->ptr[b->len++] = c;
	else
		buf_add_mem(b, &c, 1);
}

void
buf_add_u64(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	buf_add_mem(b, digits + at, sizeof(digits) - at);
}

void
buf_add_hex(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		buf_byte(b, hex[c >> 4]);
		buf_byte(b, hex[c & 15]);
	}
}

void
buf_drop(struct buf *b, size_t n)
{
	assert(n <= b->len);
	if (n < b->len)
		memmove(b->ptr, b->ptr + n, b->len - n);
	b->len -= n;
}
