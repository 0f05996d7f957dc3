/*
 * fetch_open.c - a message taken apart.
 *
 * One that is longer than an answer of the store is put together in a memfd,
 * which counts against the budget that all children share.
 */

#include <sys/mman.h>
#include <unistd.h>

#include "fetch.h"
#include "os/fd.h"
#include "os/memfd.h"

static bool
fill(struct fetch *f, const struct msg *m, int fd)
{
	uint64_t have = m->data.len;
	bool ok = fd_write(fd, m->data);

	while (ok && have < m->size) {
		struct reading a;
		struct str piece;

		if (!msgs_piece(f->s, m->uid, have, 0, &a, &piece))
			return false;
		ok = fd_write(fd, piece);
		have += piece.len;
		reading_end(&a);
	}
	return ok && have == m->size;
}

static bool
spool(struct fetch *f, const struct msg *m)
{
	int fd;

	if (!child_bytes(f->s->child, (int64_t)m->size))
		return false;
	fd = memfd_create("message", MFD_CLOEXEC);
	if (fd >= 0 && fill(f, m, fd)) {
		f->spool = mmap(NULL, (size_t)m->size, PROT_READ, MAP_SHARED,
		    fd, 0);
		if (f->spool == MAP_FAILED)
			f->spool = NULL;
	}
	if (fd >= 0)
		close(fd);
	f->whole = (struct str){ f->spool, (size_t)m->size };
	if (f->spool == NULL)
		(void)child_bytes(f->s->child, -(int64_t)m->size);
	return f->spool != NULL;
}

bool
fetch_open(struct fetch *f, const struct msg *m)
{
	f->whole = m->data;
	if (m->cut && !spool(f, m)) {
		f->no = reply_unavailable;
		return false;
	}
	if (mime_parse(&f->mime, f->whole, &f->arena))
		return true;
	f->no = "NO [LIMIT] A message has too many parts";
	return false;
}

void
fetch_close(struct fetch *f)
{
	arena_reset(&f->arena);
	if (f->spool == NULL)
		return;
	munmap(f->spool, f->whole.len);
	(void)child_bytes(f->s->child, -(int64_t)f->whole.len);
	f->spool = NULL;
}
