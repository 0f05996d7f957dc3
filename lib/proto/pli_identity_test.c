/* pli_identity_test.c - what is written is read; nothing else is. */

#include "proto/pli_identity.h"

#include <string.h>

#include "tests/check.h"

#define H16	"00112233445566778899aabbccddeeff"
#define H32	H16 H16
#define HEAD	"pli-identity: 1\nhost: mail.example.org\nidentity: " H32 "\n"
#define TLS	"tls: " H32 "\n"
#define SEAL	"seal: " H32 "\n"
#define END	"serial: 7\ntime: 1780000000\n"
#define SIG	"signature: " H32 H32 "\n"

static const struct str good[] = {
	STR_INIT(HEAD TLS SEAL END SIG),
	STR_INIT(HEAD TLS "tls-next: " H32 "\n" SEAL END SIG),
	STR_INIT(HEAD TLS SEAL SEAL SEAL SEAL END SIG),
};

TEST(reads_what_it_writes)
{
	struct pli_identity d;
	struct buf b;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK(pli_identity_parse(good[i], &d), "%zu", i);
		assert_true(str_eq(d.host, STR("mail.example.org")));
		assert_int_equal(d.serial, 7);
		assert_int_equal(d.time, 1780000000);
		assert_int_equal(d.has_next, i == 1);
		assert_int_equal(d.seals, i == 2 ? 4 : 1);
		assert_int_equal(d.tls[1], 0x11);
		assert_int_equal(d.text.len, good[i].len - sizeof(SIG) + 1);
		buf_init(&b, PLI_IDENTITY_MAX);
		pli_identity_put(&b, &d);
		pli_identity_put_signature(&b, d.signature);
		assert_true(str_eq(buf_str(&b), good[i]));
		buf_free(&b);
	}
}

static const struct str bad[] = {
	STR_INIT(""), STR_INIT("pli-identity: 1\n"),
	STR_INIT("pli-identity: 2\nhost: a\nidentity: " H32 "\n" TLS SEAL END
	    SIG),
	STR_INIT("Pli-Identity: 1\nhost: a\nidentity: " H32 "\n" TLS SEAL END
	    SIG),
	STR_INIT("pli-identity: 1\nhost: \nidentity: " H32 "\n" TLS SEAL END
	    SIG),
	STR_INIT("pli-identity: 1\nhost: a b\nidentity: " H32 "\n" TLS SEAL
	    END SIG),
	STR_INIT(HEAD SEAL END SIG),		/* no tls */
	STR_INIT(HEAD TLS END SIG),		/* no seal */
	STR_INIT(HEAD TLS SEAL SEAL SEAL SEAL SEAL END SIG),
	STR_INIT(HEAD SEAL TLS END SIG),	/* order */
	STR_INIT(HEAD TLS TLS SEAL END SIG),
	STR_INIT(HEAD "tls:" H32 "\n" SEAL END SIG),
	STR_INIT(HEAD "tls:  " H32 "\n" SEAL END SIG),
	STR_INIT(HEAD "tls: 0" H32 "\n" SEAL END SIG),
	STR_INIT(HEAD "tls: " H16 "\n" SEAL END SIG),
	STR_INIT(HEAD "tls: " H16 "00112233445566778899AABBCCDDEEFF\n" SEAL
	    END SIG),
	STR_INIT(HEAD "tls: " H32 "\r\n" SEAL END SIG),
	STR_INIT(HEAD TLS SEAL "serial: 07\ntime: 1\n" SIG),
	STR_INIT(HEAD TLS SEAL "serial: 0\ntime: 1\n" SIG),
	STR_INIT(HEAD TLS SEAL "serial: -1\ntime: 1\n" SIG),
	STR_INIT(HEAD TLS SEAL "serial: 1x\ntime: 1\n" SIG),
	STR_INIT(HEAD TLS SEAL "serial: 18446744073709551615\ntime: 1\n" SIG),
	STR_INIT(HEAD TLS SEAL "serial: 1\n" SIG),
	STR_INIT(HEAD TLS SEAL END),
	STR_INIT(HEAD TLS SEAL END "signature: " H32 "\n"),
	STR_INIT(HEAD TLS SEAL END SIG "\n"),
	STR_INIT(HEAD TLS SEAL END SIG "x: y\n"),
	STR_INIT(HEAD TLS SEAL END "signature: " H32 H32),
};

TEST(refuses_all_else)
{
	struct pli_identity d;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!pli_identity_parse(bad[i], &d), "%zu: %s", i,
		    bad[i].ptr);
	for (size_t n = 0; n < good[1].len; n++)
		assert_false(pli_identity_parse((struct str){ good[1].ptr,
		    n }, &d));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(reads_what_it_writes),
		RUN(refuses_all_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
