/* mbox.c - files of mail. */

#include "mail/mbox.h"

#include <string.h>

#include "base/ascii.h"
#include "mail/date.h"
#include "mail/header.h"

static const struct str from = STR_INIT("From ");

/* Fields of an mbox that say how a mail program left the message. */
static const struct str meta_fields[] = {
	STR_INIT("Status"), STR_INIT("X-Status"), STR_INIT("X-Keywords"),
	STR_INIT("X-UID"), STR_INIT("X-IMAP"), STR_INIT("X-IMAPbase"),
	STR_INIT("Content-Length"),
};

static struct str
tail(struct str s, size_t n)
{
	return (struct str){ s.ptr + n, s.len - n };
}

static bool
starts(struct str s, struct str with)
{
	return s.len >= with.len && memcmp(s.ptr, with.ptr, with.len) == 0;
}

/* A line without its end. */
static struct str
take_line(struct str *rest, bool *ended)
{
	const char *lf = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) :
	    NULL;
	size_t n = lf != NULL ? (size_t)(lf - rest->ptr) : rest->len;
	struct str line = { rest->ptr, n };

	*ended = lf != NULL;
	*rest = tail(*rest, n + (lf != NULL));
	if (lf != NULL && n > 0 && line.ptr[n - 1] == '\r')
		line.len--;
	return line;
}

static bool
take_number(struct str *in, unsigned least, unsigned most, unsigned *out)
{
	struct str was = *in;
	uint64_t n;

	if (str_take_u64(in, &n) && n >= least && n <= most) {
		*out = (unsigned)n;
		return true;
	}
	*in = was;
	return false;
}

static bool
take_blank(struct str *in)
{
	return str_take_while(in, is_wsp).len > 0;
}

static bool
take_clock(struct str *in, struct date *d)
{
	if (!take_number(in, 0, 23, &d->hour) || !str_take_byte(in, ':') ||
	    !take_number(in, 0, 59, &d->minute))
		return false;
	if (str_take_byte(in, ':'))
		return take_number(in, 0, 60, &d->second);
	return true;
}

/* "+0200", or the name of a zone, which counts as UTC. */
static bool
take_zone(struct str *in, struct date *d)
{
	int sign = str_take_byte(in, '-') ? -1 : 1;
	unsigned n;

	if (sign == 1 && !str_take_byte(in, '+'))
		return str_take_while(in, is_alpha).len > 0;
	if (!take_number(in, 0, 9959, &n) || n % 100 > 59)
		return false;
	d->zone = sign * (int)(n / 100 * 60 + n % 100);
	return true;
}

/* "Fri Feb 22 17:06:23 2008", as asctime writes it; zones stand before or
 * after the year. */
static bool
take_asctime(struct str in, int64_t *date)
{
	struct date d = { 0 };
	unsigned year;

	if (str_take_while(&in, is_alpha).len != 3 || !take_blank(&in) ||
	    !date_take_month(&in, &d.month) || !take_blank(&in) ||
	    !take_number(&in, 1, 31, &d.day) || !take_blank(&in) ||
	    !take_clock(&in, &d) || !take_blank(&in))
		return false;
	if (!is_digit((unsigned char)(str_peek(in) & 0xff)) &&
	    (!take_zone(&in, &d) || !take_blank(&in)))
		return false;
	if (!take_number(&in, 1900, 9999, &year))
		return false;
	d.year = (int)year;
	if (take_blank(&in) && in.len > 0)
		(void)take_zone(&in, &d);
	*date = date_seconds(&d);
	return true;
}

bool
mbox_from_line(struct str line, int64_t *date)
{
	if (!starts(line, from))
		return false;
	line = tail(line, from.len);
	/* who it is from may hold blanks; the date is the rest */
	while (line.len > 0) {
		const char *blank;

		str_take_while(&line, is_wsp);
		if (take_asctime(line, date))
			return true;
		blank = line.len > 0 ? memchr(line.ptr, ' ', line.len) : NULL;
		if (blank == NULL)
			break;
		line = tail(line, (size_t)(blank - line.ptr));
	}
	return false;
}

bool
mbox_is_from(struct str line)
{
	while (str_take_byte(&line, '>'))
		;
	return starts(line, from);
}

static bool
at_from_line(struct str rest)
{
	bool ended;
	int64_t date;

	return mbox_from_line(take_line(&rest, &ended), &date);
}

/* The end of the message that begins text, its blank line not included; *next
 * is where the next From_ line is. */
static size_t
find_end(struct str text, size_t *next)
{
	struct str rest = text;
	bool blank = false, ended;

	while (rest.len > 0) {
		size_t at = text.len - rest.len;

		if (blank && at_from_line(rest)) {
			*next = at;
			at--;
			return at - (at > 0 && text.ptr[at - 1] == '\r');
		}
		blank = take_line(&rest, &ended).len == 0 && ended;
	}
	*next = text.len;
	return text.len;
}

/* Does a message end here, before nothing or before another? */
static bool
ends_at(struct str text, size_t at, size_t *next)
{
	struct str rest;

	if (at > text.len)
		return false;
	rest = tail(text, at);
	(void)(str_take_byte(&rest, '\r') || true);
	str_take_byte(&rest, '\n');
	*next = text.len - rest.len;
	return rest.len == 0 || at_from_line(rest);
}

static bool
has_from(struct str body)
{
	bool ended;

	while (body.len > 0)
		if (starts(take_line(&body, &ended), from))
			return true;
	return false;
}

static bool
by_content_length(struct str text, struct mbox_mail *m, size_t *next)
{
	struct header_field f;
	struct str value;
	uint64_t n;

	if (!header_find(m->head, STR("Content-Length"), &f))
		return false;
	value = f.value;
	header_skip_fws(&value);
	if (!str_take_u64(&value, &n) || n > text.len - m->head.len ||
	    !ends_at(text, m->head.len + (size_t)n, next))
		return false;
	m->text.len = m->head.len + (size_t)n;
	m->quoted = !has_from(tail(m->text, m->head.len));
	return true;
}

static void
take_status(struct mbox_mail *m, struct str value)
{
	static const struct { char letter; uint32_t flag; } kept[] = {
		{ 'R', KEPT_SEEN }, { 'A', KEPT_ANSWERED },
		{ 'F', KEPT_FLAGGED }, { 'D', KEPT_DELETED },
		{ 'T', KEPT_DRAFT },
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (value.len > 0 &&
		    memchr(value.ptr, kept[i].letter, value.len) != NULL)
			m->flags |= kept[i].flag;
}

static bool
is_internal(struct str subject)
{
	header_skip_fws(&subject);
	return starts(subject,
	    STR("DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA"));
}

static void
read_head(struct mbox_mail *m)
{
	struct header_field f;
	struct header h;

	header_begin(&h, m->head);
	while (header_next(&h, &f)) {
		if (str_eq_nocase(f.name, STR("Status")) ||
		    str_eq_nocase(f.name, STR("X-Status")))
			take_status(m, f.value);
		else if (str_eq_nocase(f.name, STR("X-Keywords")))
			m->keywords = f.value;
		else if (str_eq_nocase(f.name, STR("Subject")))
			m->internal = is_internal(f.value);
	}
}

bool
mbox_next(struct str *rest, struct mbox_mail *m)
{
	struct str text = *rest, line;
	size_t next;
	bool ended;

	*m = (struct mbox_mail){ .meta = true, .quoted = true };
	while (str_take_byte(&text, '\n') || str_take_byte(&text, '\r'))
		;
	*rest = text;
	line = take_line(&text, &ended);
	if (!mbox_from_line(line, &m->date))
		return false;
	m->dated = true;
	m->text = text;
	m->text.len = find_end(text, &next);
	m->head = (struct str){ text.ptr, header_len(m->text) };
	if (!by_content_length(text, m, &next) && next == text.len &&
	    m->text.len > m->head.len && m->text.len > 1 &&
	    memcmp(m->text.ptr + m->text.len - 2, "\n\n", 2) == 0)
		m->text.len--;		/* of the last one, too */
	read_head(m);
	*rest = tail(text, next);
	return true;
}

struct mbox_mail
mbox_single(struct str file)
{
	return (struct mbox_mail){ .text = file,
	    .head = { file.ptr, header_len(file) } };
}

void
mbox_lines_begin(struct mbox_lines *l, const struct mbox_mail *m)
{
	*l = (struct mbox_lines){ .mail = m, .rest = m->text,
	    .head = m->head.len > 0 };
}

static bool
is_meta(struct str line)
{
	for (size_t i = 0; i < sizeof(meta_fields) / sizeof(meta_fields[0]);
	    i++) {
		struct str rest = line;

		if (!str_take_word(&rest, meta_fields[i]))
			continue;
		str_take_while(&rest, is_wsp);
		if (str_take_byte(&rest, ':'))
			return true;
	}
	return false;
}

bool
mbox_lines_next(struct mbox_lines *l, struct str *line, bool *ended)
{
	while (l->rest.len > 0) {
		l->head = l->head && l->rest.ptr <
		    l->mail->head.ptr + l->mail->head.len;
		*line = take_line(&l->rest, ended);
		if (l->head && l->mail->meta) {
			if (line->len == 0 || !is_wsp((unsigned char)
			    line->ptr[0]))
				l->dropping = is_meta(*line);
			if (l->dropping)
				continue;
		}
		if (!l->head && l->mail->quoted && line->len > 0 &&
		    line->ptr[0] == '>' && mbox_is_from(*line))
			*line = tail(*line, 1);
		return true;
	}
	return false;
}

uint32_t
maildir_flags(struct str name, uint32_t *letters)
{
	static const struct { char letter; uint32_t flag; } kept[] = {
		{ 'S', KEPT_SEEN }, { 'R', KEPT_ANSWERED },
		{ 'F', KEPT_FLAGGED }, { 'T', KEPT_DELETED },
		{ 'D', KEPT_DRAFT }, { 'P', KEPT_FORWARDED },
	};
	uint32_t flags = 0;
	size_t at = name.len;

	*letters = 0;
	while (at > 0 && name.ptr[at - 1] != ',')
		at--;
	if (at < 3 || memcmp(name.ptr + at - 3, ":2,", 3) != 0)
		return 0;
	for (; at < name.len; at++) {
		char c = name.ptr[at];

		if (c >= 'a' && c <= 'z')
			*letters |= (uint32_t)1 << (c - 'a');
		for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			if (kept[i].letter == c)
				flags |= kept[i].flag;
	}
	return flags;
}
