/* conffile.c - plid.conf from the disk. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "parent/parent.h"

static bool
complain(struct buf *why, const char *path, const struct conf_error *e)
{
	buf_add_c(why, path);
	buf_byte(why, ':');
	buf_add_u64(why, e->line);
	buf_byte(why, ':');
	buf_add_u64(why, e->column);
	buf_add_c(why, ": ");
	buf_add_c(why, e->what);
	if (e->word.len > 0) {
		buf_add_c(why, ": ");
		buf_add(why, e->word);
	}
	return false;
}

static bool
cannot_read(struct buf *why, const char *path, const char *reason)
{
	buf_add_c(why, path);
	buf_add_c(why, ": ");
	buf_add_c(why, reason);
	return false;
}

bool
conffile_read(const char *path, struct buf *text, struct conf *conf,
    struct buf *why)
{
	struct conf_error error;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	char *room;

	if (fd < 0)
		return cannot_read(why, path, strerror(errno));
	buf_init(text, CONF_TEXT_MAX + 1);
	room = buf_room(text, CONF_TEXT_MAX + 1);
	n = room == NULL ? -1 : read(fd, room, CONF_TEXT_MAX + 1);
	close(fd);
	if (n < 0)
		return cannot_read(why, path, strerror(errno));
	if (n > CONF_TEXT_MAX)
		return cannot_read(why, path, "too large");
	buf_grow(text, (size_t)n);
	return conf_parse(conf, buf_str(text), &error) ||
	    complain(why, path, &error);
}
