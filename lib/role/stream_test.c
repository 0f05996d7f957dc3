/* stream_test.c - lines and pieces over a socket pair. */

#include "role/stream.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/check.h"
#include "tests/pieces.h"

static char in[64], out[16];

static int
open_pair(struct stream *s)
{
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	stream_plain(s, pair[0], in, sizeof(in), out, sizeof(out));
	return pair[1];
}

static void
say(int fd, const char *what)
{
	CHECK(write(fd, what, strlen(what)) == (ssize_t)strlen(what), "write");
}

static void
expect(int fd, const char *what)
{
	char got[256];
	ssize_t n = recv(fd, got, sizeof(got), MSG_DONTWAIT);

	CHECK(n == (ssize_t)strlen(what) && memcmp(got, what, (size_t)n) == 0,
	    "wanted %s", what);
}

TEST(reads_lines)
{
	struct stream s;
	struct str line;
	int peer = open_pair(&s);

	TEST_BEGIN;
	say(peer, "one\r\ntwo\nthr");
	CHECK(stream_line(&s, 64, &line) == STREAM_OK, "line");
	CHECK(str_eq(line, STR("one\r\n")), "%.*s", (int)line.len, line.ptr);
	CHECK(stream_line(&s, 64, &line) == STREAM_OK, "line");
	CHECK(str_eq(line, STR("two\n")), "%.*s", (int)line.len, line.ptr);
	CHECK(stream_has_input(&s), "thr");
	say(peer, "ee\r\n");
	CHECK(stream_line(&s, 64, &line) == STREAM_OK, "line");
	CHECK(str_eq(line, STR("three\r\n")), "%.*s", (int)line.len, line.ptr);
	CHECK(!stream_has_input(&s), "nothing");
	close(peer);
	CHECK(stream_line(&s, 64, &line) == STREAM_EOF, "end");
	stream_close(&s);
}

TEST(gets_over_a_long_line)
{
	struct stream s;
	struct str line;
	int peer = open_pair(&s);

	TEST_BEGIN;
	for (int i = 0; i < 50; i++)
		say(peer, "0123456789");
	say(peer, "\r\nnext\r\n0123456\r\n01234567\r\nlast\r\n");
	CHECK(stream_line(&s, 64, &line) == STREAM_LONG, "long");
	CHECK(stream_line(&s, 9, &line) == STREAM_OK, "line");
	CHECK(str_eq(line, STR("next\r\n")), "%.*s", (int)line.len, line.ptr);
	CHECK(stream_line(&s, 9, &line) == STREAM_OK, "just");
	CHECK(stream_line(&s, 9, &line) == STREAM_LONG, "one too long");
	CHECK(stream_line(&s, 9, &line) == STREAM_OK, "line");
	CHECK(str_eq(line, STR("last\r\n")), "%.*s", (int)line.len, line.ptr);
	close(peer);
	stream_close(&s);
}

TEST(writes_when_it_waits)
{
	struct stream s;
	struct str line;
	int peer = open_pair(&s);
	char none;

	TEST_BEGIN;
	say(peer, "a\r\nb\r\n");
	for (int i = 0; i < 2; i++) {
		CHECK(stream_line(&s, 64, &line) == STREAM_OK, "line");
		stream_put(&s, STR("ok\r\n"));
		CHECK(recv(peer, &none, 1, MSG_DONTWAIT) < 0, "too early");
	}
	shutdown(peer, SHUT_WR);
	CHECK(stream_line(&s, 64, &line) == STREAM_EOF, "end");
	expect(peer, "ok\r\nok\r\n");
	stream_put(&s, STR("a,"));
	stream_put(&s, STR("more than fits into the buffer"));
	expect(peer, "a,more than fits into the buffer");
	stream_put(&s, STR("in the end"));
	stream_close(&s);
	expect(peer, "in the end");
	close(peer);
}

TEST(keeps_time)
{
	struct stream s;
	struct str line;
	int peer = open_pair(&s);
	uint64_t start = stream_now();

	TEST_BEGIN;
	s.idle_ms = 30;
	say(peer, "never end");
	CHECK(stream_line(&s, 64, &line) == STREAM_TIMEOUT, "timeout");
	CHECK(stream_now() - start >= 29, "too early");
	stream_put(&s, STR("bye\r\n"));
	stream_close(&s);
	expect(peer, "bye\r\n");
	close(peer);
	peer = open_pair(&s);
	s.end = stream_now() + 20;
	say(peer, "\r\n\r\n");
	CHECK(stream_line(&s, 64, &line) == STREAM_OK, "in time");
	CHECK(stream_line(&s, 64, &line) == STREAM_OK, "in time");
	CHECK(stream_line(&s, 64, &line) == STREAM_TIMEOUT, "all is over");
	stream_close(&s);
	close(peer);
}

TEST(gives_pieces)
{
	struct stream s;
	struct str some;
	int peer = open_pair(&s);

	TEST_BEGIN;
	say(peer, "abc");
	CHECK(stream_some(&s, &some) == STREAM_OK && some.len == 3, "abc");
	stream_eat(&s, 1);
	CHECK(stream_some(&s, &some) == STREAM_OK, "bc");
	CHECK(str_eq(some, STR("bc")), "%.*s", (int)some.len, some.ptr);
	say(peer, "d");
	CHECK(stream_more(&s, 2, &some) == STREAM_OK, "bcd");
	CHECK(str_eq(some, STR("bcd")), "%.*s", (int)some.len, some.ptr);
	close(peer);
	CHECK(stream_more(&s, 3, &some) == STREAM_EOF, "end");
	stream_close(&s);
}

/* A peer whose octets come as the pieces say. */
struct script {
	struct pieces p;
	struct str have;
};

static ptrdiff_t
read_script(void *ctx, void *mem, size_t n, int timeout_ms)
{
	struct script *s = ctx;

	(void)timeout_ms;
	if (s->have.len == 0 && !pieces_next(&s->p, &s->have))
		return STREAM_EOF;
	if (n > s->have.len)
		n = s->have.len;
	memcpy(mem, s->have.ptr, n);
	s->have.ptr += n;
	s->have.len -= n;
	return (ptrdiff_t)n;
}

/* Lines of up to eight octets; after "n=5", five octets and again lines. */
static void
read_all(struct stream *s, struct buf *got)
{
	enum stream_status status;
	struct str line;
	size_t n;

	while ((status = stream_line(s, 8, &line)) == STREAM_OK ||
	    status == STREAM_LONG) {
		buf_add(got, status == STREAM_OK ? line : STR("long\n"));
		if (status == STREAM_OK && str_eq(line, STR("n=5\n"))) {
			for (n = 5; n > 0; n -= line.len) {
				CHECK(stream_some(s, &line) == STREAM_OK, "n");
				line.len = line.len < n ? line.len : n;
				buf_add(got, line);
				stream_eat(s, line.len);
			}
			buf_byte(got, '|');
		}
	}
	CHECK(status == STREAM_EOF, "%d", (int)status);
}

/* However they come, and however small the buffer is. */
TEST(reads_the_same_in_pieces)
{
	static const struct stream_ops ops = { .read = read_script };
	const struct str text = STR("a\r\n\n1234567\n12345678\nn=5\n"
	    "\nab\n.cd\nthis one is much longer than that\ne\nlost");
	const struct str want = STR("a\r\n\n1234567\nlong\nn=5\n"
	    "\nab\n.|cd\nlong\ne\n");
	struct script script = { .have = STR("") };
	struct stream s;
	struct buf got;

	TEST_BEGIN;
	buf_init(&got, 1000);
	for (size_t size = 8; size < 24; size++)
	EACH_SPLIT(script.p, text) {
		char *room = malloc(size);

		stream_plain(&s, -1, room, size, out, sizeof(out));
		stream_change(&s, &ops, &script);
		buf_clear(&got);
		read_all(&s, &got);
		CHECK(str_eq(buf_str(&got), want), "%zu, %zu in %zu: %.*s",
		    script.p.first, script.p.step, size, (int)got.len,
		    got.ptr);
		free(room);
	}
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(reads_lines),
		RUN(gets_over_a_long_line),
		RUN(writes_when_it_waits),
		RUN(keeps_time),
		RUN(gives_pieces),
		RUN(reads_the_same_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
