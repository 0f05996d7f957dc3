/*
 * bootkey.c - the key that dies with the power.
 *
 * Letters in the queue are sealed under keys of their own, and these are
 * wrapped by this one.  It lives in a memfd of the parent's alone, for each new
 * `keys`; it is on no disk.  Where systemd started us it keeps the descriptor
 * for us over our own end (sd_pid_notify_with_fds(3), the protocol is public),
 * so that a restart loses no letter.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/wipe.h"
#include "os/memfd.h"
#include "parent/parent.h"

#define NAME	"boot-key"

enum { FIRST_PASSED = 3, PASSED_MAX = 16 };

/* What systemd kept: LISTEN_FDS of them from descriptor 3 on. */
static int
take_kept(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");
	long count = n == NULL ? 0 : strtol(n, NULL, 10);
	int found = -1;

	if (pid == NULL || strtol(pid, NULL, 10) != (long)getpid() ||
	    count > PASSED_MAX)
		return -1;
	for (int fd = FIRST_PASSED; fd < FIRST_PASSED + count; fd++) {
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		if (found < 0 && memfd_is_settled(fd, KEY_OCTETS))
			found = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_PASSED);
	}
	return found;
}

static int
make(void)
{
	unsigned char key[KEY_OCTETS];
	int fd = -1;

	if (getrandom(key, sizeof(key), 0) == sizeof(key))
		fd = memfd_of(NAME, (struct str){ (char *)key, sizeof(key) });
	wipe(key, sizeof(key));
	return fd;
}

/* A failure costs no more than the letters of a restart. */
static void
let_keep(int fd)
{
	static char text[] = "FDSTORE=1\nFDNAME=" NAME;
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct iovec v = { text, sizeof(text) - 1 };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} c = { 0 };
	struct msghdr m = { .msg_name = &to, .msg_iov = &v, .msg_iovlen = 1,
	    .msg_control = &c, .msg_controllen = sizeof(c.room) };
	size_t n = path == NULL ? 0 : strlen(path);
	int s;

	if (n == 0 || n >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, n);
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	m.msg_namelen = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	c.head.cmsg_level = SOL_SOCKET;
	c.head.cmsg_type = SCM_RIGHTS;
	c.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&c.head), &fd, sizeof(fd));
	s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0)
		return;
	(void)sendmsg(s, &m, MSG_NOSIGNAL);
	close(s);
}

int
boot_key(void)
{
	int fd = take_kept();

	if (fd >= 0)
		return fd;
	fd = make();
	if (fd >= 0)
		let_keep(fd);
	return fd;
}
