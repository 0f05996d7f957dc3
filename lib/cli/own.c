/* own.c - a session with one's own box, over loopback, for this one run. */

#include "cli/imap.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wipe.h"

enum { HANDSHAKE_MS = 30000, WAIT_SECONDS = 300 };

static int
dial(const struct imap_at *at)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons(at->port) };
	struct sockaddr_in v4 = { .sin_family = AF_INET,
	    .sin_port = htons(at->port) };
	struct timeval wait = { .tv_sec = WAIT_SECONDS };
	bool six = inet_pton(AF_INET6, at->address, &v6.sin6_addr) == 1, ok;
	int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC,
	    0);

	(void)inet_pton(AF_INET, at->address, &v4.sin_addr);
	ok = fd >= 0 && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 },
	    sizeof(int)) == 0 && connect(fd, six ? (struct sockaddr *)&v6 :
	    (struct sockaddr *)&v4, six ? sizeof(v6) : sizeof(v4)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait,
	    sizeof(wait)) == 0;
	if (fd >= 0 && !ok) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Whose certificate it is does not matter: the port is the box's own, and the
 * password good for this one run. */
static bool
connect_to(struct imap *im, const struct imap_at *at)
{
	im->fd = dial(at);
	if (im->fd < 0 || at->clear)
		return im->fd >= 0;
	im->client = tls_client_new(STR(""));
	im->tls = im->client == NULL ? NULL : tls_connect(im->client, im->fd,
	    STR("localhost"), HANDSHAKE_MS, NULL);
	return im->tls != NULL;
}

int
run_credential(struct run_credential *r, struct cli *c, const char *user)
{
	struct buf args;
	int status;

	snprintf(r->device, sizeof(r->device), "%s-%ld", c->program->name,
	    (long)getpid());
	snprintf(r->login, sizeof(r->login), "%s/%s", user, r->device);
	r->user = user;
	password_make(r->password);
	args_begin(&args);
	args_put(&args, "name", user);
	args_put(&args, "device", r->device);
	password_verifier(&args, from_c(r->password));
	status = call(c, "user password", &args, -1, user, NULL, NULL);
	r->made = status == 0;
	return status;
}

void
run_credential_end(struct run_credential *r, struct cli *c)
{
	struct buf args;

	wipe(r->password, sizeof(r->password));
	if (!r->made)
		return;
	args_begin(&args);
	args_put(&args, "name", r->user);
	args_put(&args, "device", r->device);
	args_put(&args, "remove", "1");
	(void)call(c, "user password", &args, -1, r->user, NULL, NULL);
	r->made = false;
}

int
imap_open(struct imap *im, struct cli *c, const struct imap_at *at,
    const char *user)
{
	int status;

	imap_begin_session(im, c, user);
	status = run_credential(&im->run, c, user);
	if (status == 0 && !(connect_to(im, at) && imap_login(im,
	    im->run.login, im->run.password) == IMAP_OK))
		status = say(c, EXIT_LATER, "imap-no-login", user, NULL);
	return status;
}

void
imap_close(struct imap *im)
{
	struct cli *c = im->c;

	imap_end_session(im);
	run_credential_end(&im->run, c);
}
