/* fold.c - is this text in that one, whatever the case of its letters? */

#include "codec/fold.h"

#include "codec/utf8.h"

/* Upper-case letters: by how much the lower ones are higher; STEP: every
 * second one is upper, the next its lower. */
enum { STEP = 0x10000 };

static const struct {
	uint32_t from, to;
	int32_t by;
} ranges[] = {
	{ 0x41, 0x5a, 32 },
	{ 0xc0, 0xd6, 32 }, { 0xd8, 0xde, 32 },
	{ 0x100, 0x12e, STEP }, { 0x132, 0x136, STEP },
	{ 0x139, 0x147, STEP }, { 0x14a, 0x176, STEP },
	{ 0x178, 0x178, -121 }, { 0x179, 0x17d, STEP },
	{ 0x1a0, 0x1a4, STEP }, { 0x1af, 0x1af, 1 },
	{ 0x1cd, 0x1db, STEP }, { 0x1de, 0x1ee, STEP },
	{ 0x1f8, 0x21e, STEP }, { 0x222, 0x232, STEP },
	{ 0x386, 0x386, 38 }, { 0x388, 0x38a, 37 }, { 0x38c, 0x38c, 64 },
	{ 0x38e, 0x38f, 63 }, { 0x391, 0x3a1, 32 }, { 0x3a3, 0x3ab, 32 },
	{ 0x3c2, 0x3c2, 1 },	/* final sigma */
	{ 0x400, 0x40f, 80 }, { 0x410, 0x42f, 32 },
	{ 0x460, 0x480, STEP }, { 0x48a, 0x4be, STEP },
	{ 0x4c1, 0x4cd, STEP }, { 0x4d0, 0x52e, STEP },
	{ 0x531, 0x556, 48 },
	{ 0x1e00, 0x1e94, STEP }, { 0x1e9e, 0x1e9e, -7615 },
	{ 0x1ea0, 0x1efe, STEP },
	{ 0xff21, 0xff3a, 32 },
};

uint32_t
fold_char(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c < ranges[i].from)
			return c;
		if (c > ranges[i].to)
			continue;
		if (ranges[i].by == STEP)
			return (c - ranges[i].from) % 2 == 0 ? c + 1 : c;
		return (uint32_t)((int32_t)c + ranges[i].by);
	}
	return c;
}

void
fold_text(struct buf *out, struct str in)
{
	uint32_t code;

	while (in.len > 0) {
		if (utf8_take(&in, &code)) {
			utf8_put(out, fold_char(code));
			continue;
		}
		buf_byte(out, in.ptr[0]);
		in.ptr++;
		in.len--;
	}
}

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* Horspool's: how far to go on after an octet that stands last. */
void
fold_needle(struct fold_needle *n, struct str text)
{
	size_t len = text.len < UINT16_MAX ? text.len : UINT16_MAX;

	n->text = text;
	n->ascii = true;
	for (size_t i = 0; i < 256; i++)
		n->skip[i] = (uint16_t)(len > 0 ? len : 1);
	for (size_t i = 0; i < text.len; i++)
		n->ascii = n->ascii && (unsigned char)text.ptr[i] < 0x80;
	for (size_t i = text.len - len; i + 1 < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		uint16_t far = (uint16_t)(text.len - 1 - i);

		n->skip[c] = far;
		if (c >= 'a' && c <= 'z')
			n->skip[c - 32] = far;
	}
}

static bool
is_here(const struct fold_needle *n, const char *at)
{
	for (size_t i = 0; i < n->text.len; i++)
		if (lower(at[i]) != (unsigned char)n->text.ptr[i])
			return false;
	return true;
}

bool
fold_find(const struct fold_needle *n, struct str hay)
{
	size_t len = n->text.len, at = 0;
	unsigned char last;

	if (len == 0)
		return true;
	last = (unsigned char)n->text.ptr[len - 1];
	while (at + len <= hay.len) {
		unsigned char c = (unsigned char)hay.ptr[at + len - 1];

		if (lower((char)c) == last && is_here(n, hay.ptr + at))
			return true;
		at += n->skip[c];
	}
	return false;
}
