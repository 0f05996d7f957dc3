/* armour_test.c - armour that programs write, and what is none. */

#include "mail/armour.h"

#include "tests/check.h"
#include "tests/pieces.h"

#define BEGIN	"-----BEGIN PGP MESSAGE-----\r\n"
#define END	"-----END PGP MESSAGE-----\r\n"
/* A PKESK of version 3 with 11 octets, and a SEIPD of version 1 with 49. */
#define DATA							\
	"hAwDWlpaWlpaWlpaWlrSMgFaWlpaWlpaWlpaWlpaWlpaWlpaWlpa\r\n"	\
	"WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa\r\n"

/* The same whatever the pieces. */
static bool
is_armour(struct str in)
{
	static struct armour a;
	bool whole = false, first = true;
	struct pieces p;
	struct str piece;

	EACH_SPLIT(p, in) {
		bool fine = true;

		a = (struct armour){ 0 };
		while (fine && pieces_next(&p, &piece))
			fine = armour_feed(&a, piece);
		pieces_drop(&p);
		fine = fine && armour_end(&a);
		if (first)
			whole = fine;
		first = false;
		CHECK(fine == whole, "%zu, %zu: %.*s", p.first, p.step,
		    (int)in.len, in.ptr);
	}
	return whole;
}

static void
judge(const struct str *cases, size_t n, bool want)
{
	for (size_t i = 0; i < n; i++)
		CHECK(is_armour(cases[i]) == want, "%zu", i);
}

TEST(takes_what_programs_write)
{
	static const struct str good[] = {
		STR_INIT(BEGIN "\r\n" DATA END),
		STR_INIT(BEGIN "\r\n" DATA "=abcd\r\n" END),
		STR_INIT("\r\n \r\n" BEGIN "\r\n" DATA "=abcd\r\n" END "\r\n"),
		STR_INIT(BEGIN "Version: GnuPG v2\r\nComment: x\r\n\r\n" DATA
		    END),
		STR_INIT("-----BEGIN PGP MESSAGE----- \t\r\n \r\n" DATA
		    "=abcd \r\n-----END PGP MESSAGE-----"),
		STR_INIT("-----BEGIN PGP MESSAGE-----\n\n" DATA
		    "-----END PGP MESSAGE-----\n"),
	};

	TEST_BEGIN;
	judge(good, sizeof(good) / sizeof(good[0]), true);
}

TEST(refuses_all_else)
{
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("\r\n"), STR_INIT(BEGIN),
		STR_INIT(BEGIN "\r\n" END),
		STR_INIT(BEGIN "\r\n" DATA),
		STR_INIT(BEGIN DATA END),
		STR_INIT("hello\r\n" BEGIN "\r\n" DATA END),
		STR_INIT(BEGIN "\r\n" DATA END "hello\r\n"),
		STR_INIT(BEGIN "\r\n" DATA END BEGIN "\r\n" DATA END),
		STR_INIT(BEGIN "Subject: x\r\n\r\n" DATA END),
		STR_INIT(BEGIN "\r\n" DATA "hello!\r\n" END),
		STR_INIT(BEGIN "\r\n" DATA "=abcde\r\n" END),
		STR_INIT(BEGIN "\r\n" DATA "=abcd\r\n=abcd\r\n" END),
		STR_INIT(BEGIN "\r\n" DATA "-----END PGP MESSAGE----\r\n"),
		STR_INIT("-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\n" DATA
		    END),
		/* what it holds is not encrypted */
		STR_INIT(BEGIN "\r\naGVsbG8=\r\n" END),
		/* a quantum that is cut */
		STR_INIT(BEGIN "\r\n" DATA "W\r\n" END),
	};

	TEST_BEGIN;
	judge(bad, sizeof(bad) / sizeof(bad[0]), false);
}

/* `n` headers of `octets` each, then the rest. */
static bool
with_headers(size_t n, size_t octets)
{
	char text[8192];
	size_t at = 0;

	memcpy(text, BEGIN, sizeof(BEGIN) - 1);
	at = sizeof(BEGIN) - 1;
	for (size_t i = 0; i < n; i++) {
		memset(text + at, 'x', octets);
		memcpy(text + at, "Comment: ", 9);
		memcpy(text + at + octets, "\r\n", 2);
		at += octets + 2;
	}
	memcpy(text + at, "\r\n" DATA END, sizeof("\r\n" DATA END) - 1);
	at += sizeof("\r\n" DATA END) - 1;
	return is_armour((struct str){ text, at });
}

TEST(has_limits)
{
	TEST_BEGIN;
	CHECK(with_headers(ARMOUR_HEADERS_MAX, 20), "as many as may be");
	CHECK(!with_headers(ARMOUR_HEADERS_MAX + 1, 20), "one too many");
	CHECK(with_headers(1, ARMOUR_HEADER_MAX), "as long as may be");
	CHECK(!with_headers(1, ARMOUR_HEADER_MAX + 1), "one octet too long");
	CHECK(!with_headers(1, ARMOUR_LINE_MAX + 1), "longer than a line");
}

/* Once it is none it stays none. */
TEST(does_not_mend)
{
	static struct armour a;

	TEST_BEGIN;
	CHECK(!armour_feed(&a, STR("hello\r\n")), "text");
	CHECK(!armour_feed(&a, STR(BEGIN "\r\n" DATA END)), "armour");
	CHECK(!armour_end(&a), "end");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_what_programs_write),
		RUN(refuses_all_else),
		RUN(has_limits),
		RUN(does_not_mend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
