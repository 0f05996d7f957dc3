/* pgppacket_test.c - lengths of every form, and what is not encrypted. */

#include "mail/pgppacket.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/pieces.h"

static unsigned char text[200000];
static size_t len;

static void
add(const void *mem, size_t n)
{
	memcpy(text + len, mem, n);
	len += n;
}

static void
pad(size_t n)
{
	memset(text + len, 0x5a, n);
	len += n;
}

/* The same whatever the pieces. */
static bool
yes(void)
{
	struct str all = { (char *)text, len };
	char *exact = pieces_exact(all);
	bool whole = pgppacket_is_encrypted((struct str){ exact, len });

	free(exact);
	for (size_t cut = 0; cut < len; cut += cut < 600 ? 1 : 19937) {
		struct pieces in = pieces_of(all, cut, cut % 37 + 400);
		struct pgppacket p = { 0 };
		bool fine = true;
		struct str piece;

		while (fine && pieces_next(&in, &piece))
			fine = pgppacket_feed(&p, piece);
		pieces_drop(&in);
		CHECK((fine && pgppacket_end(&p)) == whole, "cut at %zu", cut);
	}
	return whole;
}

static void
pkesk(void)
{
	add("\x84\x0c\x03", 3);		/* old format, one octet of length */
	pad(11);
}

static void
seipd(void)
{
	add("\xd2\x32\x01", 3);
	pad(49);
}

TEST(takes_every_length)
{
	TEST_BEGIN;
	len = 0, pkesk(), seipd();
	CHECK(yes(), "plain");
	len = 0, add("\x85\x01\x0c\x03", 4), pad(267), seipd();
	CHECK(yes(), "two octets, old");
	len = 0, add("\xc1\xc0\x4c\x03", 4), pad(267), pkesk();
	add("\xd2\xff\x00\x01\x00\x00\x01", 7), pad(65535);
	CHECK(yes(), "two octets, five octets");
	len = 0, pkesk(), add("\xd2\xe9\x01", 3), pad(511);
	add("\xf0", 1), pad(65536), add("\x03", 1), pad(3);
	CHECK(yes(), "partial");
	len = 0, pkesk(), add("\xd2\xe9\x01", 3), pad(511), add("\0", 1);
	CHECK(yes(), "partial, empty last");
	len = 0, pkesk(), add("\x8c\x04\x04\x09\x03\x08", 6), pkesk(), seipd();
	CHECK(yes(), "with a password");
}

TEST(refuses_all_else)
{
	TEST_BEGIN;
	len = 0;
	CHECK(!yes(), "nothing");
	len = 0, pkesk();
	CHECK(!yes(), "PKESK alone");
	len = 0, seipd();
	CHECK(!yes(), "SEIPD alone");
	len = 0, pkesk(), seipd(), pad(1);
	CHECK(!yes(), "something behind");
	len = 0, pkesk(), seipd(), seipd();
	CHECK(!yes(), "twice");
	len = 0, pkesk(), seipd(), len--;
	CHECK(!yes(), "cut");
	len = 0, pkesk(), add("\xc9\x32\x01", 3), pad(49);
	CHECK(!yes(), "SED");
	len = 0, pkesk(), add("\xcb\x05" "b\0\0\0\0", 7), seipd();
	CHECK(!yes(), "literal data");
	len = 0, pkesk(), add("\xd2\x32\x03", 3), pad(49);
	CHECK(!yes(), "version 3");
	len = 0, pkesk(), add("\xd2\x05\x01", 3), pad(4);
	CHECK(!yes(), "too short");
	len = 0, add("\x84\x02\x03\x03", 4), seipd();
	CHECK(!yes(), "short PKESK");
	len = 0, add("\x87\x03", 2), pad(20);
	CHECK(!yes(), "endless");
	len = 0, add("\xc1\xe9\x03", 3), pad(511), seipd();
	CHECK(!yes(), "partial PKESK");
	len = 0, add("\xc1\xff\xff\xff\xff\xff", 6), pad(600);
	CHECK(!yes(), "huge PKESK");
	len = 0, add("hello", 5);
	CHECK(!yes(), "text");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_every_length),
		RUN(refuses_all_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
