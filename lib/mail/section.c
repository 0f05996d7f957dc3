/* section.c - the octets that BODY[…] names. */

#include "mail/section.h"

#include "mail/header.h"

enum section_needs
section_needs(const struct imap_section *s)
{
	if (s->parts > 0)
		return SECTION_NEEDS_PARTS;
	return s->text == SECTION_ALL || s->text == SECTION_TEXT ?
	    SECTION_NEEDS_ALL : SECTION_NEEDS_HEAD;
}

static bool
is_named(const struct imap_section *s, struct str name)
{
	for (size_t i = 0; i < s->fields; i++)
		if (str_eq_nocase(s->field[i], name))
			return true;
	return false;
}

/* Some fields and the empty line, which is there in any case. */
static struct str
pick(const struct imap_section *s, struct str header, struct buf *made)
{
	struct header_field f;
	struct header h;

	buf_clear(made);
	header_begin(&h, header);
	while (header_next(&h, &f))
		if (is_named(s, f.name) == (s->text == SECTION_FIELDS))
			buf_add(made, f.whole);
	buf_add(made, STR("\r\n"));
	return buf_str(made);
}

struct str
section_partial(struct str s, uint32_t offset, uint32_t length)
{
	if (offset >= s.len)
		return (struct str){ s.ptr, 0 };
	s.ptr += offset;
	s.len -= offset;
	if (length < s.len)
		s.len = length;
	return s;
}

struct str
section_top(const struct imap_section *s, struct str message,
    size_t head_len, struct buf *made)
{
	struct str header = message, text = message;

	if (head_len > message.len)
		head_len = message.len;
	header.len = head_len;
	if (head_len > 0) {
		text.ptr += head_len;
		text.len -= head_len;
	}
	switch (s->text) {
	case SECTION_HEADER:
		return header;
	case SECTION_TEXT:
		return text;
	case SECTION_FIELDS:
	case SECTION_FIELDS_NOT:
		return pick(s, header, made);
	default:
		return message;
	}
}

/* The n-th part of a message: of one that is no multipart, the first is its
 * text. */
static const struct mime_part *
of_message(const struct mime_part *root, uint32_t n)
{
	if (root->kind == MIME_MULTIPART)
		return mime_child(root, n);
	return n == 1 ? root : NULL;
}

static const struct mime_part *
find(const struct imap_section *s, const struct mime_part *root)
{
	const struct mime_part *part = of_message(root, s->part[0]);

	for (size_t i = 1; i < s->parts && part != NULL; i++)
		switch (part->kind) {
		case MIME_MULTIPART:
			part = mime_child(part, s->part[i]);
			break;
		case MIME_MESSAGE:
			part = of_message(part->child, s->part[i]);
			break;
		case MIME_LEAF:
			part = NULL;
		}
	return part;
}

bool
section_part(const struct imap_section *s, const struct mime_part *root,
    struct buf *made, struct str *out)
{
	const struct mime_part *part = find(s, root);

	if (part == NULL)
		return false;
	switch (s->text) {
	case SECTION_ALL:
		*out = part->body;
		return true;
	case SECTION_MIME:
		*out = part->header;
		return true;
	default:
		break;
	}
	/* HEADER, TEXT: only of a message in a message */
	if (part->kind != MIME_MESSAGE)
		return false;
	switch (s->text) {
	case SECTION_HEADER:
		*out = part->child->header;
		break;
	case SECTION_TEXT:
		*out = part->child->body;
		break;
	default:
		*out = pick(s, part->child->header, made);
	}
	return true;
}
