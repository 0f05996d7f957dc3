/*
 * crc24.c - the checksum of OpenPGP's ASCII armour.
 *
 * table[k][c]: what octet c does to the checksum when k octets follow it.
 */

#include "codec/crc24.h"

#include "codec/crc24_table.h"

uint32_t
crc24(uint32_t crc, struct str more)
{
	const unsigned char *p = (const unsigned char *)more.ptr;
	size_t n = more.len;

	for (; n >= 4; n -= 4, p += 4)
		crc = table[3][(crc >> 16 ^ p[0]) & 255] ^
		    table[2][(crc >> 8 ^ p[1]) & 255] ^
		    table[1][(crc ^ p[2]) & 255] ^ table[0][p[3]];
	for (; n > 0; n--, p++)
		crc = (crc << 8 & 0xffffff) ^
		    table[0][(crc >> 16 ^ *p) & 255];
	return crc;
}
