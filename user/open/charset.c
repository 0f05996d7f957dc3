/* charset.c - text of parts in UTF-8. */

#include <iconv.h>
#include <string.h>

#include "codec/utf8.h"
#include "codec/word2047.h"
#include "open.h"

/* In the order in which they are tried by name; each is opened before the
 * sandbox, since libc loads its converters from files. */
static const char *const names[] = {
	"ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6",
	"ISO-8859-7", "ISO-8859-8", "ISO-8859-9", "ISO-8859-10",
	"ISO-8859-13", "ISO-8859-14", "ISO-8859-16", "WINDOWS-1250",
	"WINDOWS-1251", "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255",
	"WINDOWS-1256", "WINDOWS-1257", "WINDOWS-1258", "KOI8-R", "KOI8-U",
	"GB2312", "GBK", "GB18030", "BIG5", "EUC-JP", "EUC-KR", "SHIFT_JIS",
	"ISO-2022-JP", "ISO-2022-KR", "UTF-16", "UTF-16LE", "UTF-16BE",
	"UTF-7", "TIS-620", "MACINTOSH", "IBM850",
};

enum { NAMES = sizeof(names) / sizeof(names[0]), CONVERT_ROOM = 4096 };

static iconv_t converter[NAMES];

void
charset_begin(void)
{
	for (size_t i = 0; i < NAMES; i++)
		converter[i] = iconv_open("UTF-8", names[i]);
}

static bool
find(struct str name, iconv_t *out)
{
	for (size_t i = 0; i < NAMES; i++)
		if (str_eq_nocase(name, from_c(names[i]))) {
			*out = converter[i];
			return converter[i] != (iconv_t)-1;
		}
	return false;
}

static void
convert(iconv_t cd, struct str in, struct buf *out)
{
	char *from = (char *)(uintptr_t)in.ptr;
	size_t left = in.len;

	while (left > 0 && !out->failed) {
		char room[CONVERT_ROOM], *to = room;
		size_t space = sizeof(room), before = left;

		(void)iconv(cd, &from, &left, &to, &space);
		buf_add_mem(out, room, sizeof(room) - space);
		if (left == before && space == sizeof(room)) {
			/* an octet that means nothing there */
			buf_add_c(out, "\xef\xbf\xbd");
			from++;
			left--;
		}
	}
}

static void
to_utf8(struct str charset, struct str in, struct buf *out)
{
	iconv_t cd;

	if (charset.len > 0 && find(charset, &cd))
		convert(cd, in, out);
	else if (charset.len == 0 && !utf8_valid(in))
		/* unlabelled: what browsers take it for */
		(void)word2047_charset(STR("windows-1252"), in, out);
	else if (charset.len == 0 || !word2047_charset(charset, in, out))
		utf8_clean(out, in);
}

void
charset_text(const struct mime_part *p, struct arena *a, struct buf *out)
{
	struct str charset, ignored;
	struct buf raw;

	if (!param_get(&p->type, STR("charset"), a, &charset, &ignored))
		charset.len = 0;
	buf_init(&raw, OPEN_PART_MAX);
	bodies_decode(p, &raw);
	to_utf8(charset, buf_str(&raw), out);
	buf_free(&raw);
}
