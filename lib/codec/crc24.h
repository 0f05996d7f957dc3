/*
 * crc24.h - the checksum of OpenPGP's ASCII armour (RFC 4880, 6.1).
 *
 * Pure.  Four octets a step: it is taken of every sealed message.
 */
#ifndef CODEC_CRC24_H
#define CODEC_CRC24_H

#include <stdint.h>

#include "base/str.h"

enum { CRC24_INIT = 0xb704ce };

/* Of the octets so far and these; begin with CRC24_INIT.  24 bits. */
uint32_t crc24(uint32_t crc, struct str more);

#endif
