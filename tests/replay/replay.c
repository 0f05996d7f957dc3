/*
 * replay.c - sessions told by a script, the other processes' words included.
 *
 * usage: replay [-PIECE] SCRIPT.t ...
 *
 *	# a full store delays mail, it does not lose it
 *	open mx 192.0.2.7		a new session; "open mxtls": under TLS
 *	S 220				a reply that begins so; of one with
 *	S 250-SIZE			several lines, one line does
 *	C EHLO a.example		the client says a line; CRLF is added
 *	X a\r\n.\r\n			the client says these octets: \r \n \0
 *					\t \\ \xHH
 *	Z 1000 x			the client says an octet so many times
 *	store later			the next word of the store (or of seal):
 *					yes later no unknown relay full nocert
 *					gone; yes where nothing is said
 *	kept 2				so many copies were kept so far
 *	holds TEXT			the last one has this text in it
 *	lacks TEXT
 *	room 0				so many MiB may wait in memory (before
 *					open; 64 where nothing is said)
 *	without seal			…or store: it is down (before open)
 *	E				the connection is closed
 *
 * What runs is smtp_serve itself, in a child, over socket pairs; this program
 * is the peer, the store and seal.  alice@ has a certificate, all others have
 * none.  Nothing waits: what should come within five seconds or is missing.
 *
 * What a line of a script says arrives in one read; with -PIECE in reads of so
 * many octets (but what Z says).  The sockets keep the bounds of what is sent,
 * so that none of this is left to luck.
 */

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/msg_seal.h"
#include "os/log.h"
#include "role/smtp_serve.h"

enum { LINE_ROOM = 4096, REPLY_ROOM = 65536, PATIENCE_MS = 5000 };

enum word { YES, LATER, NO, UNKNOWN, RELAY, FULL, NOCERT, GONE, WORDS };

static const char *const words[WORDS] = {
	"yes", "later", "no", "unknown", "relay", "full", "nocert", "gone",
};

static const enum rcpt_reason reasons[WORDS] = {
	RCPT_OK, RCPT_BUSY, RCPT_NO_USER, RCPT_NO_USER, RCPT_NO_DOMAIN,
	RCPT_FULL, RCPT_NO_CERT, RCPT_OK,
};

static struct {
	const char *script;
	unsigned line;
	int sock, store, seal;
	pid_t pid;
	enum word word;
	unsigned room_mib;		/* of the next session */
	size_t piece;			/* octets that arrive at once */
	bool no_store, no_seal;
	unsigned kept;
	char *copy;			/* the last one that was kept */
	size_t copy_len;
	char in[REPLY_ROOM];		/* replies that are not yet wanted */
	size_t in_len;
	char room[IPC_MAX];
} self = { .sock = -1, .store = -1, .seal = -1, .room_mib = 64,
    .piece = LINE_ROOM };

static void __attribute__((format(printf, 1, 2), noreturn))
complain(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%u: ", self.script, self.line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(1);
}

static void
close_session(void)
{
	int status;

	if (self.sock < 0)
		return;
	close(self.sock);
	if (self.store >= 0)
		close(self.store);
	if (self.seal >= 0)
		close(self.seal);
	self.sock = self.store = self.seal = -1;
	if (waitpid(self.pid, &status, 0) < 0 || !WIFEXITED(status))
		complain("the session died of signal %d", WTERMSIG(status));
	self.in_len = 0;
}

/* What a handshake would have left: the same socket, read through ops. */
static ptrdiff_t
fake_read(void *ctx, void *mem, size_t n, int timeout_ms)
{
	(void)timeout_ms;
	return recv(*(int *)ctx, mem, n, 0);
}

static bool
fake_write(void *ctx, struct str out, int timeout_ms)
{
	(void)timeout_ms;
	return send(*(int *)ctx, out.ptr, out.len, MSG_NOSIGNAL) ==
	    (ssize_t)out.len;
}

static void
fake_close(void *ctx)
{
	(void)ctx;
}

static void
serve(int sock, int store, int seal, const char *addr, bool tls)
{
	static const struct stream_ops ops = {
		fake_read, fake_write, fake_close
	};
	static struct role r;
	static struct child c;
	static struct child_slot slot;
	struct smtp_tls with = { &ops, &sock, "TLSv1.3", "A_CIPHER" };

	r.conf.mx = STR("mx.example.org");
	r.conf.size = 1 << 20;
	r.edge[r.edges++] = (struct role_edge){ ROLE_MXTLS, false, sock };
	c = (struct child){ .sock = sock, .id = 1, .slot = &slot,
	    .budget = eventfd(self.room_mib,
	    EFD_SEMAPHORE | EFD_NONBLOCK) };
	for (int to = 0; to < ROLES; to++)
		c.chan[to] = -1;
	c.chan[ROLE_STORE] = self.no_store ? -1 : store;
	c.chan[ROLE_SEAL] = self.no_seal ? -1 : seal;
	memcpy(c.addr, addr, strnlen(addr, ADDR_MAX));
	_exit(smtp_serve(&r, &c, &smtp_port_mx, tls ? &with : NULL));
}

static void
open_session(const char *arg)
{
	int sock[2], store[2], seal[2], quiet[2];
	bool tls = strncmp(arg, "mxtls ", 6) == 0;
	const char *addr = strchr(arg, ' ');

	close_session();
	if (addr == NULL || (!tls && strncmp(arg, "mx ", 3) != 0))
		complain("open mx ADDRESS, or open mxtls ADDRESS");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sock) != 0 ||
	    !chan_pair(store) || !chan_pair(seal) || !chan_pair(quiet))
		complain("no sockets");
	self.pid = fork();
	if (self.pid == 0) {
		close(sock[0]);
		close(store[0]);
		close(seal[0]);
		log_to(quiet[1]);
		serve(sock[1], store[1], seal[1], addr + 1, tls);
	}
	close(quiet[0]);
	close(quiet[1]);
	close(sock[1]);
	close(store[1]);
	close(seal[1]);
	self.sock = sock[0];
	self.store = store[0];
	self.seal = seal[0];
	self.word = YES;
	self.room_mib = 64;
	self.no_store = self.no_seal = false;
}

static enum word
take_word(void)
{
	enum word w = self.word;

	self.word = YES;
	return w;
}

static void
lose(int *fd)
{
	close(*fd);
	*fd = -1;
}

static uint32_t
verdict_of(enum word w)
{
	if (w == YES)
		return VERDICT_YES;
	return w == LATER || w == FULL || w == NOCERT ? VERDICT_LATER :
	    VERDICT_NO;
}

static void
keep(int fd, uint64_t size)
{
	free(self.copy);
	self.copy = calloc(1, size + 1);
	self.copy_len = size;
	if (self.copy == NULL || pread(fd, self.copy, size, 0) !=
	    (ssize_t)size)
		complain("a copy that cannot be read");
	self.kept++;
}

static void
answer_rcpt(const struct msg_store_rcpt *m, enum word w)
{
	struct msg_store_rcpt_is is = { verdict_of(w), reasons[w], STR("") };
	bool alice = str_eq_nocase(m->local, STR("alice"));
	struct buf targets;

	buf_init(&targets, TARGET_SIZE);
	if (w == YES)
		msg_target_put(&targets, alice ?
		    &(struct msg_target){ 11, 1, 7 } :
		    &(struct msg_target){ 12, 2, 0 });
	is.targets = buf_str(&targets);
	(void)chan_put(self.store, msg_store, STORE_TYPES, STORE_RCPT_IS, &is,
	    NULL, 0);
	buf_free(&targets);
}

static void
answer_delivery(uint64_t group, enum word w)
{
	struct msg_store_delivered is = { group, verdict_of(w),
	    (uint32_t)reasons[w] };

	(void)chan_put(self.store, msg_store, STORE_TYPES, STORE_DELIVERED,
	    &is, NULL, 0);
}

static void
play_store(void)
{
	union {
		struct msg_store_rcpt rcpt;
		struct msg_store_deliver deliver;
	} m;
	struct chan_msg in;
	enum word w;
	int type = chan_get(self.store, self.room, msg_store, STORE_TYPES, &m,
	    &in);

	if (type < 0) {
		lose(&self.store);
		return;
	}
	w = take_word();
	if (w == GONE) {
		lose(&self.store);
	} else if (type == STORE_RCPT) {
		answer_rcpt(&m.rcpt, w);
	} else if (type == STORE_DELIVER) {
		if (w == YES)
			keep(in.fds[0], m.deliver.size);
		answer_delivery(m.deliver.group, w);
	}
	chan_close_fds(&in);
}

/* Success is told by the store, failure by seal. */
static void
play_seal(void)
{
	struct msg_seal_message m;
	struct chan_msg in;
	enum word w;

	if (chan_get(self.seal, self.room, msg_seal, SEAL_TYPES, &m, &in) !=
	    SEAL_MESSAGE) {
		lose(&self.seal);
		return;
	}
	w = take_word();
	if (w == GONE) {
		lose(&self.seal);
	} else if (w == LATER) {
		struct msg_seal_failed is = { m.group, VERDICT_LATER };

		(void)chan_put(self.seal, msg_seal, SEAL_TYPES, SEAL_FAILED,
		    &is, NULL, 0);
	} else {
		if (w == YES)
			keep(in.fds[0], m.size);
		answer_delivery(m.group, w);
	}
	chan_close_fds(&in);
}

/* Let the others work until the session's socket is ready for that. */
static bool
work_until(short event)
{
	for (;;) {
		struct pollfd p[3] = {
			{ self.sock, event, 0 }, { self.store, POLLIN, 0 },
			{ self.seal, POLLIN, 0 },
		};

		if (poll(p, 3, PATIENCE_MS) <= 0)
			return false;
		if (p[1].revents != 0)
			play_store();
		else if (p[2].revents != 0)
			play_seal();
		if (p[0].revents != 0)
			return true;
	}
}

/* False: the session has closed or says nothing. */
static bool
wait_for_more(void)
{
	ssize_t n;

	if (!work_until(POLLIN))
		return false;
	do	/* that our last words stayed unread is told before its own */
		n = recv(self.sock, self.in + self.in_len,
		    sizeof(self.in) - self.in_len, 0);
	while (n < 0 && errno == ECONNRESET);
	if (n <= 0)
		return false;
	self.in_len += (size_t)n;
	return true;
}

/* The next line without its CRLF. */
static bool
next_line(struct str *line)
{
	static char text[LINE_ROOM];
	const char *end;

	while ((end = memmem(self.in, self.in_len, "\r\n", 2)) == NULL)
		if (!wait_for_more())
			return false;
	line->ptr = text;
	line->len = (size_t)(end - self.in);
	if (line->len >= sizeof(text))
		complain("a reply without an end");
	memcpy(text, self.in, line->len);
	text[line->len] = '\0';
	self.in_len -= line->len + 2;
	memmove(self.in, end + 2, self.in_len);
	return true;
}

/* One reply, all its lines; one of them begins so. */
static void
expect(const char *want)
{
	bool found = false;
	struct str line;
	size_t n = strlen(want);

	do {
		if (!next_line(&line))
			complain("wanted %s, got nothing", want);
		found |= line.len >= n && memcmp(line.ptr, want, n) == 0;
		if (!found && (line.len < 4 || line.ptr[3] != '-'))
			complain("wanted %s, got %s", want, line.ptr);
	} while (line.len > 3 && line.ptr[3] == '-');
}

static void
expect_end(void)
{
	struct str line;

	if (next_line(&line))
		complain("wanted the end, got %s", line.ptr);
	close_session();
}

static void
say(const char *octets, size_t n, size_t piece)
{
	while (n > 0) {
		ssize_t done = send(self.sock, octets, n < piece ? n : piece,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (done < 0 && errno == EAGAIN && work_until(POLLOUT))
			continue;
		if (done < 0)
			return;		/* it is closed: E will see */
		octets += done;
		n -= (size_t)done;
	}
}

static int
hex_of(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	if (c == '\0' || at == NULL)
		complain("\\x wants two digits of 0-9a-f");
	return (int)(at - digits);
}

static size_t
unescape(const char *in, char *out)
{
	static const char names[] = "rnt0\\", meant[] = "\r\n\t\0\\";
	size_t n = 0;

	for (; *in != '\0'; in++) {
		const char *at;

		if (*in != '\\') {
			out[n++] = *in;
			continue;
		}
		at = strchr(names, *++in);
		if (*in == 'x') {
			out[n++] = (char)(hex_of(in[1]) << 4 | hex_of(in[2]));
			in += 2;
		} else if (*in != '\0' && at != NULL) {
			out[n++] = meant[at - names];
		} else {
			complain("what is \\%c?", *in);
		}
	}
	return n;
}

static void
say_many(const char *arg)
{
	struct str in = { arg, strlen(arg) };
	char block[LINE_ROOM];
	uint64_t n;

	if (!str_take_u64(&in, &n) || !str_take_byte(&in, ' ') || in.len != 1)
		complain("Z wants a number and an octet");
	memset(block, in.ptr[0], sizeof(block));
	while (n > 0) {
		size_t now = n < sizeof(block) ? (size_t)n : sizeof(block);

		say(block, now, sizeof(block));
		n -= now;
	}
}

static void
set_word(const char *arg)
{
	for (int w = 0; w < WORDS; w++)
		if (strcmp(arg, words[w]) == 0) {
			self.word = (enum word)w;
			return;
		}
	complain("the store cannot say %s", arg);
}

static void
check_copy(const char *arg, bool wanted)
{
	char text[LINE_ROOM];
	size_t n = unescape(arg, text);
	bool found = self.copy != NULL && memmem(self.copy, self.copy_len,
	    text, n) != NULL;

	if (found != wanted)
		complain("the copy %s %s:\n%s", wanted ? "lacks" : "has", arg,
		    self.copy != NULL ? self.copy : "(none)");
}

static void
check_kept(const char *arg)
{
	struct str in = { arg, strlen(arg) };
	uint64_t n;

	if (!str_take_u64(&in, &n) || n != self.kept)
		complain("%u copies were kept", self.kept);
}

static void
set_room(const char *arg)
{
	struct str in = { arg, strlen(arg) };
	uint64_t n;

	if (!str_take_u64(&in, &n) || n > 1000)
		complain("room wants a number");
	self.room_mib = (unsigned)n;
}

static void
set_down(const char *arg)
{
	self.no_store |= strcmp(arg, "store") == 0;
	self.no_seal |= strcmp(arg, "seal") == 0;
}

static void
say_line(const char *arg)
{
	char text[LINE_ROOM + 2];
	size_t n = strlen(arg);

	memcpy(text, arg, n);
	memcpy(text + n, "\r\n", 2);
	say(text, n + 2, self.piece);
}

static void
say_octets(const char *arg)
{
	char text[LINE_ROOM];
	size_t n = unescape(arg, text);

	say(text, n, self.piece);
}

static void
end(const char *arg)
{
	(void)arg;
	expect_end();
}

static void
holds(const char *arg)
{
	check_copy(arg, true);
}

static void
lacks(const char *arg)
{
	check_copy(arg, false);
}

static void
obey(char *line)
{
	static const struct {
		const char *name;
		void (*act)(const char *);
	} verbs[] = {
		{ "open", open_session }, { "C", say_line },
		{ "X", say_octets }, { "Z", say_many }, { "S", expect },
		{ "E", end }, { "store", set_word }, { "kept", check_kept },
		{ "room", set_room }, { "without", set_down },
		{ "holds", holds }, { "lacks", lacks },
	};
	char *arg = strchr(line, ' ');

	if (arg != NULL)
		*arg++ = '\0';
	else
		arg = line + strlen(line);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(line, verbs[i].name) == 0) {
			verbs[i].act(arg);
			return;
		}
	complain("what is %s?", line);
}

static void
replay(const char *script)
{
	char line[LINE_ROOM];
	FILE *f = fopen(script, "r");

	self.script = script;
	self.line = 0;
	self.kept = 0;
	if (f == NULL)
		complain("cannot be read");
	while (fgets(line, sizeof(line), f) != NULL) {
		self.line++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			obey(line);
	}
	fclose(f);
	close_session();
}

static void
set_piece(const char *arg)
{
	struct str in = { arg, strlen(arg) };
	uint64_t n;

	self.script = "usage";
	if (!str_take_u64(&in, &n) || in.len > 0 || n == 0 || n > LINE_ROOM)
		complain("a piece is of 1 to %d octets", LINE_ROOM);
	self.piece = (size_t)n;
}

int
main(int argc, char **argv)
{
	int scripts = argc > 1 && argv[1][0] == '-' ? 2 : 1;

	if (scripts == 2)
		set_piece(argv[1] + 1);
	for (int i = scripts; i < argc; i++)
		replay(argv[i]);
	free(self.copy);
	return argc > scripts ? 0 : 1;
}
