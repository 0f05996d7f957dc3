/* crc24_test.c - against the RFC's own loop. */

#include "codec/crc24.h"

#include "tests/check.h"

static uint32_t
slow(struct str in)
{
	uint32_t crc = CRC24_INIT;

	for (size_t i = 0; i < in.len; i++) {
		crc ^= (uint32_t)(unsigned char)in.ptr[i] << 16;
		for (int k = 0; k < 8; k++) {
			crc <<= 1;
			if (crc & 0x1000000)
				crc ^= 0x1864cfb;
		}
	}
	return crc;
}

TEST(is_what_the_rfc_says)
{
	char in[1000];
	uint32_t seed = 1;

	TEST_BEGIN;
	CHECK(crc24(CRC24_INIT, STR("123456789")) == 0x21cf02, "check value");
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
	for (size_t n = 0; n < sizeof(in); n += 7) {
		struct str all = { in, n }, a = { in, n / 3 },
		    b = { in + n / 3, n - n / 3 };

		CHECK(crc24(CRC24_INIT, all) == slow(all), "%zu", n);
		CHECK(crc24(crc24(CRC24_INIT, a), b) == slow(all), "%zu", n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(is_what_the_rfc_says) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
