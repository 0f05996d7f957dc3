/* role.c - how a role executable begins. */

#include "role/role.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "os/log.h"

/* The whole file, or log and exit: nothing works without it. */
static void
take_conf(struct role *r, int fd)
{
	struct conf_error error;
	struct conf conf;
	struct buf text;
	off_t size = lseek(fd, 0, SEEK_END);
	char *room;

	buf_init(&text, CONF_TEXT_MAX + 1);
	room = size < 0 || size > CONF_TEXT_MAX ? NULL :
	    buf_room(&text, (size_t)size + 1);
	if (room == NULL || pread(fd, room, (size_t)size, 0) != size)
		log_die("conf-unreadable", "errno=%d", errno);
	buf_grow(&text, (size_t)size);
	close(fd);
	if (!conf_parse(&conf, buf_str(&text), &error))
		log_die("conf-refused", "line=%u column=%u what=%s",
		    error.line, error.column, error.what);
	/* the old text is kept: somebody may hold a piece of it */
	r->conf = conf;
	r->conf_text = text.ptr;
}

static bool
take_edge(struct role *r, struct str name, int fd)
{
	bool mint = str_take_byte(&name, '+');
	enum role_id to = role_by_name(name);

	if (to == ROLES || r->edges == ROLE_EDGES_MAX)
		return false;
	r->edge[r->edges++] = (struct role_edge){ to, mint, fd };
	if (mint)
		r->mints |= 1u << to;
	return true;
}

/* listen.imaps, listen.imap/clear */
static bool
take_listen(struct role *r, struct str name, int fd)
{
	struct role_listen *l = &r->listen[r->listens];

	if (r->listens == ROLE_LISTENS_MAX)
		return false;
	for (int s = 0; s < CONF_SERVICES; s++) {
		struct str rest = name;
		struct str word =
		    from_c(conf_service_name((enum conf_service)s));

		if (!str_take_word(&rest, word))
			continue;
		l->clear = str_take_word(&rest, STR("/clear"));
		if (rest.len > 0)
			continue;
		l->service = (enum conf_service)s;
		l->fd = fd;
		r->listens++;
		return true;
	}
	return false;
}

static bool
take_number(struct role *r, struct str name, int fd)
{
	if (str_eq(name, STR("parent")))
		r->parent = fd;
	else if (str_eq(name, STR("log")))
		log_to(fd);
	else if (str_eq(name, STR("conf")))
		take_conf(r, fd);
	else if (str_eq(name, STR("socket")))
		r->control = fd;
	else if (str_eq(name, STR("boot")))
		r->boot = fd;
	else if (str_eq(name, STR("dbkey")))
		r->dbkey = fd;
	else if (str_eq(name, STR("chain")))
		r->chain = fd;
	else if (str_eq(name, STR("key")))
		r->key = fd;
	else if (str_eq(name, STR("anchor")))
		r->anchor = fd;
	else if (str_eq(name, STR("secret")))
		r->secret = fd;
	else if (str_take_word(&name, STR("listen.")))
		return take_listen(r, name, fd);
	else
		return take_edge(r, name, fd);
	return true;
}

static bool
not_equals(unsigned char c)
{
	return c != '=';
}

static bool
take_argument(struct role *r, const char *arg)
{
	struct str in = from_c(arg);
	struct str name = str_take_while(&in, not_equals);
	uint64_t n;

	if (!str_take_byte(&in, '='))
		return false;
	if (str_eq(name, STR("work"))) {
		r->dir = in.ptr;	/* argv's, NUL-terminated */
		return true;
	}
	if (str_eq(name, STR("with"))) {
		r->with_find = str_eq(in, STR("find"));
		return r->with_find;
	}
	if (!str_take_u64(&in, &n) || in.len > 0 || n > 1 << 20)
		return false;
	/* so that no program started by accident inherits it */
	if (fcntl((int)n, F_SETFD, FD_CLOEXEC) != 0)
		return false;
	return take_number(r, name, (int)n);
}

void
role_begin(struct role *r, enum role_id id, int argc, char **argv)
{
	*r = (struct role){ .id = id, .parent = -1, .control = -1,
	    .chain = -1, .key = -1, .boot = -1, .dbkey = -1, .anchor = -1,
	    .secret = -1 };
	for (int i = 1; i < argc; i++)
		if (!take_argument(r, argv[i]))
			log_die("role-started-wrong",
			    "role=%s argument=%s: plid(8) starts this program",
			    role_name(id), argv[i]);
	/* the agent may be started alone, by pli */
	if (r->parent < 0 || (r->conf_text == NULL && id != ROLE_AGENT))
		log_die("role-started-wrong",
		    "role=%s: plid(8) starts this program", role_name(id));
}

void
role_enter(struct role *r, const struct sandbox *s)
{
	sandbox_enter(s);
	(void)chan_put(r->parent, msg_parent, PARENT_TYPES, PARENT_READY, NULL,
	    NULL, 0);
}

int
role_edge_fd(const struct role *r, enum role_id to, size_t n)
{
	for (size_t i = 0; i < r->edges; i++)
		if (r->edge[i].to == to && n-- == 0)
			return r->edge[i].fd;
	return -1;
}

/* Edges whose other end is gone make room for the new one. */
static void
sweep(struct role *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->edges; i++) {
		struct pollfd p = { .fd = r->edge[i].fd };

		if (poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR)))
			close(r->edge[i].fd);
		else
			r->edge[kept++] = r->edge[i];
	}
	r->edges = kept;
}

bool
role_parent_message(struct role *r, struct chan_msg *in, int *type)
{
	union {
		struct msg_parent_edge edge;
		struct msg_parent_ask ask;
		struct msg_parent_answer answer;
	} m;

	*type = field_get(msg_parent, PARENT_TYPES, in->wire, &m);
	if (*type < 0 || in->nfds != msg_parent[*type].fds)
		return false;
	if (*type == PARENT_EDGE) {
		sweep(r);
		if (!take_edge(r, m.edge.name, in->fds[0]))
			return false;
		in->nfds = 0;
		return true;
	}
	if (*type == PARENT_CONF) {
		take_conf(r, in->fds[0]);
		in->nfds = 0;
		return true;
	}
	return false;
}
