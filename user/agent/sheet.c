/* sheet.c - the page to print. */

#include <qrencode.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/words.h"
#include "codec/markup.h"
#include "mail/date.h"

enum { QUIET = 4, GROUP = 4, LINE = 40 };

enum say { SAY_LANG, SAY_TITLE, SAY_FOR, SAY_WHAT, SAY_WORDS, SAY_COPY,
	SAY_HOW, SAY_KEEP, SAY_LETTERS, SAY_KEY, SAY_MADE, SAYS };

static const char *const texts[SAYS][2] = {
	[SAY_LANG] = { "en", "fr" },
	[SAY_TITLE] = { "Recovery sheet", "Feuille de secours" },
	[SAY_FOR] = { "Mail of", "Courrier de" },
	[SAY_WHAT] = {
	"This sheet brings your key back when the computer is lost, broken or "
	"stolen, or the passphrase forgotten. Without the key nobody can read "
	"your mail: not you either.",
	"Cette feuille rend votre clé si l'ordinateur est perdu, cassé ou "
	"volé, ou la phrase de passe oubliée. Sans la clé, personne ne peut "
	"lire votre courrier : vous non plus." },
	[SAY_WORDS] = { "Twelve words", "Douze mots" },
	[SAY_COPY] = { "Copy of the key, opened by the words",
	"Copie de la clé, ouverte par les mots" },
	[SAY_HOW] = {
	"On the new computer: install pli, type <b>pli recover</b>, then the "
	"words, then what a QR scanner reads from the picture. Without a "
	"scanner, type the letters under it.",
	"Sur le nouvel ordinateur : installez pli, tapez <b>pli recover</b>, "
	"puis les mots, puis ce qu'un lecteur de QR lit de l'image. Sans "
	"lecteur, tapez les lettres en dessous." },
	[SAY_KEEP] = {
	"Whoever has both halves of this sheet can read all your mail. Keep it "
	"as you keep a passport; or cut it here and keep the halves apart.",
	"Qui a les deux moitiés de cette feuille peut lire tout votre "
	"courrier. Gardez-la comme un passeport ; ou coupez-la ici et gardez "
	"les moitiés séparément." },
	[SAY_LETTERS] = { "The same in letters (blanks do not count):",
	"La même chose en lettres (les espaces ne comptent pas) :" },
	[SAY_KEY] = { "Key", "Clé" },
	[SAY_MADE] = { "Printed on", "Imprimée le" },
};

static void
put_text(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!markup_put(out, s.ptr[i]))
			buf_byte(out, s.ptr[i]);
}

static void
put_head(struct buf *out, int fr, bool letter)
{
	buf_add_c(out, "<!DOCTYPE html>\n<html lang=\"");
	buf_add_c(out, texts[SAY_LANG][fr]);
	buf_add_c(out, "\"><head><meta charset=\"utf-8\"><title>");
	buf_add_c(out, texts[SAY_TITLE][fr]);
	buf_add_c(out, "</title>\n<meta http-equiv=\"Content-Security-Policy\""
	    " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<style>\n@page { size: ");
	buf_add_c(out, letter ? "letter" : "A4");
	buf_add_c(out, "; margin: 15mm }\n"
	    "body { font: 11pt/1.4 serif; max-width: 180mm; margin: auto; "
	    "color: #000; background: #fff }\n"
	    "h1 { font-size: 20pt; margin: 0 }\n"
	    "h2 { font-size: 13pt; margin: 6mm 0 2mm }\n"
	    "ol { columns: 3; font: bold 15pt/1.7 monospace; margin: 0; "
	    "padding-left: 12mm }\n"
	    "hr { border: 0; border-top: 1px dashed #000; margin: 5mm 0 }\n"
	    "svg { width: 75mm; height: 75mm; break-inside: avoid; "
	    "display: inline-block }\n"
	    "pre { font-size: 8pt; line-height: 1.25; margin: 2mm 0 }\n"
	    "small { font-size: 9pt }\n</style></head>\n<body>\n");
}

/* One path: each dark run of a row is a rectangle of height 1. */
static bool
put_qr(struct buf *out, const char *text)
{
	QRcode *qr = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	char piece[80];

	if (qr == NULL)
		return false;
	snprintf(piece, sizeof(piece), "<svg role=\"img\" aria-label=\"QR\" "
	    "viewBox=\"0 0 %d %d\"", qr->width + 2 * QUIET,
	    qr->width + 2 * QUIET);
	buf_add_c(out, piece);
	buf_add_c(out, " xmlns=\"http://www.w3.org/2000/svg\" "
	    "shape-rendering=\"crispEdges\"><path d=\"");
	for (int y = 0; y < qr->width; y++)
		for (int x = 0; x < qr->width; x++)
			if ((qr->data[y * qr->width + x] & 1) != 0) {
				snprintf(piece, sizeof(piece),
				    "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
				buf_add_c(out, piece);
			}
	buf_add_c(out, "\"/></svg>\n");
	QRcode_free(qr);
	return true;
}

/* In groups, so that the eye finds its place. */
static void
put_letters(struct buf *out, struct str part)
{
	struct str mark = part;

	buf_add_c(out, "<pre>");
	while (mark.len > 0 && part.ptr[0] != ':')
		buf_byte(out, *part.ptr++), mark.len--, part.len--;
	for (int k = 0; k < 2 && part.len > 0; k++) {
		/* "PLI1" ":1/2" ":" */
		do
			buf_byte(out, *part.ptr++), part.len--;
		while (k == 0 && part.len > 0 && part.ptr[0] != ':');
	}
	for (size_t i = 0; i < part.len; i++) {
		if (i % LINE == 0)
			buf_byte(out, '\n');
		else if (i % GROUP == 0)
			buf_byte(out, ' ');
		buf_byte(out, part.ptr[i]);
	}
	buf_add_c(out, "</pre>\n");
}

static bool
not_lf(unsigned char c)
{
	return c != '\n';
}

static bool
put_parts(struct buf *out, struct str parts, int fr)
{
	struct str in = parts, part;
	char text[2048];

	for (part = str_take_while(&in, not_lf); part.len > 0;
	    part = str_take_while(&in, not_lf)) {
		if (part.len >= sizeof(text))
			return false;
		memcpy(text, part.ptr, part.len);
		text[part.len] = '\0';
		if (!put_qr(out, text))
			return false;
		(void)str_take_byte(&in, '\n');
	}
	buf_add_c(out, "<p><small>");
	buf_add_c(out, texts[SAY_LETTERS][fr]);
	buf_add_c(out, "</small></p>\n");
	for (part = str_take_while(&parts, not_lf); part.len > 0;
	    part = str_take_while(&parts, not_lf)) {
		put_letters(out, part);
		(void)str_take_byte(&parts, '\n');
	}
	return !out->failed;
}

static void
put_words(struct buf *out, const unsigned char *secret)
{
	char word[WORD_LETTERS + 1];

	buf_add_c(out, "<ol>");
	for (unsigned n = 0; n < WORDS; n++) {
		words_one(secret, n, word);
		buf_add_c(out, "<li>");
		buf_add_c(out, word);
		buf_add_c(out, "</li>");
	}
	buf_add_c(out, "</ol>\n");
}

static void
put_about(struct buf *out, const struct cert_info *info, uint64_t now, int fr)
{
	/* libc's calendar would open the file of a time zone */
	struct date d = date_of((int64_t)now, 0);
	char date[32];

	snprintf(date, sizeof(date), "%04u-%02u-%02u", (unsigned)d.year,
	    (unsigned)d.month, (unsigned)d.day);
	buf_add_c(out, "<p><small>");
	buf_add_c(out, texts[SAY_KEY][fr]);
	buf_add_c(out, " ");
	for (size_t i = 0; info->fingerprint[i] != '\0'; i++) {
		if (i > 0 && i % GROUP == 0)
			buf_byte(out, ' ');
		buf_byte(out, info->fingerprint[i]);
	}
	buf_add_c(out, ". ");
	buf_add_c(out, texts[SAY_MADE][fr]);
	buf_add_c(out, " ");
	buf_add_c(out, date);
	buf_add_c(out, ".</small></p>\n");
}

static void
put_block(struct buf *out, const char *tag, const char *text)
{
	buf_add_c(out, "<");
	buf_add_c(out, tag);
	buf_add_c(out, ">");
	buf_add_c(out, text);
	buf_add_c(out, "</");
	buf_add_c(out, tag);
	buf_add_c(out, ">\n");
}

bool
sheet_put(struct buf *html, struct str address, const struct cert_info *info,
    uint64_t now, unsigned number, const unsigned char *secret,
    struct str parts)
{
	int fr = (number & AGENT_SHEET_FR) != 0;
	bool ok;

	put_head(html, fr, (number & AGENT_SHEET_LETTER) != 0);
	put_block(html, "h1", texts[SAY_TITLE][fr]);
	buf_add_c(html, "<p>");
	buf_add_c(html, texts[SAY_FOR][fr]);
	buf_add_c(html, " <b>");
	put_text(html, address);
	buf_add_c(html, "</b>. ");
	buf_add_c(html, texts[SAY_WHAT][fr]);
	buf_add_c(html, "</p>\n");
	put_block(html, "p", texts[SAY_HOW][fr]);
	put_block(html, "h2", texts[SAY_WORDS][fr]);
	put_words(html, secret);
	put_about(html, info, now, fr);
	buf_add_c(html, "<hr>\n");
	put_block(html, "p", texts[SAY_KEEP][fr]);
	put_block(html, "h2", texts[SAY_COPY][fr]);
	ok = put_parts(html, parts, fr);
	buf_add_c(html, "</body></html>\n");
	return ok && !html->failed;
}
