/*
 * index.c - the words by which an email is found.
 *
 * The text comes from `open`; what cannot be looked at is found by its header
 * alone, and that the mirror keeps no index is no failure.
 */

#include "sync/sync.h"

#include <unistd.h>

#include "codec/word2047.h"
#include "mail/header.h"
#include "os/memfd.h"

static char wire[IPC_MAX];

/* Appends; nothing if it cannot be had. */
static void
text_of(struct sync *s, struct str message, struct buf *out)
{
	struct msg_open_message ask = { .id = ++s->last_id,
	    .size = message.len };
	union {
		struct msg_open_is is;
		struct msg_open_failed failed;
	} m;
	struct chan_msg in = { .nfds = 0 };
	int fd, type;
	size_t n;
	char *room;

	if (s->open < 0 || message.len > OPEN_MESSAGE_MAX)
		return;
	fd = memfd_of("index", message);
	type = fd < 0 || chan_put(s->open, msg_open, OPEN_TYPES, OPEN_TEXT,
	    &ask, &fd, 1) != CHAN_OK ? -1 :
	    chan_get(s->open, wire, msg_open, OPEN_TYPES, &m, &in);
	if (fd >= 0)
		close(fd);
	if (type == OPEN_IS && m.is.id == ask.id &&
	    memfd_is_settled(in.fds[0], m.is.size)) {
		n = m.is.size < INDEX_OCTETS_MAX / 2 ? (size_t)m.is.size :
		    INDEX_OCTETS_MAX / 2;
		/* not in the middle of a character */
		room = buf_room(out, n);
		if (room != NULL && memfd_read(in.fds[0], 0, room, n)) {
			while (n > 0 && n < m.is.size && room[n - 1] < 0)
				n--;
			buf_grow(out, n);
		}
	}
	if (type >= 0)
		chan_close_fds(&in);
}

static uint32_t
field(struct str head, const char *name, struct buf *out)
{
	struct header_field f;
	size_t before = out->len;
	struct buf flat;

	buf_init(&flat, HEADER_MAX);
	if (header_find(head, from_c(name), &f)) {
		header_unfold(f.value, &flat);
		word2047_decode(buf_str(&flat), out);
		buf_byte(out, '\n');
	}
	buf_free(&flat);
	return (uint32_t)(out->len - before);
}

bool
index_email(struct sync *s, uint64_t email, struct str message)
{
	struct str head = { message.ptr, header_len(message) };
	struct msg_write_index m = { .email = email };
	union msg_written w;
	struct buf text;
	bool ok = true;
	int fd;

	buf_init(&text, INDEX_OCTETS_MAX);
	m.subject = field(head, "Subject", &text);
	m.from = field(head, "From", &text);
	m.to = field(head, "To", &text);
	m.to += field(head, "Cc", &text);
	text_of(s, message, &text);
	m.size = text.len;
	fd = text.failed || text.len == 0 ? -1 :
	    memfd_of("index", buf_str(&text));
	if (fd >= 0)
		ok = mirror_write(s, WRITE_INDEX, &m, fd, WRITE_DONE, &w);
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	return ok;
}
