/* plain.c - text/plain as HTML. */

#include "base/ascii.h"
#include "codec/markup.h"
#include "open.h"

enum { QUOTES_MAX = 10 };	/* levels that are shown as such */

static void
put_octet(struct buf *out, char c)
{
	if (!markup_put(out, c) && ((unsigned char)c >= ' ' || c == '\t'))
		buf_byte(out, c);
}

static void
put_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		put_octet(out, s.ptr[i]);
}

static bool
is_of_url(unsigned char c)
{
	return c >= 0x80 || (is_vchar(c) && c != '<' && c != '>' && c != '"');
}

static bool
ends_sentence(unsigned char c)
{
	return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' ||
	    c == '?' || c == ')' || c == ']' || c == '\'';
}

static bool
take_url(struct str *in, struct str *url)
{
	struct str rest = *in;

	if (!str_take_word(&rest, STR("https://")) &&
	    !str_take_word(&rest, STR("http://")))
		return false;
	*url = *in;
	str_take_while(&rest, is_of_url);
	*url = str_trim_end(str_before(*url, rest), ends_sentence);
	in->ptr += url->len;
	in->len -= url->len;
	return true;
}

static void
put_line(struct buf *out, struct str line)
{
	while (line.len > 0) {
		struct str url;

		if (take_url(&line, &url)) {
			buf_add_c(out, "<a target=\"_blank\" rel=\"noopener "
			    "noreferrer nofollow\" href=\"");
			put_escaped(out, url);
			buf_add_c(out, "\">");
			put_escaped(out, url);
			buf_add_c(out, "</a>");
			continue;
		}
		put_octet(out, *line.ptr);
		line.ptr++;
		line.len--;
	}
}

/* "> > text": how deep. */
static size_t
take_quotes(struct str *line)
{
	size_t n = 0;

	while (n < QUOTES_MAX && str_take_byte(line, '>')) {
		n++;
		if (str_peek(*line) == ' ' && line->len > 1 &&
		    line->ptr[1] == '>')
			(void)str_take_byte(line, ' ');
	}
	if (n > 0)
		(void)str_take_byte(line, ' ');
	return n;
}

static struct str
take_line(struct str *in)
{
	struct str line = *in;
	size_t n = 0;

	while (n < in->len && in->ptr[n] != '\n')
		n++;
	line.len = n > 0 && n < in->len && in->ptr[n - 1] == '\r' ? n - 1 : n;
	n += n < in->len;
	in->ptr += n;
	in->len -= n;
	return line;
}

void
plain_html(struct str text, struct buf *out)
{
	size_t depth = 0;
	bool signature = false;

	buf_add_c(out, "<div class=\"plain\">");
	while (text.len > 0 && !out->failed) {
		struct str line = take_line(&text);
		size_t n = take_quotes(&line);

		for (; depth < n; depth++)
			buf_add_c(out, "<blockquote>");
		for (; depth > n; depth--)
			buf_add_c(out, "</blockquote>");
		if (n == 0 && !signature && str_eq(line, STR("-- "))) {
			buf_add_c(out, "<div class=\"signature\">");
			signature = true;
		}
		put_line(out, line);
		buf_byte(out, '\n');
	}
	for (; depth > 0; depth--)
		buf_add_c(out, "</blockquote>");
	buf_add_c(out, signature ? "</div></div>" : "</div>");
}
