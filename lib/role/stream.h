/*
 * stream.h - a peer's bytes in, ours out: blocking, buffered, with limits of
 * time and length.
 *
 * For children of a master.  What is written waits in a buffer and goes out
 * when it is full, or just before a read that has to wait for the peer: so the
 * answers to a pipelined batch leave in one piece, without anybody thinking of
 * it (RFC 2920, 3.2).
 *
 * The transport is three functions: stream_plain has those of a socket; TLS
 * puts in its own (the shape is that of os/tls.h).  The caller owns both
 * buffers, and they stay until the stream is closed.
 */
#ifndef ROLE_STREAM_H
#define ROLE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	STREAM_SKIP_MAX = 16 << 20,	/* octets of a line that is thrown away
					   in the hope of its end */
	STREAM_LINGER_MS = 1000,
};

enum stream_status {
	STREAM_OK = 1,
	STREAM_EOF = 0,		/* the peer has closed */
	STREAM_TIMEOUT = -1,
	STREAM_BROKEN = -2,
	STREAM_LONG = -3,	/* a line past the limit: it was thrown away up
				   to its end; the stream is good */
	STREAM_FLOOD = -4,	/* …whose end did not come */
};

struct stream_ops {
	/* Up to n octets, waiting at most timeout_ms for the first; or
	 * STREAM_EOF, STREAM_TIMEOUT, STREAM_BROKEN. */
	ptrdiff_t (*read)(void *ctx, void *, size_t n, int timeout_ms);
	bool (*write)(void *ctx, struct str, int timeout_ms);	/* all of it */
	void (*close)(void *ctx);
};

struct stream {
	const struct stream_ops *ops;
	void *ctx;
	int sock;
	int read_ms, write_ms;	/* the time limits that the socket has */
	char *in, *out;
	size_t in_size, out_size;
	size_t from, to;	/* in: what was read and is not taken */
	size_t wait;		/* out: what is to be written */
	int idle_ms;		/* for a line, for a read, for a write */
	uint64_t end;		/* when all is over, as stream_now; 0: never */
	enum stream_status failed;	/* OK, or what reads say from now on;
					   a last word can still be written
					   unless it is STREAM_BROKEN */
};

/* A connected socket, which the stream will close.  The buffers are the
 * caller's; in_size is the longest line that can be had. */
void stream_plain(struct stream *, int sock, char *in, size_t in_size,
    char *out, size_t out_size);

/* Put another transport under it.  What was read and not taken is forgotten:
 * it was sent before the handshake and must not count (RFC 3207, 5). */
void stream_change(struct stream *, const struct stream_ops *, void *ctx);

/* Flush if it can be done, close. */
void stream_close(struct stream *);

/* The same, when the peer may still be talking: what it says is read for a
 * second and thrown away, or the kernel would answer with a reset and the last
 * word might be lost. */
void stream_close_gently(struct stream *);

/* Milliseconds of a clock that never goes back. */
uint64_t stream_now(void);

/*
 * The next line, with its LF, of at most max octets: borrowed until the next
 * call that reads.  The whole line must come within idle_ms.
 */
enum stream_status stream_line(struct stream *, size_t max, struct str *line);

/* What there is, one octet at least; it is not taken until stream_eat says how
 * much of it. */
enum stream_status stream_some(struct stream *, struct str *some);
void stream_eat(struct stream *, size_t n);

/* As stream_some, but wait until there are more than `have` octets. */
enum stream_status stream_more(struct stream *, size_t have, struct str *some);

/* Is there something that was read and not taken? */
bool stream_has_input(const struct stream *);

void stream_put(struct stream *, struct str);
enum stream_status stream_flush(struct stream *);

#endif
