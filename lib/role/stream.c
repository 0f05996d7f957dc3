/* stream.c - a peer's bytes in, ours out. */

#include "role/stream.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

uint64_t
stream_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Only when it changes: most reads of a session wait for the same time. */
static void
set_timeout(const struct stream *s, int which, int *is_ms, int ms)
{
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };

	if (ms == *is_ms)
		return;
	(void)setsockopt(s->sock, SOL_SOCKET, which, &t, sizeof(t));
	*is_ms = ms;
}

static ptrdiff_t
plain_read(void *ctx, void *mem, size_t n, int timeout_ms)
{
	struct stream *s = ctx;
	ssize_t got;

	set_timeout(s, SO_RCVTIMEO, &s->read_ms, timeout_ms);
	do
		got = recv(s->sock, mem, n, 0);
	while (got < 0 && errno == EINTR);
	if (got >= 0)
		return got;
	return errno == EAGAIN ? STREAM_TIMEOUT : STREAM_BROKEN;
}

static bool
plain_write(void *ctx, struct str out, int timeout_ms)
{
	struct stream *s = ctx;
	uint64_t end = stream_now() + (uint64_t)timeout_ms;

	set_timeout(s, SO_SNDTIMEO, &s->write_ms, timeout_ms);
	while (out.len > 0) {
		ssize_t n = send(s->sock, out.ptr, out.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || stream_now() > end)
			return false;
		out.ptr += n;
		out.len -= (size_t)n;
	}
	return true;
}

static void
plain_close(void *ctx)
{
	(void)ctx;
}

static const struct stream_ops plain = {
	plain_read, plain_write, plain_close
};

void
stream_plain(struct stream *s, int sock, char *in, size_t in_size,
    char *out, size_t out_size)
{
	*s = (struct stream){
		.ops = &plain, .ctx = s, .sock = sock,
		.in = in, .in_size = in_size,
		.out = out, .out_size = out_size,
		.idle_ms = 60 * 1000, .failed = STREAM_OK,
	};
}

void
stream_change(struct stream *s, const struct stream_ops *ops, void *ctx)
{
	s->ops = ops;
	s->ctx = ctx;
	s->from = s->to = 0;
}

void
stream_close(struct stream *s)
{
	(void)stream_flush(s);
	s->ops->close(s->ctx);
	close(s->sock);
	s->sock = -1;
	s->failed = STREAM_BROKEN;
}

void
stream_close_gently(struct stream *s)
{
	uint64_t end = stream_now() + STREAM_LINGER_MS;
	ssize_t n = 1;

	(void)stream_flush(s);
	s->ops->close(s->ctx);
	if (s->failed != STREAM_EOF && s->failed != STREAM_BROKEN &&
	    shutdown(s->sock, SHUT_WR) == 0) {
		set_timeout(s, SO_RCVTIMEO, &s->read_ms, STREAM_LINGER_MS);
		while (n > 0 && stream_now() < end)
			n = recv(s->sock, s->in, s->in_size, 0);
	}
	close(s->sock);
	s->sock = -1;
	s->failed = STREAM_BROKEN;
}

/* Milliseconds until the line, or all, is over; 0: it is. */
static int
time_left(const struct stream *s, uint64_t line_end)
{
	uint64_t now, end = line_end;

	if (s->end == 0 && end == 0)
		return s->idle_ms;
	now = stream_now();
	if (end == 0)
		end = now + (uint64_t)s->idle_ms;
	if (s->end != 0 && s->end < end)
		end = s->end;
	return end > now ? (int)(end - now) : 0;
}

/* Read once, to the end of what there is.  line_end 0: the first read of a
 * line may wait for the full time, which spares the kernel a new limit. */
static enum stream_status
fill(struct stream *s, uint64_t line_end)
{
	ptrdiff_t n;
	int ms;

	if (stream_flush(s) != STREAM_OK || s->failed != STREAM_OK)
		return s->failed;
	if (s->from == s->to)
		s->from = s->to = 0;
	if (s->to == s->in_size) {
		memmove(s->in, s->in + s->from, s->to - s->from);
		s->to -= s->from;
		s->from = 0;
	}
	assert(s->to < s->in_size);
	ms = time_left(s, line_end);
	if (ms >= s->idle_ms - 1)
		ms = s->idle_ms;
	n = ms == 0 ? STREAM_TIMEOUT :
	    s->ops->read(s->ctx, s->in + s->to, s->in_size - s->to, ms);
	if (n <= 0)
		return s->failed = (enum stream_status)n;
	s->to += (size_t)n;
	return STREAM_OK;
}

/* Throw away up to the next LF. */
static enum stream_status
skip_line(struct stream *s, uint64_t line_end)
{
	size_t skipped = 0;
	const char *lf;

	for (;;) {
		size_t n = s->to - s->from;

		lf = n == 0 ? NULL : memchr(s->in + s->from, '\n', n);
		if (lf != NULL) {
			s->from = (size_t)(lf - s->in) + 1;
			return STREAM_LONG;
		}
		skipped += n;
		s->from = s->to = 0;
		if (skipped > STREAM_SKIP_MAX)
			return s->failed = STREAM_FLOOD;
		if (fill(s, line_end) != STREAM_OK)
			return s->failed;
	}
}

enum stream_status
stream_line(struct stream *s, size_t max, struct str *line)
{
	uint64_t line_end = 0;
	size_t seen = 0;	/* octets of it that hold no LF */

	if (max > s->in_size)
		max = s->in_size;
	for (;;) {
		size_t n = s->to - s->from, look = n < max ? n : max;
		const char *start = s->in + s->from;
		const char *lf = look == seen ? NULL :
		    memchr(start + seen, '\n', look - seen);

		if (lf != NULL) {
			*line = (struct str){ start, (size_t)(lf - start) + 1 };
			s->from += line->len;
			return STREAM_OK;
		}
		seen = look;
		if (n > 0 && line_end == 0)
			line_end = stream_now() + (uint64_t)s->idle_ms;
		if (n >= max)
			return skip_line(s, line_end);
		if (fill(s, line_end) != STREAM_OK)
			return s->failed;
	}
}

enum stream_status
stream_more(struct stream *s, size_t have, struct str *some)
{
	uint64_t end = have == 0 ? 0 : stream_now() + (uint64_t)s->idle_ms;

	assert(have < s->in_size);
	while (s->to - s->from <= have)
		if (fill(s, end) != STREAM_OK)
			return s->failed;
	*some = (struct str){ s->in + s->from, s->to - s->from };
	return STREAM_OK;
}

enum stream_status
stream_some(struct stream *s, struct str *some)
{
	return stream_more(s, 0, some);
}

void
stream_eat(struct stream *s, size_t n)
{
	assert(n <= s->to - s->from);
	s->from += n;
}

bool
stream_has_input(const struct stream *s)
{
	return s->to > s->from;
}

enum stream_status
stream_flush(struct stream *s)
{
	struct str out = { s->out, s->wait };

	if (s->failed != STREAM_BROKEN && s->wait > 0 &&
	    !s->ops->write(s->ctx, out, s->idle_ms))
		s->failed = STREAM_BROKEN;
	s->wait = 0;
	return s->failed == STREAM_BROKEN ? STREAM_BROKEN : STREAM_OK;
}

void
stream_put(struct stream *s, struct str bytes)
{
	while (bytes.len > 0 && s->failed != STREAM_BROKEN) {
		size_t n = s->out_size - s->wait;

		/* more than fits goes out from where it is */
		if (s->wait == 0 && bytes.len >= s->out_size) {
			if (!s->ops->write(s->ctx, bytes, s->idle_ms))
				s->failed = STREAM_BROKEN;
			return;
		}
		if (n > bytes.len)
			n = bytes.len;
		memcpy(s->out + s->wait, bytes.ptr, n);
		s->wait += n;
		bytes.ptr += n;
		bytes.len -= n;
		if (s->wait == s->out_size)
			(void)stream_flush(s);
	}
}
