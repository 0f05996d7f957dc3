/*
 * imap_lex.h - the words that IMAP commands are made of.
 *
 * Pure.  RFC 3501, section 9.  A command is one run of bytes with its literals
 * in place, as imap_frame.h puts it together; a literal is taken with its
 * "{n}" and line end.  Results point into the command, but for quoted strings
 * with escapes, which are copied into the arena.
 *
 * Octets past 0x7f are taken in quoted strings (RFC 6855 writes UTF-8 so, and
 * clients do); NUL, CR and LF never, NUL not even in literals.
 */
#ifndef PROTO_IMAP_LEX_H
#define PROTO_IMAP_LEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

bool imap_is_atom_char(unsigned char);
bool imap_is_astring_char(unsigned char);
bool imap_is_tag_char(unsigned char);
bool imap_is_list_char(unsigned char);

/* At least one character. */
bool imap_take_atom(struct str *in, struct str *out);

bool imap_take_string(struct str *in, struct arena *, struct str *out);
bool imap_take_astring(struct str *in, struct arena *, struct str *out);

/* The pattern of LIST: wildcards may stand in it unquoted. */
bool imap_take_list_mailbox(struct str *in, struct arena *, struct str *out);

/* A number that fits 32 bits; nz: not 0, and no 0 in front. */
bool imap_take_number(struct str *in, uint32_t *out);
bool imap_take_nz_number(struct str *in, uint32_t *out);

/* A number of a change, below 2^63: RFC 7162, section 7. */
bool imap_take_modseq(struct str *in, uint64_t *out);

/*
 * "{n}" or "{n+}" at the end of text (without its line end): a literal of n
 * octets follows.  false: there is none.  A number past 64 bits is UINT64_MAX.
 */
bool imap_literal_at_end(struct str text, uint64_t *n, bool *plus);

#endif
