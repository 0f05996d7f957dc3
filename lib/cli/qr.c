/* qr.c - a QR code of half blocks, two rows of it to a line. */

#include "cli/qr.h"

#include <string.h>
#include <unistd.h>

#include <qrencode.h>

enum { QUIET = 2, TEXT_MAX = 1024 };	/* ISO 18004 wants 4; 2 do */

static bool
is_dark(const QRcode *q, int x, int y)
{
	return x >= 0 && y >= 0 && x < q->width && y < q->width &&
	    (q->data[y * q->width + x] & 1) != 0;
}

/* What is dark stays empty: a terminal is dark, or is told to be. */
static void
print_line(const QRcode *q, int y, bool colour)
{
	static const char *const half[2][2] = {
		{ "\xe2\x96\x88", "\xe2\x96\x80" },	/* full, upper */
		{ "\xe2\x96\x84", " " },		/* lower, none */
	};

	if (colour)
		fputs("\033[97;40m", stdout);
	for (int x = -QUIET; x < q->width + QUIET; x++)
		fputs(half[is_dark(q, x, y)][is_dark(q, x, y + 1)], stdout);
	fputs(colour ? "\033[0m\n" : "\n", stdout);
}

/* In capitals, which a QR holds more of. */
bool
qr_print(struct str text)
{
	char upper[TEXT_MAX + 1];
	QRcode *q;

	if (text.len > TEXT_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++)
		upper[i] = text.ptr[i] >= 'a' && text.ptr[i] <= 'z' ?
		    (char)(text.ptr[i] - 32) : text.ptr[i];
	upper[text.len] = '\0';
	q = QRcode_encodeString(upper, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	if (q == NULL)
		return false;
	for (int y = -QUIET; y < q->width + QUIET; y += 2)
		print_line(q, y, isatty(STDOUT_FILENO) == 1);
	QRcode_free(q);
	return true;
}
