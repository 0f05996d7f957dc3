/* pgpmime_test.c - encrypted and nothing else, or not. */

#include "mail/pgpmime.h"

#include <stdlib.h>
#include <string.h>

#include "mail/armour.h"
#include "tests/check.h"

/* PKESK of 12 octets, SEIPD of 50; as gpg would armour it. */
#define DATA \
	"hAwDWlpaWlpaWlpaWlrSMgFaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa\r\n" \
	"WlpaWlpaWlpaWlpaWlpaWlpa\r\n"
#define BEGIN	"-----BEGIN PGP MESSAGE-----\r\n"
#define END	"-----END PGP MESSAGE-----\r\n"
#define ARMOUR	BEGIN "Version: x\r\n\r\n" DATA "=abcd\r\n" END

#define HEAD	"From: a\r\nContent-Type: multipart/encrypted;\r\n" \
		" protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n"
#define CONTROL	"--b\r\nContent-Type: application/pgp-encrypted\r\n" \
		"Content-Description: PGP/MIME version identification\r\n" \
		"\r\nVersion: 1\r\n\r\n"
#define TYPE	"--b\r\nContent-Type: application/octet-stream\r\n"
#define LAST	"\r\n--b--\r\n"
#define KNOWN	"This is an OpenPGP/MIME encrypted message " \
		"(RFC 4880 and 3156)\r\n"

static bool
yes(const char *text)
{
	size_t n = strlen(text);
	char *exact = malloc(n + 1);
	bool is;

	memcpy(exact, text, n);
	is = pgpmime_is_sole((struct str){ exact, n });
	free(exact);
	return is;
}

TEST(takes_what_clients_send)
{
	TEST_BEGIN;
	CHECK(yes(HEAD CONTROL TYPE "\r\n" ARMOUR LAST), "plain");
	CHECK(yes(HEAD KNOWN CONTROL TYPE "\r\n" ARMOUR LAST "\r\n"),
	    "preamble");
	CHECK(yes(HEAD CONTROL TYPE "Content-Transfer-Encoding: 7Bit\r\n\r\n"
	    "\r\n" BEGIN "\r\n" DATA END "\r\n" LAST), "no checksum");
	CHECK(yes(HEAD CONTROL TYPE "Content-Transfer-Encoding: base64\r\n"
	    "\r\n" DATA LAST), "binary");
	CHECK(yes(HEAD CONTROL TYPE
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	    BEGIN "\r\n" DATA "=3Dabcd\r\n" END LAST), "quoted-printable");
}

TEST(refuses_text_beside)
{
	TEST_BEGIN;
	CHECK(!yes(HEAD "hello\r\n" CONTROL TYPE "\r\n" ARMOUR LAST), "pre");
	CHECK(!yes(HEAD KNOWN "hello\r\n" CONTROL TYPE "\r\n" ARMOUR LAST),
	    "preamble and more");
	CHECK(!yes(HEAD CONTROL TYPE "\r\n" ARMOUR LAST "hello\r\n"), "epi");
	CHECK(!yes(HEAD CONTROL TYPE "\r\n" ARMOUR "hi\r\n" LAST), "after");
	CHECK(!yes(HEAD CONTROL TYPE "\r\nhi\r\n" ARMOUR LAST), "before");
	CHECK(!yes(HEAD CONTROL TYPE "\r\n" ARMOUR "\r\n--b\r\n\r\nhi\r\n"
	    LAST), "third part");
	CHECK(!yes(HEAD CONTROL "hi\r\n" TYPE "\r\n" ARMOUR LAST), "control");
	CHECK(!yes(HEAD CONTROL TYPE "X: hi\r\n\r\n" ARMOUR LAST), "field");
	CHECK(!yes(HEAD CONTROL TYPE "\r\n" BEGIN "Secret: x\r\n\r\n" DATA
	    END LAST), "armour header");
	CHECK(!yes(HEAD CONTROL TYPE "\r\n" BEGIN "\r\n" DATA "hi there\r\n"
	    END LAST), "no base64");
	CHECK(!yes(HEAD CONTROL TYPE "\r\n" BEGIN "\r\naGVsbG8=\r\n" END
	    LAST), "no packets");
	CHECK(!yes(HEAD CONTROL TYPE "\r\n" BEGIN "\r\n" DATA LAST),
	    "no end");
	CHECK(!yes(HEAD CONTROL TYPE "\r\n" ARMOUR), "not closed");
	CHECK(!yes(HEAD TYPE "\r\n" ARMOUR LAST), "no control");
	CHECK(!yes(HEAD CONTROL "--b\r\nContent-Type: text/plain\r\n\r\n"
	    ARMOUR LAST), "text");
	CHECK(!yes(HEAD), "header alone");
	CHECK(!yes(""), "nothing");
	CHECK(!yes("Content-Type: multipart/mixed; boundary=b;\r\n"
	    " protocol=\"application/pgp-encrypted\"\r\n\r\n"
	    CONTROL TYPE "\r\n" ARMOUR LAST), "mixed");
	CHECK(!yes("Content-Type: text/plain\r\n" HEAD CONTROL TYPE "\r\n"
	    ARMOUR LAST), "two types");
}

TEST(takes_lines_of_some_length_only)
{
	struct armour a = { 0 };
	char wide[ARMOUR_LINE_MAX + 1];

	TEST_BEGIN;
	memset(wide, ' ', sizeof(wide));
	CHECK(armour_feed(&a, (struct str){ wide, sizeof(wide) - 1 }), "ok");
	CHECK(!armour_feed(&a, (struct str){ wide, 1 }), "too long");
	CHECK(!armour_end(&a), "end");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_what_clients_send),
		RUN(refuses_text_beside),
		RUN(takes_lines_of_some_length_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
