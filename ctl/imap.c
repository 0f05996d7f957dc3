/* imap.c - plictl as an IMAP client of its own box. */

#include "imap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/conf.h"
#include "base/wipe.h"
#include "mail/date.h"

enum { READ_SIZE = 65536, COMMAND_MAX = 4096, WAIT_SECONDS = 300 };

/* --- the connection ------------------------------------------------------- */

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

	snprintf(path, sizeof(path), "%s/etc/plid.conf", c->prefix);
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

static int
dial(const struct conf_listen *l)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons(l->port) };
	struct sockaddr_in v4 = { .sin_family = AF_INET,
	    .sin_port = htons(l->port) };
	struct timeval wait = { .tv_sec = WAIT_SECONDS };
	char address[INET6_ADDRSTRLEN];
	bool six, ok;
	int fd;

	snprintf(address, sizeof(address), "%.*s", (int)l->address.len,
	    l->address.ptr);
	if (address[0] == '\0' || strcmp(address, "0.0.0.0") == 0)
		snprintf(address, sizeof(address), "127.0.0.1");
	else if (strcmp(address, "::") == 0)
		snprintf(address, sizeof(address), "::1");
	six = inet_pton(AF_INET6, address, &v6.sin6_addr) == 1;
	(void)inet_pton(AF_INET, address, &v4.sin_addr);
	fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
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
handshake(struct imap *im)
{
	im->tls_ctx = SSL_CTX_new(TLS_client_method());
	im->tls = im->tls_ctx != NULL ? SSL_new(im->tls_ctx) : NULL;
	return im->tls != NULL && SSL_set_fd(im->tls, im->fd) == 1 &&
	    SSL_connect(im->tls) == 1;
}

bool
imap_put(struct imap *im, struct str s)
{
	while (s.len > 0) {
		size_t most = s.len > READ_SIZE ? READ_SIZE : s.len;
		ssize_t n = im->tls != NULL ?
		    SSL_write(im->tls, s.ptr, (int)most) :
		    send(im->fd, s.ptr, most, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		s.ptr += n;
		s.len -= (size_t)n;
	}
	return true;
}

static bool
fill(struct imap *im)
{
	char *room = buf_room(&im->in, READ_SIZE);
	ssize_t n;

	if (room == NULL)
		return false;
	n = im->tls != NULL ? SSL_read(im->tls, room, READ_SIZE) :
	    recv(im->fd, room, READ_SIZE, 0);
	if (n <= 0)
		return false;
	buf_grow(&im->in, (size_t)n);
	return true;
}

/* --- answers -------------------------------------------------------------- */

/* n octets of a literal, to the sink or into the line. */
static bool
take_literal(struct imap *im, uint64_t n)
{
	imap_sink *sink = im->sink;

	im->sink = NULL;
	while (n > 0) {
		struct str have = buf_str(&im->in);

		if (have.len == 0) {
			if (!fill(im))
				return false;
			continue;
		}
		if (have.len > n)
			have.len = (size_t)n;
		if (sink != NULL && !sink(im->sink_ctx, have))
			return false;
		if (sink == NULL)
			buf_add(&im->line, have);
		n -= have.len;
		buf_drop(&im->in, have.len);
	}
	return true;
}

/* "…{123}": a literal follows. */
static bool
ends_in_literal(struct str line, uint64_t *n)
{
	struct str digits;
	size_t at = line.len;

	if (at == 0 || line.ptr[at - 1] != '}')
		return false;
	while (at > 0 && line.ptr[at - 1] != '{')
		at--;
	digits = (struct str){ line.ptr + at, line.len - at - 1 };
	return at > 0 && str_take_u64(&digits, n) && digits.len == 0;
}

static bool
take_line(struct imap *im)
{
	for (;;) {
		struct str have = buf_str(&im->in);
		const char *lf = have.len > 0 ?
		    memchr(have.ptr, '\n', have.len) : NULL;
		uint64_t n;

		if (lf == NULL) {
			if (!fill(im))
				return false;
			continue;
		}
		have.len = (size_t)(lf - have.ptr);
		have.len -= have.len > 0 && lf[-1] == '\r';
		buf_add(&im->line, have);
		buf_drop(&im->in, (size_t)(lf - im->in.ptr) + 1);
		if (!ends_in_literal(buf_str(&im->line), &n))
			return !im->line.failed;
		buf_add(&im->line, STR("\r\n"));
		if (!take_literal(im, n))
			return false;
	}
}

enum imap_said
imap_next(struct imap *im, struct str *line)
{
	uint64_t tag;

	buf_clear(&im->line);
	if (!take_line(im))
		return IMAP_CUT;
	*line = buf_str(&im->line);
	if (str_take_word(line, STR("* ")))
		return str_take_word(&(struct str){ line->ptr, line->len },
		    STR("BYE")) && im->tag > 0 ? IMAP_CUT : IMAP_ROW;
	if (str_take_byte(line, '+'))
		return IMAP_GO_ON;
	if (!str_take_byte(line, 'p') || !str_take_u64(line, &tag) ||
	    tag != im->tag || !str_take_byte(line, ' '))
		return IMAP_CUT;
	return str_take_word(line, STR("OK ")) ? IMAP_OK : IMAP_NO;
}

bool
imap_begin(struct imap *im, struct str command)
{
	char tag[32];

	snprintf(tag, sizeof(tag), "p%u ", ++im->tag);
	return imap_put(im, from_c(tag)) && imap_put(im, command);
}

enum imap_said
imap_do(struct imap *im, struct str command, imap_row *row, void *ctx)
{
	enum imap_said said;
	struct str line;

	if (!imap_begin(im, command) || !imap_put(im, STR("\r\n")))
		return IMAP_CUT;
	while ((said = imap_next(im, &line)) == IMAP_ROW)
		if (row != NULL)
			row(ctx, line);
	return said;
}

/* --- values --------------------------------------------------------------- */

void
imap_quote(struct buf *out, struct str s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, s.ptr[i]);
	}
	buf_byte(out, '"');
}

bool
imap_date(struct str s, int64_t *seconds)
{
	char text[32];
	struct date d;

	if (s.len < 11 || s.len >= sizeof(text))
		return false;
	memcpy(text, s.ptr, s.len);
	for (size_t i = 0; i < 11; i++)
		if (text[i] == '-')
			text[i] = ' ';
	if (!date_parse((struct str){ text, s.len }, &d))
		return false;
	*seconds = date_seconds(&d);
	return true;
}

void
imap_put_date(struct buf *out, int64_t seconds)
{
	struct date d = date_of(seconds, 0);
	char text[64];

	snprintf(text, sizeof(text), "\"%02u-%s-%04d %02u:%02u:%02u +0000\"",
	    d.day, date_month(d.month), d.year, d.hour, d.minute,
	    d.second > 59 ? 59 : d.second);
	buf_add_c(out, text);
}

struct str
imap_after(struct str row, const char *word)
{
	struct str w = from_c(word);

	for (; row.len >= w.len; row.ptr++, row.len--)
		if (str_take_word(&row, w))
			return row;
	return STR("");
}

static bool
is_atom(unsigned char c)
{
	return c > ' ' && c != '(' && c != ')' && c != '"';
}

bool
imap_take_string(struct str *in, struct buf *out)
{
	uint64_t n;

	if (str_take_byte(in, '{')) {
		if (!str_take_u64(in, &n) || !str_take_word(in, STR("}\r\n")) ||
		    n > in->len)
			return false;
		buf_add(out, (struct str){ in->ptr, (size_t)n });
		in->ptr += n;
		in->len -= (size_t)n;
		return true;
	}
	if (!str_take_byte(in, '"')) {
		struct str atom = str_take_while(in, is_atom);

		buf_add(out, atom);
		return atom.len > 0;
	}
	while (in->len > 0 && !str_take_byte(in, '"')) {
		(void)str_take_byte(in, '\\');
		if (in->len > 0)
			buf_byte(out, in->ptr[0]);
		in->ptr += in->len > 0;
		in->len -= in->len > 0;
	}
	return true;
}

/* --- a session ------------------------------------------------------------ */

static int
credential(struct imap *im, const char *password)
{
	struct buf args;

	args_begin(&args);
	args_put(&args, "name", im->user);
	args_put(&args, "device", im->device);
	if (password == NULL)
		args_put(&args, "remove", "1");
	else if (!password_verifier(&args, from_c(password))) {
		buf_free(&args);
		return say(im->c, EXIT_LATER, "no-random", NULL, NULL);
	}
	return call(im->c, "user password", &args, -1, im->user, NULL, NULL);
}

static bool
login(struct imap *im, const char *password)
{
	struct str line;
	struct buf b;
	bool ok;

	buf_init(&b, COMMAND_MAX);
	buf_add_c(&b, "LOGIN ");
	buf_byte(&b, '"');
	buf_add_c(&b, im->user);
	buf_byte(&b, '/');
	buf_add_c(&b, im->device);
	buf_add_c(&b, "\" ");
	imap_quote(&b, from_c(password));
	ok = !b.failed && imap_next(im, &line) == IMAP_ROW &&
	    imap_do(im, buf_str(&b), NULL, NULL) == IMAP_OK;
	buf_free(&b);
	return ok;
}

static bool
connect_to(struct imap *im, const struct conf_listen *l)
{
	im->fd = dial(l);
	return im->fd >= 0 && (l->service != CONF_IMAPS || handshake(im));
}

int
imap_open(struct imap *im, struct cli *c, const char *user)
{
	char password[PASSWORD_MAX + 1];
	struct conf_listen l;
	int status;

	*im = (struct imap){ .c = c, .user = user, .fd = -1 };
	buf_init(&im->in, IMAP_LINE_MAX + READ_SIZE);
	buf_init(&im->line, IMAP_LINE_MAX);
	snprintf(im->device, sizeof(im->device), "plictl-%ld",
	    (long)getpid());
	if (!find_listener(c, &l))
		return say(c, EXIT_NO, "imap-none", NULL, NULL);
	if (!password_make(password))
		return say(c, EXIT_LATER, "no-random", NULL, NULL);
	status = credential(im, password);
	im->made = status == 0;
	if (status == 0 && !(connect_to(im, &l) && login(im, password)))
		status = say(c, EXIT_LATER, "imap-no-login", user, NULL);
	wipe(password, sizeof(password));
	return status;
}

void
imap_close(struct imap *im)
{
	if (im->fd >= 0 && im->tag > 0)
		(void)imap_do(im, STR("LOGOUT"), NULL, NULL);
	if (im->made)
		(void)credential(im, NULL);
	SSL_free(im->tls);
	SSL_CTX_free(im->tls_ctx);
	if (im->fd >= 0)
		close(im->fd);
	buf_free(&im->in);
	buf_free(&im->line);
}
