/* proof_test.c - the exchanges of RFC 7677, to the last octet. */

#include "auth.h"

#include "tests/check.h"

#define FIRST	"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
#define NONCE	"rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define SERVER	"r=" NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define FINAL	"c=biws,r=" NONCE
#define PROOF	",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="

static const char salt[] = "\x5b\x6d\x99\x68\x9d\x12\x35\x8e"
    "\xec\xa0\x4b\x14\x12\x36\xfa\x81";

static void
begin(struct login *l)
{
	*l = (struct login){ .state = LOGIN_PROOF, .mech = AUTH_SCRAM,
	    .exists = true, .iterations = 4096 };
	buf_init(&l->secret, 4096);
	buf_init(&l->binding, 4096);
	buf_init(&l->server_first, 4096);
	buf_init(&l->salt, 64);
	buf_init(&l->final, 4096);
	buf_add(&l->secret, STR(FIRST));
	buf_add(&l->binding, STR("n,,"));
	buf_add(&l->server_first, STR(SERVER));
	buf_add_mem(&l->salt, salt, 16);
	crypt_verifier(&l->verifier, STR("pencil"), (struct str){ salt, 16 },
	    4096);
	memcpy(l->nonce, NONCE, sizeof(NONCE) - 1);
	l->nonce_len = sizeof(NONCE) - 1;
}

static void
end(struct login *l)
{
	buf_free(&l->secret);
	buf_free(&l->binding);
	buf_free(&l->server_first);
	buf_free(&l->salt);
	buf_free(&l->final);
}

TEST(takes_the_proof_of_rfc_7677)
{
	struct login l;

	TEST_BEGIN;
	begin(&l);
	assert_true(proof_scram(&l, STR(FINAL PROOF)));
	assert_true(str_eq(buf_str(&l.final),
	    STR("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")));
	end(&l);
}

static const struct str wrong[] = {
	STR_INIT(FINAL ",p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
	STR_INIT("c=biws,r=rOprNGfwEbeRWgbNEkqO" PROOF),
	STR_INIT("c=eSws,r=" NONCE PROOF),		/* y,, */
	STR_INIT("c=biw=,r=" NONCE PROOF),
	STR_INIT(FINAL ",z=1" PROOF),
	STR_INIT("garbage"),
};

TEST(refuses_others)
{
	struct login l;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(&l);
		CHECK(!proof_scram(&l, wrong[i]), "%s", wrong[i].ptr);
		CHECK(l.final.len == 0, "%s", wrong[i].ptr);
		end(&l);
	}
	/* a right proof for somebody who does not exist */
	begin(&l);
	l.exists = false;
	assert_false(proof_scram(&l, STR(FINAL PROOF)));
	end(&l);
	/* replayed under another nonce */
	begin(&l);
	l.nonce[0] = 'x';
	assert_false(proof_scram(&l, STR(FINAL PROOF)));
	end(&l);
}

TEST(takes_plain)
{
	struct login l;

	TEST_BEGIN;
	begin(&l);
	buf_clear(&l.secret);
	buf_add(&l.secret, STR("\0user\0pencil"));
	assert_true(proof_plain(&l));
	assert_int_equal(l.secret.cap, 0);
	buf_add(&l.secret, STR("\0user\0pencils"));
	assert_false(proof_plain(&l));
	l.exists = false;
	buf_add(&l.secret, STR("\0user\0pencil"));
	assert_false(proof_plain(&l));
	end(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_the_proof_of_rfc_7677),
		RUN(refuses_others),
		RUN(takes_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
