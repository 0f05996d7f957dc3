/* signature_test.c - RFC 8032, 7.1, test 3; and a document with a slip. */

#include "os/signature.h"

#include <string.h>

#include <openssl/evp.h>

#include "tests/check.h"

static const unsigned char public[PLI_KEY] =
    "\xfc\x51\xcd\x8e\x62\x18\xa1\xa3\x8d\xa4\x7e\xd0\x02\x30\xf0\x58"
    "\x08\x16\xed\x13\xba\x33\x03\xac\x5d\xeb\x91\x15\x48\x90\x80\x25";
static const unsigned char signed_by[PLI_SIGNATURE] =
    "\x62\x91\xd6\x57\xde\xec\x24\x02\x48\x27\xe6\x9c\x3a\xbe\x01\xa3"
    "\x0c\xe5\x48\xa2\x84\x74\x3a\x44\x5e\x36\x80\xd7\xdb\x5a\xc3\xac"
    "\x18\xff\x9b\x53\x8d\x16\xf2\x90\xae\x67\xf7\x60\x98\x4d\xc6\x59"
    "\x4a\x7c\x15\xe9\x71\x6e\xd2\x8d\xc0\x27\xbe\xce\xea\x1e\xc4\x0a";

TEST(verifies_what_the_rfc_signs)
{
	unsigned char other[PLI_SIGNATURE];

	TEST_BEGIN;
	assert_true(signature_ed25519(public, STR("\xaf\x82"), signed_by));
	assert_false(signature_ed25519(public, STR("\xaf\x83"), signed_by));
	assert_false(signature_ed25519(public, STR(""), signed_by));
	for (size_t i = 0; i < PLI_SIGNATURE; i++) {
		memcpy(other, signed_by, sizeof(other));
		other[i] ^= 1;
		assert_false(signature_ed25519(public, STR("\xaf\x82"),
		    other));
	}
	assert_false(signature_ed25519(signed_by, STR("\xaf\x82"),
	    signed_by));
}

static void
sign(EVP_PKEY *key, struct str text, unsigned char out[PLI_SIGNATURE])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	size_t n = PLI_SIGNATURE;

	assert_int_equal(EVP_DigestSignInit(md, NULL, NULL, NULL, key), 1);
	assert_int_equal(EVP_DigestSign(md, out, &n,
	    (const unsigned char *)text.ptr, text.len), 1);
	EVP_MD_CTX_free(md);
}

TEST(every_octet_of_a_document_counts)
{
	struct pli_identity d = { .host = STR("mail.example"), .seals = 1,
	    .serial = 1, .time = 2 }, back;
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	size_t n = PLI_KEY;
	struct buf b;

	TEST_BEGIN;
	assert_int_equal(EVP_PKEY_get_raw_public_key(key, d.key, &n), 1);
	buf_init(&b, PLI_IDENTITY_MAX);
	pli_identity_put(&b, &d);
	sign(key, buf_str(&b), d.signature);
	pli_identity_put_signature(&b, d.signature);
	EVP_PKEY_free(key);
	assert_true(pli_identity_parse(buf_str(&b), &back));
	assert_true(signature_identity(&back));
	for (size_t i = 0; i < b.len; i++) {
		b.ptr[i] ^= 1;
		CHECK(!pli_identity_parse(buf_str(&b), &back) ||
		    !signature_identity(&back), "%zu", i);
		b.ptr[i] ^= 1;
	}
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(verifies_what_the_rfc_signs),
		RUN(every_octet_of_a_document_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
