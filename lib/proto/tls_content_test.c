/* tls_content_test.c - what a TLS server signs, and its neighbours. */

#include "proto/tls_content.h"

#include <string.h>

#include "tests/check.h"

static char at[512];

static struct str
content_13(size_t hash)
{
	static const char name[] = "TLS 1.3, server CertificateVerify";

	memset(at, ' ', 64);
	memcpy(at + 64, name, sizeof(name));
	memset(at + 64 + sizeof(name), 0xab, hash);
	return (struct str){ at, 64 + sizeof(name) + hash };
}

static struct str
content_12(unsigned curve, unsigned point, char first)
{
	memset(at, 0x55, sizeof(at));
	at[64] = 3;
	at[65] = (char)(curve >> 8);
	at[66] = (char)curve;
	at[67] = (char)point;
	at[68] = first;
	return (struct str){ at, 68 + point };
}

TEST(knows_certificate_verify)
{
	struct str s;

	TEST_BEGIN;
	assert_int_equal(tls_content_of(content_13(32)), TLS_CONTENT_13);
	assert_int_equal(tls_content_of(content_13(48)), TLS_CONTENT_13);
	for (size_t n = 0; n < 64; n++)
		if (n != 32 && n != 48)
			assert_int_equal(tls_content_of(content_13(n)),
			    TLS_CONTENT_OTHER);
	for (size_t i = 0; i < 64 + 34; i++) {
		s = content_13(32);
		at[i] ^= 1;
		assert_int_equal(tls_content_of(s), TLS_CONTENT_OTHER);
	}
	s = content_13(32);
	memcpy(at + 64 + 9, "client", 6);
	assert_int_equal(tls_content_of(s), TLS_CONTENT_OTHER);
}

TEST(knows_server_key_exchange)
{
	struct str s;

	TEST_BEGIN;
	assert_int_equal(tls_content_of(content_12(0x1d, 32, 9)),
	    TLS_CONTENT_12);
	assert_int_equal(tls_content_of(content_12(0x17, 65, 4)),
	    TLS_CONTENT_12);
	assert_int_equal(tls_content_of(content_12(0x17, 65, 3)),
	    TLS_CONTENT_OTHER);
	assert_int_equal(tls_content_of(content_12(0x17, 32, 4)),
	    TLS_CONTENT_OTHER);
	assert_int_equal(tls_content_of(content_12(0x18, 97, 4)),
	    TLS_CONTENT_OTHER);
	s = content_12(0x1d, 32, 9);
	for (size_t n = 0; n < s.len; n++)
		assert_int_equal(tls_content_of((struct str){ s.ptr, n }),
		    TLS_CONTENT_OTHER);
	s.len++;
	assert_int_equal(tls_content_of(s), TLS_CONTENT_OTHER);
	at[64] = 1;
	s.len--;
	assert_int_equal(tls_content_of(s), TLS_CONTENT_OTHER);
}

TEST(keeps_old_padding_out_of_13)
{
	TEST_BEGIN;
	assert_true(tls_content_fits(TLS_CONTENT_12, 0x0401));
	assert_true(tls_content_fits(TLS_CONTENT_12, 0x0804));
	assert_true(tls_content_fits(TLS_CONTENT_13, 0x0804));
	assert_true(tls_content_fits(TLS_CONTENT_13, 0x0403));
	assert_false(tls_content_fits(TLS_CONTENT_13, 0x0401));
	assert_false(tls_content_fits(TLS_CONTENT_OTHER, 0x0403));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(knows_certificate_verify),
		RUN(knows_server_key_exchange),
		RUN(keeps_old_padding_out_of_13),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
