/*
 * pgpmime.h - is this message OpenPGP/MIME encrypted, and nothing else?
 *
 * Pure.  RFC 3156, section 4.
 *
 * Yes only if the header is unambiguous (one Content-Type:
 * multipart/encrypted; protocol="application/pgp-encrypted"), the multipart
 * has exactly two parts, preamble and epilogue are empty or the fixed
 * sentence of a known client, the first part is application/pgp-encrypted
 * with "Version: 1", and the second is application/octet-stream, in 7bit,
 * quoted-printable or base64, and holds one ASCII-armoured (or binary)
 * message that is PKESK packets and one SEIPD packet, to its end.
 *
 * All else would show its reader text that came in clear.
 */
#ifndef MAIL_PGPMIME_H
#define MAIL_PGPMIME_H

#include <stdbool.h>

#include "base/str.h"

/* The whole message, from the first octet of its header.  Takes some kB of
 * memory and never more than 256, whatever the size. */
bool pgpmime_is_sole(struct str message);

#endif
