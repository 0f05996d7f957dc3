/* certfile.c - a certificate that a person hands in. */

#include "plictl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/wipe.h"
#include "os/memfd.h"

enum { CERT_FILE_MAX = 1 << 20 };

static bool
read_all(int fd, struct buf *out)
{
	ssize_t n;

	do {
		char *room = buf_room(out, 65536);

		if (room == NULL)
			return false;
		n = read(fd, room, 65536);
		if (n > 0)
			buf_grow(out, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n == 0;
}

/* The box must not even see one; seal refuses the binary form as well. */
static bool
holds_secret(const struct buf *b)
{
	static const char mark[] = "-----BEGIN PGP PRIVATE KEY BLOCK-----";

	return b->len > 0 &&
	    memmem(b->ptr, b->len, mark, sizeof(mark) - 1) != NULL;
}

static int
to_memfd(struct cli *c, const struct buf *b)
{
	int fd = memfd_of("cert", buf_str(b));

	if (fd < 0)
		say(c, EXIT_LATER, "no-memory", NULL, NULL);
	return fd;
}

int
cert_open(struct cli *c, const char *file)
{
	bool std = strcmp(file, "-") == 0;
	struct buf b;
	int in, fd = -1;

	buf_init(&b, CERT_FILE_MAX + 65536);
	in = std ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	if (in < 0 || !read_all(in, &b))
		say(c, EXIT_NO, b.failed ? "cert-large" : "file-unreadable",
		    file, strerror(errno));
	else if (b.len == 0)
		say(c, EXIT_NO, "cert-empty-file", file, NULL);
	else if (b.len > CERT_FILE_MAX)
		say(c, EXIT_NO, "cert-large", file, NULL);
	else if (holds_secret(&b))
		say(c, EXIT_NO, "why-secret", file, NULL);
	else
		fd = to_memfd(c, &b);
	if (in >= 0 && !std)
		close(in);
	buf_free(&b);
	return fd;
}
