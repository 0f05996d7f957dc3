/* crypt_test.c - SCRAM-SHA-256, by the example of its RFC. */

#include "os/crypt.h"

#include <string.h>

#include "tests/check.h"

/* RFC 7677 section 3: user "user", password "pencil". */
TEST(verifier_of_the_rfc)
{
	static const unsigned char salt[16] = {
		0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0,
		0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81,
	};
	static const unsigned char stored[32] = {
		0x58, 0x6e, 0x5d, 0xf2, 0x83, 0xe6, 0xdc, 0xeb, 0x5c, 0x3e,
		0x79, 0x1d, 0x8b, 0x85, 0x28, 0xec, 0x19, 0x1e, 0x66, 0x40,
		0x45, 0xce, 0x97, 0x17, 0x92, 0xe2, 0xe6, 0xb5, 0xbb, 0x13,
		0xe2, 0xa6,
	};
	struct crypt_verifier v;

	TEST_BEGIN;
	crypt_verifier(&v, STR("pencil"),
	    (struct str){ (const char *)salt, sizeof(salt) }, 4096);
	CHECK(memcmp(v.stored_key, stored, sizeof(stored)) == 0, "stored");
	CHECK(v.server_key[0] == 0xc1, "server");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(verifier_of_the_rfc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
