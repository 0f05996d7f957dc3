/* listener.c - where the box speaks IMAP, by its configuration. */

#include "plictl.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"

/* IMAP with TLS, else a listener in clear, which is on loopback. */
static bool
find_listener(const struct cli *c, struct conf_listen *found)
{
	static char text[CONF_TEXT_MAX];
	char path[FILE_NAME_MAX];
	struct conf_error error;
	struct conf conf;
	bool any = false;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/etc/plid.conf", prefix_of(c));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (fd >= 0)
		close(fd);
	if (n < 0 || !conf_parse(&conf, (struct str){ text, (size_t)n },
	    &error))
		return false;
	for (size_t i = 0; i < conf.listens; i++) {
		const struct conf_listen *l = &conf.listen[i];

		if (l->service == CONF_IMAPS || (l->clear && !any)) {
			*found = *l;
			any = true;
			if (l->service == CONF_IMAPS)
				break;
		}
	}
	return any;
}

int
listener_find(const struct cli *c, struct imap_at *at)
{
	struct conf_listen l;

	if (!find_listener(c, &l))
		return say(c, EXIT_NO, "imap-none", NULL, NULL);
	snprintf(at->address, sizeof(at->address), "%.*s",
	    (int)l.address.len, l.address.ptr);
	if (at->address[0] == '\0' || strcmp(at->address, "0.0.0.0") == 0)
		snprintf(at->address, sizeof(at->address), "127.0.0.1");
	else if (strcmp(at->address, "::") == 0)
		snprintf(at->address, sizeof(at->address), "::1");
	at->port = l.port;
	at->clear = l.service != CONF_IMAPS;
	return 0;
}
