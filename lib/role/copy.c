/* copy.c - memfds that hold a message, counted; where its header ends. */

#include "role/copy.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/wipe.h"
#include "mail/bodies.h"
#include "mail/header.h"
#include "os/memfd.h"

enum {
	SLICE = 1024,		/* of text, while the header's end is sought */
	ATTACHED_ARENA_MAX = 16 << 20,
};

bool
copy_open(struct copy *c)
{
	c->octets = 0;
	c->fd = memfd_new("mail");
	return c->fd >= 0;
}

bool
copy_flush(struct child *child, struct copy *c, struct str body)
{
	struct iovec v[2] = {
		{ c->head.ptr, c->head.len },
		{ (char *)(uintptr_t)body.ptr, body.len },
	};
	size_t n = c->head.len + body.len;

	if (n == 0)
		return true;
	if (!child_bytes(child, (int64_t)n))
		return false;
	c->octets += n;
	while (n > 0) {
		ssize_t done = v[0].iov_len == 0 ?
		    write(c->fd, v[1].iov_base, v[1].iov_len) :
		    writev(c->fd, v, 2);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		n -= (size_t)done;
		for (int i = 0; i < 2; i++) {
			size_t part = v[i].iov_len < (size_t)done ?
			    v[i].iov_len : (size_t)done;

			v[i].iov_base = (char *)v[i].iov_base + part;
			v[i].iov_len -= part;
			done -= (ssize_t)part;
		}
	}
	buf_clear(&c->head);
	return true;
}

bool
copy_seal(struct copy *c)
{
	return c->fd < 0 || memfd_settle(c->fd);
}

bool
copy_has_attached(const struct copy *c)
{
	struct arena arena;
	struct str text;
	bool has;

	if (!copy_map(c, &text))
		return false;
	arena_init(&arena, ATTACHED_ARENA_MAX);
	has = bodies_has_attached(text, &arena);
	arena_reset(&arena);
	copy_unmap(text);
	return has;
}

void
copy_drop(struct child *child, struct copy *c)
{
	if (c->fd < 0)
		return;
	close(c->fd);
	c->fd = -1;
	(void)child_bytes(child, -(int64_t)c->octets);
	c->octets = 0;
}

/* Private: a shared mapping would forbid the seal. */
bool
copy_map(const struct copy *c, struct str *text)
{
	void *mem = mmap(NULL, (size_t)c->octets, PROT_READ, MAP_PRIVATE,
	    c->fd, 0);

	if (mem == MAP_FAILED)
		return false;
	*text = (struct str){ mem, (size_t)c->octets };
	return true;
}

void
copy_unmap(struct str text)
{
	munmap((void *)(uintptr_t)text.ptr, text.len);
}

void
head_init(struct head *h)
{
	h->seen = h->behind = 0;
	buf_init(&h->text, HEAD_OCTETS_MAX);
}

void
head_forget(struct head *h)
{
	wipe(h->text.ptr, h->text.len + h->behind);
	buf_clear(&h->text);
	h->seen = h->behind = 0;
}

/* The header is the first len octets; `taken` of what lies here are ours. */
static void
cut(struct head *h, size_t len, size_t taken)
{
	wipe(h->text.ptr + taken, h->text.len - taken);
	h->text.len = len;
	h->behind = taken - len;
}

enum head_is
head_take(struct head *h, struct str *run)
{
	size_t n = run->len < SLICE ? run->len : SLICE, len;
	size_t before = h->text.len, room = HEAD_OCTETS_MAX - before;
	bool whole;

	if (n > room)
		n = room;
	if (n == 0)
		return HEAD_TOO_BIG;
	buf_add_mem(&h->text, run->ptr, n);
	if (h->text.failed)
		return HEAD_NO_ROOM;
	whole = header_end(buf_str(&h->text), &h->seen, &len);
	if (whole) {
		/* it may end before this run, never before what is taken */
		n = len > before ? len - before : 0;
		cut(h, len, before + n);
	}
	run->ptr += n;
	run->len -= n;
	return whole ? HEAD_COMPLETE : HEAD_MORE;
}

/* No empty line came; what the last line is shows only now. */
void
head_end(struct head *h)
{
	cut(h, header_len(buf_str(&h->text)), h->text.len);
}

struct str
head_rest(const struct head *h)
{
	return (struct str){ h->text.ptr + h->text.len, h->behind };
}
