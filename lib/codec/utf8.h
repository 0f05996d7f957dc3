/*
 * utf8.h - RFC 3629: shortest form, no surrogates, up to U+10FFFF.
 *
 * Pure.
 */
#ifndef CODEC_UTF8_H
#define CODEC_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Takes one character off *in, as the str_take_ functions do. */
bool utf8_take(struct str *in, uint32_t *code);

bool utf8_valid(struct str);

/* code is at most 0x10ffff and no surrogate. */
void utf8_put(struct buf *, uint32_t code);

/* C0, DEL, C1, and what turns the direction of text: nothing of that kind is
 * shown on a terminal. */
bool utf8_is_control(uint32_t code);

/* Appends lines for a terminal, with "?" for what would move its cursor or
 * turn the text: whatever a peer's octets are. */
void utf8_plain(struct buf *, struct str lines);

/* Appends s, with U+FFFD for each octet that belongs to no character. */
void utf8_clean(struct buf *, struct str s);

#endif
