/* client.c - what hangs on a peer; where the database is; the time. */

#include "store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <time.h>

enum { CLIENT_MEMORY = 768 * 1024 };

struct client *
client_new(struct peer *p, enum client_kind kind)
{
	struct arena arena;
	struct client *c;

	arena_init(&arena, CLIENT_MEMORY);
	c = ARENA_NEW(&arena, struct client);
	if (c == NULL)
		return NULL;
	c->arena = arena;
	c->kind = kind;
	c->peer = p;
	c->places = -1;
	p->data = c;
	return c;
}

uint64_t
store_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec;
}

bool
store_path(char *out, size_t room, const char *dir)
{
	int n = snprintf(out, room, "%s/mail.db", dir);

	return n > 0 && (size_t)n < room;
}

/* Held for life: two writers of one folder would be two boxes. */
bool
store_lock(const char *dir)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/lock", dir), fd;

	if (n <= 0 || (size_t)n >= sizeof(path))
		return false;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}
