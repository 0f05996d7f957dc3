/* index.c - the words by which an email is found. */

#include "role/index.h"

#include <unistd.h>

#include "codec/word2047.h"
#include "ipc/chan.h"
#include "ipc/msg_open.h"
#include "mail/header.h"
#include "os/memfd.h"

enum { FIELD_MAX = 64 * 1024 };

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

bool
index_ask(int open, uint64_t id, struct str message)
{
	struct msg_open_message m = { .id = id, .size = message.len };
	bool ok;
	int fd;

	if (open < 0 || message.len > OPEN_MESSAGE_MAX)
		return false;
	fd = memfd_of("index", message);
	ok = fd >= 0 && chan_put(open, msg_open, OPEN_TYPES, OPEN_TEXT, &m,
	    &fd, 1) == CHAN_OK;
	if (fd >= 0)
		close(fd);
	return ok;
}

uint64_t
index_answer(int open, char *room, struct buf *words, bool *gone)
{
	union {
		struct msg_open_is is;
		struct msg_open_failed failed;
	} m;
	struct chan_msg in;
	enum chan_status got = open < 0 ? CHAN_GONE :
	    chan_recv(open, false, room, &in);
	int type;

	*gone = got == CHAN_GONE;
	if (got != CHAN_OK)
		return 0;
	type = field_get(msg_open, OPEN_TYPES, in.wire, &m);
	*gone = (type != OPEN_IS && type != OPEN_FAILED) ||
	    in.nfds != msg_open[type].fds;
	if (type == OPEN_IS && !*gone &&
	    memfd_is_settled(in.fds[0], m.is.size))
		take_text(in.fds[0], m.is.size, words);
	chan_close_fds(&in);
	/* the id is the first thing of both */
	return *gone ? 0 : m.is.id;
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
index_memfd(struct str message, struct str words, struct msg_write_index *m)
{
	struct str head = { message.ptr, header_len(message) };
	struct buf text;
	int fd = -1;

	buf_init(&text, INDEX_OCTETS_MAX);
	m->subject = field(head, STR("Subject"), &text);
	m->from = field(head, STR("From"), &text);
	m->to = field(head, STR("To"), &text);
	m->to += field(head, STR("Cc"), &text);
	buf_add(&text, words);
	m->size = text.len;
	if (!text.failed && text.len > 0)
		fd = memfd_of("index", buf_str(&text));
	buf_free(&text);
	return fd;
}

int
index_text(int open, char *room, struct str message,
    struct msg_write_index *m)
{
	static uint64_t last_id;
	uint64_t id = ++last_id, is = 0;
	bool gone = false;
	struct buf words;
	int fd;

	buf_init(&words, INDEX_OCTETS_MAX);
	if (index_ask(open, id, message))
		while (!gone && is != id) {
			buf_clear(&words);
			(void)chan_wait(&open, 1, -1);
			is = index_answer(open, room, &words, &gone);
		}
	fd = index_memfd(message, buf_str(&words), m);
	buf_free(&words);
	return fd;
}
