/* account.c - another IMAP account: the child that reads it. */

#include "account.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/log.h"
#include "os/sandbox.h"

enum {
	WIRE = 3, LOG_FD,
	ADDRESSES = 8,
	BATCH = 32,			/* messages a command */
	COMMAND_MAX = 1024,
	CONNECT_MS = 30000,
	MEMORY = 1 << 30,
};

struct peer {
	struct sockaddr_storage at[ADDRESSES];
	socklen_t len[ADDRESSES];
	size_t count;
};

struct account {
	struct imap im;
	struct box box;
	struct buf want;		/* numbers of MAILs, uint32_t */
	size_t first;			/* of the batch at hand, in want */
	size_t last;
	bool lost;			/* the parent is gone */
};

/* --- what the parent is told ---------------------------------------------- */

static bool
put(enum account_kind kind, const void *fixed, size_t n, struct str rest)
{
	struct account_head h = { kind, (uint32_t)(n + rest.len) };

	return fd_write(WIRE, (struct str){ (char *)&h, sizeof(h) }) &&
	    fd_write(WIRE, (struct str){ fixed, n }) && fd_write(WIRE, rest);
}

/* "word\ntext" */
_Noreturn static void
fail(const char *word, struct str text)
{
	char head[32];

	snprintf(head, sizeof(head), "%s\n", word);
	text.len = text.len < 200 ? text.len : 200;
	(void)put(ACCOUNT_ERROR, head, strlen(head), text);
	_exit(1);
}

/* Of a mailbox in the parent's words: "INBOX.Lists.pli" is Lists/pli. */
static void
put_name(struct buf *out, const struct box_name *n)
{
	struct str name = n->name, rest = name;

	if (n->separator != '\0' && str_take_word(&rest, STR("INBOX")) &&
	    str_take_byte(&rest, n->separator) && rest.len > 0)
		name = rest;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (c == n->separator)
			c = '/';
		else if (c == '/')
			c = '-';
		buf_byte(out, c);
	}
}

static bool
put_box(const struct account *a, const struct box_name *n)
{
	struct account_box b = { .mails = (uint32_t)box_count(&a->box),
	    .use = n->use };
	struct buf name;
	bool ok;

	buf_init(&name, BOX_NAME_MAX);
	put_name(&name, n);
	ok = put(ACCOUNT_BOX, &b, sizeof(b), buf_str(&name));
	buf_free(&name);
	return ok;
}

static bool
put_mail(const struct account *a, const struct box_mail *m)
{
	struct account_mail r = { .date = m->date, .flags = m->flags };
	struct buf words;
	bool ok;

	memcpy(r.key, m->key, BOX_KEY);
	buf_init(&words, 4096);
	for (size_t i = 0; i < a->box.words; i++)
		if ((m->words & (uint32_t)1 << i) != 0) {
			buf_add_c(&words, a->box.word[i]);
			buf_byte(&words, ' ');
		}
	ok = put(ACCOUNT_MAIL, &r, sizeof(r), buf_str(&words));
	buf_free(&words);
	return ok;
}

/* --- messages ------------------------------------------------------------- */

static bool
sink(void *ctx, struct str s)
{
	struct account *a = ctx;

	while (s.len > 0 && !a->lost) {
		struct str part = { s.ptr, s.len < ACCOUNT_RECORD_MAX / 2 ?
		    s.len : ACCOUNT_RECORD_MAX / 2 };

		a->lost = !put(ACCOUNT_TEXT, "", 0, part);
		s.ptr += part.len;
		s.len -= part.len;
	}
	return !a->lost;
}

/* The row of a message ends, its text is with the parent. */
static void
on_mail(void *ctx, struct str row)
{
	struct account *a = ctx;
	const uint32_t *want = (const uint32_t *)(const void *)a->want.ptr;
	struct str rest = imap_after(row, "(UID ");
	struct account_done d = { .whole = 1 };
	uint64_t uid;

	if (rest.len == 0)
		rest = imap_after(row, " UID ");
	if (!str_take_u64(&rest, &uid) || a->im.sink != NULL)
		return;			/* flags that have changed */
	a->im.sink = sink;
	d.mail = UINT32_MAX;
	for (size_t i = a->first; i < a->last; i++)
		if (box_mail(&a->box, want[i])->uid == uid)
			d.mail = want[i];
	a->lost = a->lost || !put(ACCOUNT_DONE, &d, sizeof(d), STR(""));
}

static void
fetch_batch(struct account *a, size_t count)
{
	const uint32_t *want = (const uint32_t *)(const void *)a->want.ptr;
	enum imap_said said;
	struct buf b;

	a->last = a->first + BATCH < count ? a->first + BATCH : count;
	buf_init(&b, COMMAND_MAX);
	buf_add_c(&b, "UID FETCH ");
	for (size_t i = a->first; i < a->last; i++) {
		if (i > a->first)
			buf_byte(&b, ',');
		buf_add_u64(&b, box_mail(&a->box, want[i])->uid);
	}
	buf_add_c(&b, " (UID BODY.PEEK[])");
	a->im.sink = sink;
	a->im.sink_ctx = a;
	said = imap_do(&a->im, buf_str(&b), on_mail, a);
	a->im.sink = NULL;
	buf_free(&b);
	if (a->lost)
		_exit(1);
	if (said == IMAP_CUT)
		fail("cut", STR(""));
	a->first = a->last;
}

/* One octet for each message. */
static void
take_wishes(struct account *a)
{
	char wish[4096];
	size_t count = box_count(&a->box), at = 0;

	buf_clear(&a->want);
	while (at < count) {
		ssize_t n = read(WIRE, wish, count - at < sizeof(wish) ?
		    count - at : sizeof(wish));

		if (n <= 0)
			_exit(1);
		for (ssize_t i = 0; i < n; i++, at++) {
			uint32_t number = (uint32_t)at;

			if (wish[i] == 'y')
				buf_add_mem(&a->want, &number, sizeof(number));
		}
	}
	if (a->want.failed)
		fail("cut", STR(""));
}

static void
read_box(struct account *a, const struct box_name *n)
{
	size_t count;

	switch (box_open(&a->im, &a->box, n->name, true)) {
	case IMAP_OK:
		break;
	case IMAP_NO:
		return;			/* it may not be read */
	default:
		fail("cut", STR(""));
	}
	if (!put_box(a, n))
		_exit(1);
	for (size_t i = 0; i < box_count(&a->box); i++)
		if (!put_mail(a, box_mail(&a->box, i)))
			_exit(1);
	take_wishes(a);
	count = a->want.len / sizeof(uint32_t);
	a->first = 0;
	while (a->first < count)
		fetch_batch(a, count);
}

/* What shows the mail of other mailboxes comes last, or not at all: "all mail"
 * of some servers holds what is archived, the others nothing of their own. */
static void
read_boxes(struct account *a)
{
	struct box_name n;
	struct buf names;

	buf_init(&names, BOX_NAMES_MAX);
	if (boxes_list(&a->im, &names) != IMAP_OK)
		fail("cut", STR(""));
	for (int pass = 0; pass < 2; pass++) {
		struct str rest = buf_str(&names);

		while (boxes_next(&rest, &n))
			if (n.use != BOX_FLAGGED && n.use != BOX_IMPORTANT &&
			    (n.use == BOX_ALL) == (pass == 1))
				read_box(a, &n);
	}
	(void)put(ACCOUNT_END, "", 0, STR(""));
	buf_free(&names);
}

/* --- the connection ------------------------------------------------------- */

static void
find_peer(const struct account_url *u, struct peer *p)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all;
	char port[8];

	snprintf(port, sizeof(port), "%u", u->port);
	if (getaddrinfo(u->host, port, &hints, &all) != 0)
		fail("unknown-host", STR(""));
	for (const struct addrinfo *i = all; i != NULL && p->count < ADDRESSES;
	    i = i->ai_next) {
		memcpy(&p->at[p->count], i->ai_addr, i->ai_addrlen);
		p->len[p->count++] = i->ai_addrlen;
	}
	freeaddrinfo(all);
}

static int
dial(const struct peer *p)
{
	struct timeval wait = { .tv_sec = CONNECT_MS / 1000 };

	for (size_t i = 0; i < p->count; i++) {
		int fd = socket(p->at[i].ss_family, SOCK_STREAM |
		    SOCK_CLOEXEC, 0);

		/* it is what connect waits for, too */
		if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait,
		    sizeof(wait)) == 0 && connect(fd,
		    (const struct sockaddr *)&p->at[i], p->len[i]) == 0)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static bool
is_no_blank(unsigned char c)
{
	return c != ' ';
}

/* "p1 NO text" */
static struct str
why_not(const struct account *a)
{
	struct str line = buf_str(&a->im.line);

	for (int i = 0; i < 2; i++) {
		(void)str_take_while(&line, is_no_blank);
		(void)str_take_byte(&line, ' ');
	}
	return line;
}

static void
log_in(struct account *a, const struct account_job *job)
{
	a->im.tls = tls_connect(a->im.client, a->im.fd,
	    from_c(job->url.host), CONNECT_MS, NULL);
	if (a->im.tls == NULL)
		fail("no-tls", STR(""));
	if (!tls_verified(a->im.tls))
		fail("unverified", STR(""));
	switch (imap_login(&a->im, job->url.user, job->password)) {
	case IMAP_OK:
		return;
	case IMAP_NO:
		fail("login", why_not(a));
	default:
		fail("cut", STR(""));
	}
}

/* Of the parent's it keeps the wire alone: no channel, no terminal. */
static void
part(int wire)
{
	int null = open("/dev/null", O_RDWR), w = fcntl(wire, F_DUPFD, 16),
	    n = fcntl(null, F_DUPFD, 16);

	(void)signal(SIGINT, SIG_IGN);	/* the parent ends, then this does */
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	if (n < 0 || w < 0 || dup2(n, STDIN_FILENO) < 0 ||
	    dup2(n, STDOUT_FILENO) < 0 || dup2(n, STDERR_FILENO) < 0 ||
	    dup2(w, WIRE) < 0 || dup2(n, LOG_FD) < 0 ||
	    close_range(LOG_FD + 1, ~0U, 0) != 0)
		_exit(1);
	log_to(LOG_FD);
}

void
account_child(const struct account_job *job, int wire)
{
	struct sandbox box = { .may = SANDBOX_CONNECT | SANDBOX_ACCEPT,
	    .memory = MEMORY, .files = 16,
	    .ports = { (uint16_t)job->url.port } };
	static struct account a;
	static struct peer peer;

	part(wire);
	imap_begin_session(&a.im, NULL, job->url.user);
	box_begin(&a.box);
	buf_init(&a.want, (size_t)BOX_MAILS_MAX * sizeof(uint32_t));
	find_peer(&job->url, &peer);
	a.im.client = tls_client_new(job->authorities);
	if (a.im.client == NULL)
		fail("no-authority", STR(""));
	sandbox_enter(&box);
	a.im.fd = dial(&peer);
	if (a.im.fd < 0)
		fail("unreachable", STR(""));
	log_in(&a, job);
	read_boxes(&a);
	imap_end_session(&a.im);
	_exit(0);
}
