/* report.c - a notice is written, and given to seal or to the store. */

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/wipe.h"
#include "mail/dsn.h"
#include "mail/protect.h"
#include "mail/thread.h"
#include "notice.h"
#include "os/letterbox.h"
#include "os/fd.h"
#include "os/memfd.h"

enum { UNIQUE = 24, HEAD_MAX = 64 * 1024 };

static struct letter_in letter;		/* too large for the stack */

static struct str
text_of(const struct notice *n, struct piece p)
{
	return (struct str){ n->text.ptr + p.at, p.len };
}

static enum dsn_kind
kind_of(enum queue_owed owed)
{
	static const enum dsn_kind kinds[OWED_KINDS] = {
		[OWED_FAILURE] = DSN_FAILURE, [OWED_RELAYED] = DSN_RELAYED,
		[OWED_DELAY] = DSN_DELAY, [OWED_HELD] = DSN_HELD,
		[OWED_LOST] = DSN_LOST,
	};

	return kinds[owed];
}

/* What was given up comes back whole unless she wanted the header alone
 * (RFC 3461, 4.3); in the other cases the header says which letter it is. */
static enum dsn_original
original_of(const struct notice *n)
{
	if (!n->opened || n->body < 0)
		return DSN_NOTHING;
	if (n->owed != OWED_FAILURE || (n->flags & QUEUE_RET_HDRS) != 0)
		return DSN_HEADER;
	return DSN_WHOLE;
}

static void
random_letters(char *out, size_t n)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";

	if (getrandom(out, n, 0) != (ssize_t)n)
		log_die("no-randomness", " ");
	for (size_t i = 0; i < n; i++)
		out[i] = digits[out[i] & 31];
}

/* How much of s belongs to the header; *at: how far "\r\n\r\n" has come. */
static size_t
until_body(struct str s, unsigned *at)
{
	static const char end[] = "\r\n\r\n";

	for (size_t i = 0; i < s.len; i++) {
		*at = s.ptr[i] == end[*at] ? *at + 1 : s.ptr[i] == '\r';
		if (*at == 4)
			return i + 1;
	}
	return s.len;
}

static bool
put_letter(int fd, const struct notice *n, bool whole)
{
	enum letter_status st = LETTER_BROKEN;
	unsigned at = 0;
	bool ok = letter_open(&letter, n->body, n->size, n->key);
	struct str s;

	while (ok && (whole || at < 4) &&
	    (st = letter_next(&letter, &s)) == LETTER_OK) {
		if (!whole)
			s.len = until_body(s, &at);
		ok = fd_write(fd, s);
	}
	letter_wipe(&letter);
	return ok && (st == LETTER_END || (!whole && st == LETTER_OK));
}

static bool
put_all(int fd, const struct notice *n, const struct dsn *d, struct str head)
{
	struct buf b;
	bool ok;

	buf_init(&b, DSN_MAX);
	dsn_text(&b, d);
	ok = !b.failed && fd_write(fd, head) &&
	    fd_write(fd, buf_str(&b)) && (d->original == DSN_NOTHING ||
	    put_letter(fd, n, d->original == DSN_WHOLE));
	buf_clear(&b);
	dsn_end(&b, d);
	ok = ok && fd_write(fd, buf_str(&b));
	buf_free(&b);
	return ok && memfd_settle(fd);
}

static bool
give_sealed(struct role *r, const struct notice *n, const struct dsn *d,
    int fd, struct str outer)
{
	struct peer *seal = serve_edge(r, ROLE_SEAL, 0);
	struct msg_seal_message m = { .group = n->group,
	    .size = (uint64_t)lseek(fd, 0, SEEK_END),
	    .date = (uint64_t)d->now, .outer = outer };
	struct thread_refs refs = { .len = 0 };
	struct buf stamp, target;
	bool ok;

	buf_init(&target, TARGET_SIZE);
	msg_target_put(&target, &n->target);
	m.targets = buf_str(&target);
	thread_add(&refs, text_of(n, n->message_id));
	m.refs = thread_packed(&refs);
	buf_init(&stamp, STAMP_MAX);
	buf_add(&stamp, STR("t="));
	buf_add_u64(&stamp, (uint64_t)d->now);
	buf_add(&stamp, STR("; with=queue"));
	m.stamp = buf_str(&stamp);
	ok = seal != NULL && serve_send(r, seal, msg_seal, SEAL_TYPES,
	    SEAL_MESSAGE, &m, &fd, 1);
	buf_free(&stamp);
	buf_free(&target);
	return ok;
}

static bool
give_plain(struct role *r, const struct notice *n, const struct dsn *d,
    int fd, size_t head_len)
{
	struct msg_store_deliver m = { .ticket = n->target.ticket,
	    .group = n->group, .parts = 1,
	    .head_len = (uint32_t)head_len,
	    .size = (uint64_t)lseek(fd, 0, SEEK_END),
	    .date = (uint64_t)d->now };
	struct thread_refs refs = { .len = 0 };

	thread_add(&refs, text_of(n, n->message_id));
	m.refs = thread_packed(&refs);
	return ask_store(r, QUEUE_DELIVER, &m, &fd);
}

static bool
make(struct role *r, struct notice *n, const struct dsn *d, bool sealed)
{
	int fd = memfd_new("notice");
	struct buf head, outer, inner;
	bool ok;

	buf_init(&head, HEAD_MAX);
	buf_init(&outer, OUTER_MAX);
	buf_init(&inner, PROTECT_INNER_MAX);
	if (!sealed)
		buf_add(&head, STR("Return-Path: <>\r\n"));
	dsn_head(&head, d);
	ok = fd >= 0 && !head.failed && (!sealed || protect_header(
	    &(struct protect_in){ buf_str(&head),
	    STR("Return-Path: <>\r\n"), STR("") }, &outer, &inner));
	ok = ok && put_all(fd, n, d, buf_str(sealed ? &inner : &head));
	if (ok)
		ok = sealed ? give_sealed(r, n, d, fd, buf_str(&outer)) :
		    give_plain(r, n, d, fd, head.len);
	buf_free(&head);
	buf_free(&outer);
	buf_free(&inner);
	if (fd >= 0)
		close(fd);
	return ok;
}

static void
fill(const struct notice *n, struct dsn_rcpt *out)
{
	for (size_t i = 0; i < n->rcpts; i++) {
		const struct notice_rcpt *in = &n->rcpt[i];

		out[i] = (struct dsn_rcpt){ text_of(n, in->local),
		    text_of(n, in->domain), text_of(n, in->orcpt),
		    text_of(n, in->status), text_of(n, in->host),
		    text_of(n, in->reply), (int64_t)in->tried };
	}
}

bool
notice_write(struct role *r, struct notice *n)
{
	struct dsn_rcpt rcpt[QUEUE_DUE_MAX];
	struct str user = text_of(n, n->user);
	const char *at = user.len == 0 ? NULL :
	    memrchr(user.ptr, '@', user.len);
	char unique[UNIQUE], from[DOMAIN_OCTETS_MAX + 16];
	int len;
	struct dsn d = { .kind = kind_of(n->owed), .original = original_of(n),
	    .host = r->conf.host, .user = user,
	    .envid = text_of(n, n->envid),
	    .message_id = text_of(n, n->message_id),
	    .now = (int64_t)time(NULL), .entered = (int64_t)n->entered,
	    .until = (int64_t)(n->entered + r->conf.retry),
	    .unique = { unique, sizeof(unique) }, .rcpt = rcpt,
	    .rcpts = n->rcpts };

	if (at == NULL)
		return false;
	len = snprintf(from, sizeof(from), "postmaster@%.*s",
	    (int)(user.len - (size_t)(at - user.ptr) - 1), at + 1);
	d.from = (struct str){ from, (size_t)len < sizeof(from) ?
	    (size_t)len : sizeof(from) - 1 };
	random_letters(unique, sizeof(unique));
	fill(n, rcpt);
	return make(r, n, &d, n->target.cert != 0);
}
