/* index.c - the words by which an email is found. */

#include "role/index.h"

#include <unistd.h>

#include "codec/word2047.h"
#include "ipc/chan.h"
#include "ipc/msg_open.h"
#include "mail/header.h"
#include "os/memfd.h"

enum { FIELD_MAX = 64 * 1024, ID = 1 };

/* Appends, up to half of what an index takes; not in the middle of a
 * character. */
static void
take_text(int fd, uint64_t size, struct buf *out)
{
	size_t n = size < INDEX_OCTETS_MAX / 2 ? (size_t)size :
	    INDEX_OCTETS_MAX / 2;
	char *room = buf_room(out, n);

	if (room == NULL || !memfd_read(fd, 0, room, n))
		return;
	while (n > 0 && n < size && room[n - 1] < 0)
		n--;
	buf_grow(out, n);
}

static void
text_of(int open, char *wire, struct str message, struct buf *out)
{
	struct msg_open_message ask = { .id = ID, .size = message.len };
	union {
		struct msg_open_is is;
		struct msg_open_failed failed;
	} m;
	struct chan_msg in = { .nfds = 0 };
	int fd, type;

	if (open < 0 || message.len > OPEN_MESSAGE_MAX)
		return;
	fd = memfd_of("index", message);
	type = fd < 0 || chan_put(open, msg_open, OPEN_TYPES, OPEN_TEXT,
	    &ask, &fd, 1) != CHAN_OK ? -1 :
	    chan_get(open, wire, msg_open, OPEN_TYPES, &m, &in);
	if (fd >= 0)
		close(fd);
	if (type == OPEN_IS && m.is.id == ask.id &&
	    memfd_is_settled(in.fds[0], m.is.size))
		take_text(in.fds[0], m.is.size, out);
	if (type >= 0)
		chan_close_fds(&in);
}

static uint32_t
field(struct str head, struct str name, struct buf *out)
{
	struct header_field f;
	size_t before = out->len;
	struct buf flat;

	buf_init(&flat, FIELD_MAX);
	if (header_find(head, name, &f)) {
		header_unfold(f.value, &flat);
		word2047_decode(buf_str(&flat), out);
		buf_byte(out, '\n');
	}
	buf_free(&flat);
	return (uint32_t)(out->len - before);
}

int
index_text(int open, char *room, struct str message,
    struct msg_write_index *m)
{
	struct str head = { message.ptr, header_len(message) };
	struct buf text;
	int fd = -1;

	buf_init(&text, INDEX_OCTETS_MAX);
	m->subject = field(head, STR("Subject"), &text);
	m->from = field(head, STR("From"), &text);
	m->to = field(head, STR("To"), &text);
	m->to += field(head, STR("Cc"), &text);
	text_of(open, room, message, &text);
	m->size = text.len;
	if (!text.failed && text.len > 0)
		fd = memfd_of("index", buf_str(&text));
	buf_free(&text);
	return fd;
}
