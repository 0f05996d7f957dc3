/*
 * word2047.h - "=?utf-8?q?words?=" in headers, decoded to UTF-8 (RFC 2047).
 *
 * Pure.  Charsets: UTF-8, US-ASCII, ISO-8859-1, ISO-8859-15, Windows-1252; a
 * word in another one stays as it is.  Lenient as mail needs it: blanks inside
 * a word, words side by side or glued to text, RFC 2231 languages.
 */
#ifndef CODEC_WORD2047_H
#define CODEC_WORD2047_H

#include "base/buf.h"
#include "base/str.h"

/* Append text, unfolded, its encoded words decoded; what is not UTF-8 becomes
 * U+FFFD. */
void word2047_decode(struct str text, struct buf *out);

/* Append octets in that charset as UTF-8; false: we do not know it. */
bool word2047_charset(struct str charset, struct str octets, struct buf *out);

#endif
