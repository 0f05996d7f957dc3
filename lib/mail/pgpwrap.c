/* pgpwrap.c - the octets around an OpenPGP message. */

#include "mail/pgpwrap.h"

/* Not random: the body is base64, which has no "=-". */
#define BOUNDARY	"=-pli-sealed-="

const struct str pgpwrap_fields = STR_INIT(
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/encrypted;\r\n"
    " protocol=\"application/pgp-encrypted\";\r\n"
    " boundary=\"" BOUNDARY "\"\r\n"
    "\r\n");

const struct str pgpwrap_before = STR_INIT(
    "--" BOUNDARY "\r\n"
    "Content-Type: application/pgp-encrypted\r\n"
    "\r\n"
    "Version: 1\r\n"
    "\r\n"
    "--" BOUNDARY "\r\n"
    "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n"
    "\r\n");

const struct str pgpwrap_after = STR_INIT(
    "\r\n"
    "--" BOUNDARY "--\r\n");

static bool
is_in_line(unsigned char c)
{
	return c != '\r' && c != '\n';
}

bool
pgpwrap_put(struct buf *out, struct str fields, struct str armoured)
{
	buf_add(out, fields);
	buf_add(out, pgpwrap_fields);
	buf_add(out, pgpwrap_before);
	while (armoured.len > 0) {
		buf_add(out, str_take_while(&armoured, is_in_line));
		buf_add(out, STR("\r\n"));
		(void)str_take_byte(&armoured, '\r');
		(void)str_take_byte(&armoured, '\n');
	}
	buf_add(out, pgpwrap_after);
	return !out->failed;
}
