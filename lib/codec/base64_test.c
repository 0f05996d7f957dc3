/* base64_test.c - RFC 4648 vectors, strictness, pieces. */

#include "codec/base64.h"

#include <string.h>

#include "tests/check.h"
#include "tests/pieces.h"

static const struct { struct str plain, coded; } vectors[] = {
	{ STR_INIT(""), STR_INIT("") },
	{ STR_INIT("f"), STR_INIT("Zg==") },
	{ STR_INIT("fo"), STR_INIT("Zm8=") },
	{ STR_INIT("foo"), STR_INIT("Zm9v") },
	{ STR_INIT("foob"), STR_INIT("Zm9vYg==") },
	{ STR_INIT("fooba"), STR_INIT("Zm9vYmE=") },
	{ STR_INIT("foobar"), STR_INIT("Zm9vYmFy") },
	{ STR_INIT("\xff\xfe\xfd"), STR_INIT("//79") },
	{ STR_INIT("\xfb\0\xff"), STR_INIT("+wD/") },
};

TEST(keeps_to_the_vectors)
{
	char out[64];
	size_t n;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct str plain = vectors[i].plain, coded = vectors[i].coded;

		n = base64_encode(out, plain);
		CHECK(str_eq((struct str){ out, n }, coded), "encode %zu", i);
		CHECK(n == base64_encoded_len(plain.len), "length %zu", i);
		CHECK(base64_decode(out, &n, coded), "decode %zu", i);
		CHECK(str_eq((struct str){ out, n }, plain), "decode %zu", i);
	}
}

TEST(refuses_all_else)
{
	static const struct str bad[] = {
		STR_INIT("Z"), STR_INIT("Zg"), STR_INIT("Zg="),
		STR_INIT("Zg=a"), STR_INIT("Z==="), STR_INIT("===="),
		STR_INIT("Zh=="), STR_INIT("Zm9="), STR_INIT("Zm9v\n"),
		STR_INIT("Zm9v Zg="), STR_INIT("Zg==Zg=="), STR_INIT("Zm-_"),
		STR_INIT("\0AAA"), STR_INIT("\x80\x80\x80\x80"),
	};
	char out[64];
	size_t n;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!base64_decode(out, &n, bad[i]), "took %zu", i);
}

TEST(makes_lines)
{
	char in[100], out[256];
	size_t n;

	TEST_BEGIN;
	memset(in, 0, sizeof(in));
	n = base64_encode_lines(out, (struct str){ in, 51 }, 64);
	CHECK(n == 66 + 6, "%zu", n);
	CHECK(memcmp(out + 64, "\r\nAAAA\r\n", 8) == 0, "lines");
	CHECK(base64_encode_lines(out, STR(""), 64) == 0, "empty");
}

static void
lenient(struct str in, struct str want, bool strange)
{
	struct pieces p;

	EACH_SPLIT(p, in) {
		struct base64_dec d = { 0 };
		struct str piece;
		char out[64];
		size_t n = 0;

		while (pieces_next(&p, &piece))
			n += base64_dec_feed(&d, out + n, piece);
		n += base64_dec_end(&d, out + n);
		CHECK(str_eq((struct str){ out, n }, want), "%.*s",
		    (int)in.len, in.ptr);
		CHECK(d.strange == strange, "%.*s", (int)in.len, in.ptr);
	}
}

TEST(is_lenient_with_mail)
{
	TEST_BEGIN;
	lenient(STR("Zm9v\r\n YmFy\t\r\n"), STR("foobar"), false);
	lenient(STR("Zg==\r\n"), STR("f"), false);
	lenient(STR("Zm8="), STR("fo"), false);
	lenient(STR("Zg"), STR("f"), true);
	lenient(STR("Zm9vY"), STR("foo"), true);
	lenient(STR("Zg==Zg=="), STR("ff"), true);
	lenient(STR("Z-m9v"), STR("foo"), true);
	lenient(STR("=Zm9v"), STR("foo"), true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(keeps_to_the_vectors),
		RUN(refuses_all_else),
		RUN(makes_lines),
		RUN(is_lenient_with_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
