/* conf.c - home's configuration, made once. */

#include "pli.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
	const char *line;		/* before the port */
	unsigned wanted;
} ports[PORTS] = {
	[PORT_WEB] = { "listen http-clear 127.0.0.1:", 8065 },
	[PORT_IMAP] = { "listen imaps 127.0.0.1:", 1993 },
	[PORT_SUBMISSION] = { "listen submissions 127.0.0.1:", 1465 },
};

/* The one that is wanted, else one that the system chooses; 0: none. */
static unsigned
free_port(unsigned wanted)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)wanted),
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(sa);
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
	bool ok = s >= 0 && setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes,
	    sizeof(yes)) == 0 && bind(s, (struct sockaddr *)&sa,
	    sizeof(sa)) == 0 && getsockname(s, (struct sockaddr *)&sa,
	    &len) == 0;

	if (s >= 0)
		close(s);
	if (!ok && wanted != 0)
		return free_port(0);
	return ok ? ntohs(sa.sin_port) : 0;
}

static bool
conf_path(const struct pli *p, char path[FILE_NAME_MAX])
{
	int n = snprintf(path, FILE_NAME_MAX, "%s/conf", p->dir);

	return n > 0 && n < FILE_NAME_MAX;
}

static const char relay_line[] = "smarthost ";

static void
put_relay(struct buf *out, const char *relay)
{
	buf_add_c(out, relay_line);
	buf_add_c(out, relay);
	buf_add_c(out, " all\n");
}

static bool
is_not_lf(unsigned char c)
{
	return c != '\n';
}

/* What was there, but for where letters go: the box is another one. */
static int
renew(struct pli *p, const char *path, const char *relay)
{
	struct buf was, out;
	struct str in;
	int status;

	buf_init(&was, FILE_MAX_);
	buf_init(&out, FILE_MAX_);
	status = file_read(p, path, &was);
	in = buf_str(&was);
	while (in.len > 0) {
		struct str line = str_take_while(&in, is_not_lf), rest = line;

		(void)str_take_byte(&in, '\n');
		if (str_take_word(&rest, from_c(relay_line))) {
			put_relay(&out, relay);
			continue;
		}
		buf_add(&out, line);
		buf_byte(&out, '\n');
	}
	if (status == 0 && !str_eq(buf_str(&was), buf_str(&out)))
		status = file_write(p, path, buf_str(&out), false);
	buf_free(&was);
	buf_free(&out);
	return status;
}

int
conf_make(struct pli *p, const char *relay)
{
	const char *domain = strchr(p->address, '@') + 1;
	char path[FILE_NAME_MAX];
	struct buf out;
	int status;

	if (!conf_path(p, path))
		return say(&p->cli, EXIT_NO, "path-long", p->dir, NULL);
	if (access(path, F_OK) == 0)
		return renew(p, path, relay);
	buf_init(&out, 4096);
	buf_add_c(&out, "# The owner's side, on this computer alone: "
	    "plid.conf(5).\n# Ports may be changed; then: pli stop, pli run\n"
	    "host localhost\ndomain ");
	buf_add_c(&out, domain);
	for (int i = 0; i < PORTS; i++) {
		buf_add_c(&out, "\n");
		buf_add_c(&out, ports[i].line);
		buf_add_u64(&out, free_port(ports[i].wanted));
	}
	buf_add_c(&out, "\n# what is sent goes through the box, which signs "
	    "it\n");
	put_relay(&out, relay);
	buf_add_c(&out, "dkim off\n");
	status = out.failed ? say(&p->cli, EXIT_LATER, "no-memory", NULL,
	    NULL) : file_write(p, path, buf_str(&out), true);
	buf_free(&out);
	return status;
}

unsigned
conf_port(struct pli *p, int which)
{
	char path[FILE_NAME_MAX], line[256];
	size_t n = strlen(ports[which].line);
	unsigned found = 0;
	FILE *f;

	if (!conf_path(p, path) || (f = fopen(path, "re")) == NULL)
		return 0;
	while (found == 0 && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, ports[which].line, n) == 0)
			found = (unsigned)strtoul(line + n, NULL, 10);
	fclose(f);
	return found <= 65535 ? found : 0;
}
