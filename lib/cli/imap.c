/* imap.c - an IMAP client: commands, and what is answered. */

#include "cli/imap.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/wipe.h"
#include "mail/date.h"

enum { READ_SIZE = 65536, WAIT_MS = 300000 };

void
imap_begin_session(struct imap *im, struct cli *c, const char *user)
{
	*im = (struct imap){ .c = c, .user = user, .fd = -1 };
	buf_init(&im->in, IMAP_LINE_MAX + READ_SIZE);
	buf_init(&im->line, IMAP_LINE_MAX);
}

void
imap_end_session(struct imap *im)
{
	if (im->fd >= 0 && im->tag > 0)
		(void)imap_do(im, STR("LOGOUT"), NULL, NULL);
	if (im->tls != NULL)
		tls_close(im->tls);
	if (im->client != NULL)
		tls_client_free(im->client);
	if (im->fd >= 0)
		close(im->fd);
	im->tls = NULL;
	im->client = NULL;
	im->fd = -1;
	buf_free(&im->in);
	buf_free(&im->line);
}

bool
imap_put(struct imap *im, struct str s)
{
	if (im->tls != NULL)
		return tls_write(im->tls, s, WAIT_MS);
	while (s.len > 0) {
		ssize_t n = send(im->fd, s.ptr, s.len, MSG_NOSIGNAL);

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
	ptrdiff_t n;

	if (room == NULL)
		return false;
	n = im->tls != NULL ? tls_read(im->tls, room, READ_SIZE, WAIT_MS) :
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
imap_end(struct imap *im, struct str *line)
{
	enum imap_said said;

	do
		said = imap_next(im, line);
	while (said == IMAP_ROW);
	return said;
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

/* --- the session ---------------------------------------------------------- */

/* What a quoted string cannot hold goes as a literal. */
static bool
put_word(struct imap *im, struct buf *b, struct str word)
{
	struct str line;
	bool plain = true;

	for (size_t i = 0; i < word.len; i++)
		plain = plain && is_print((unsigned char)word.ptr[i]);
	if (plain) {
		imap_quote(b, word);
		return true;
	}
	buf_byte(b, '{');
	buf_add_u64(b, word.len);
	buf_add(b, STR("}\r\n"));
	if (b->failed || !imap_put(im, buf_str(b)) ||
	    imap_next(im, &line) != IMAP_GO_ON)
		return false;
	buf_clear(b);
	buf_add(b, word);
	return true;
}

enum imap_said
imap_login(struct imap *im, const char *user, const char *password)
{
	enum imap_said said = IMAP_CUT;
	struct str line;
	struct buf b;

	if (imap_next(im, &line) != IMAP_ROW)
		return IMAP_CUT;
	buf_init(&b, 8 * FILE_NAME_MAX);
	if (imap_begin(im, STR("LOGIN ")) && put_word(im, &b, from_c(user))) {
		buf_byte(&b, ' ');
		if (put_word(im, &b, from_c(password))) {
			buf_add(&b, STR("\r\n"));
			if (!b.failed && imap_put(im, buf_str(&b)))
				said = imap_end(im, &line);
		}
	}
	if (b.len > 0)
		wipe(b.ptr, b.len);
	buf_free(&b);
	return said;
}
