/* outer_test.c - what may stand outside, and what may not. */

#include "mail/outer.h"

#include "tests/check.h"

#define CASE(s, ok)	{ { "" s, sizeof(s) - 1 }, ok }

static const struct {
	struct str block;
	bool ok;
} cases[] = {
	CASE("", true),
	CASE("Subject: [...]\r\n", true),
	CASE("From: a@b\r\nto: c,\r\n\td\r\nCC : e\r\nTo: f\r\n", true),
	CASE("Date: x\r\nMessage-ID: <x>\r\nIn-Reply-To: <x>\r\n"
	    "References: <x>\r\n <y>\r\nSubject: [...]\r\n", true),
	CASE("From: \xc3\xa9@b\r\n", true),
	CASE("From:\r\n a\r\n", true),
	CASE("\r\n", false),
	CASE("From: a\r\n\r\n", false),
	CASE("From: a\r\n \r\n", false),
	CASE("From: a", false),
	CASE("From: a\n", false),
	CASE("From: a\r", false),
	CASE("From: a\nb\r\n", false),
	CASE("From: a\rb\r\n", false),
	CASE("From: a\0b\r\n", false),
	CASE(" a\r\n", false),
	CASE("From a\r\n", false),
	CASE("Fromage: a\r\n", false),
	CASE("Subject: secret\r\n", false),
	CASE("Subject: [...] secret\r\n", false),
	CASE("Subject: [...]\r\n secret\r\n", false),
	CASE("Content-Type: text/plain\r\n", false),
	CASE("Pli-Seal: v=1\r\n", false),
	CASE("From: a\r\nX: y\r\n", false),
};

TEST(tells_sound_ones)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(outer_is_sound(cases[i].block) == cases[i].ok, "%.*s",
		    (int)cases[i].block.len, cases[i].block.ptr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(tells_sound_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
