/* scram_test.c - PLAIN and SCRAM as in the RFCs, and what is refused. */

#include "proto/scram.h"

#include <string.h>

#include "tests/check.h"

static const struct {
	struct str in, authorize, user, password;
} plain[] = {
#define P(in, a, u, p) \
	{ STR_INIT(in), STR_INIT(a), STR_INIT(u), STR_INIT(p) }
	/* RFC 4616, 4 */
	P("\0tim\0tanstaaftanstaaf", "", "tim", "tanstaaftanstaaf"),
	P("Ursel\0Kurt\0xipj3plmq", "Ursel", "Kurt", "xipj3plmq"),
	P("\0a@b/c\0p\xc3\xa4ss w", "", "a@b/c", "p\xc3\xa4ss w"),
};

static const struct str bad_plain[] = {
	STR_INIT(""), STR_INIT("\0"), STR_INIT("\0\0"), STR_INIT("\0a\0"),
	STR_INIT("\0\0p"), STR_INIT("\0a"), STR_INIT("a\0b"),
	STR_INIT("\0a\0b\0"), STR_INIT("\0a\0b\0c"),
};

TEST(plain_is_three_parts)
{
	struct sasl_plain p;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		CHECK(sasl_plain_parse(plain[i].in, &p), "%zu", i);
		CHECK(str_eq(p.authorize, plain[i].authorize), "%zu", i);
		CHECK(str_eq(p.user, plain[i].user), "%zu", i);
		CHECK(str_eq(p.password, plain[i].password), "%zu", i);
	}
	for (size_t i = 0; i < sizeof(bad_plain) / sizeof(bad_plain[0]); i++)
		CHECK(!sasl_plain_parse(bad_plain[i], &p), "%zu", i);
}

static const struct {
	struct str in;
	char flag;
	struct str binding, authorize, gs2, user, nonce;
} first[] = {
#define F(in, f, b, a, g, u, n) { STR_INIT(in), f, STR_INIT(b), \
	STR_INIT(a), STR_INIT(g), STR_INIT(u), STR_INIT(n) }
	F("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", 'n', "", "", "n,,", "user",
	    "rOprNGfwEbeRWgbNEkqO"),
	F("y,,n=u,r=x", 'y', "", "", "y,,", "u", "x"),
	F("p=tls-exporter,,n=u,r=x", 'p', "tls-exporter", "",
	    "p=tls-exporter,,", "u", "x"),
	F("n,a=z=2Cy,n=u=3Dv,r=!~", 'n', "", "z=2Cy", "n,a=z=2Cy,", "u=3Dv",
	    "!~"),
	F("n,,n=u,r=x,e=more", 'n', "", "", "n,,", "u", "x"),
};

static const struct str bad_first[] = {
	STR_INIT(""), STR_INIT("n"), STR_INIT("n,,"), STR_INIT("x,,n=u,r=x"),
	STR_INIT("N,,n=u,r=x"), STR_INIT("n,n=u,r=x"), STR_INIT("p,,n=u,r=x"),
	STR_INIT("p=,,n=u,r=x"), STR_INIT("p=a b,,n=u,r=x"),
	STR_INIT("n,,m=1,n=u,r=x"), STR_INIT("n,,n=,r=x"),
	STR_INIT("n,,n=u,r="), STR_INIT("n,,n=u,r=a b"), STR_INIT("n,,n=u"),
	STR_INIT("n,,r=x,n=u"), STR_INIT("n,,n=u\0,r=x"),
	STR_INIT("n,,n=u,r=x\0"), STR_INIT("n,b=x,n=u,r=x"),
};

TEST(first_message_of_a_client)
{
	struct scram_first f;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		CHECK(scram_first_parse(first[i].in, &f), "%zu", i);
		CHECK(f.flag == first[i].flag, "%zu", i);
		CHECK(str_eq(f.binding, first[i].binding), "%zu", i);
		CHECK(str_eq(f.authorize, first[i].authorize), "%zu", i);
		CHECK(str_eq(f.gs2, first[i].gs2), "%zu", i);
		CHECK(str_eq(f.user, first[i].user), "%zu", i);
		CHECK(str_eq(f.nonce, first[i].nonce), "%zu", i);
		CHECK(f.gs2.len + f.bare.len == first[i].in.len, "%zu", i);
	}
	for (size_t i = 0; i < sizeof(bad_first) / sizeof(bad_first[0]); i++)
		CHECK(!scram_first_parse(bad_first[i], &f), "%zu: %s", i,
		    bad_first[i].ptr);
}

TEST(names_are_decoded)
{
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 64);
	assert_true(scram_name(STR("a=2Cb=3Dc"), &out));
	assert_true(str_eq(buf_str(&out), STR("a,b=c")));
	assert_false(scram_name(STR("a=b"), &out));
	assert_false(scram_name(STR("a="), &out));
	assert_false(scram_name(STR("=3"), &out));
	buf_free(&out);
}

#define NONCE	"rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define PROOF	"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="

TEST(final_message_of_a_client)
{
	struct scram_final f;

	TEST_BEGIN;
	assert_true(scram_final_parse(STR("c=biws,r=" NONCE ",p=" PROOF),
	    &f));
	assert_true(str_eq(f.binding, STR("biws")));
	assert_true(str_eq(f.nonce, STR(NONCE)));
	assert_true(str_eq(f.without_proof, STR("c=biws,r=" NONCE)));
	assert_int_equal(f.proof[0], 0x74);
	assert_int_equal(f.proof[31], 0x54);
	assert_true(scram_final_parse(STR("c=biws,r=x,z=1,p=" PROOF), &f));
	assert_true(str_eq(f.without_proof, STR("c=biws,r=x,z=1")));
}

static const struct str bad_final[] = {
	STR_INIT(""), STR_INIT("c=biws"), STR_INIT("c=biws,r=x"),
	STR_INIT("r=x,c=biws,p=" PROOF), STR_INIT("c=biws,r=x,p="),
	STR_INIT("c=biws,r=x,p=" PROOF ","), STR_INIT("c=biws,r=x,p=" PROOF
	    ",z=1"), STR_INIT("c=biws,r=x,m=1,p=" PROOF),
	STR_INIT("c=biws,r=x,,p=" PROOF), STR_INIT("c=biws,r=x,p=AAAA"),
	STR_INIT("c=biws,r=x,p=!HzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
};

TEST(final_message_is_strict)
{
	struct scram_final f;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad_final) / sizeof(bad_final[0]); i++)
		CHECK(!scram_final_parse(bad_final[i], &f), "%zu: %s", i,
		    bad_final[i].ptr);
}

TEST(server_messages_as_in_rfc_7677)
{
	static const char salt[] = "\x5b\x6d\x99\x68\x9d\x12\x35\x8e"
	    "\xec\xa0\x4b\x14\x12\x36\xfa\x81";
	unsigned char sig[SCRAM_PROOF] = { 0 };
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 512);
	scram_server_first(&out, STR(NONCE), (struct str){ salt, 16 }, 4096);
	assert_true(str_eq(buf_str(&out), STR("r=" NONCE
	    ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")));
	buf_clear(&out);
	scram_server_final(&out, sig);
	assert_true(str_eq(buf_str(&out),
	    STR("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(plain_is_three_parts),
		RUN(first_message_of_a_client),
		RUN(names_are_decoded),
		RUN(final_message_of_a_client),
		RUN(final_message_is_strict),
		RUN(server_messages_as_in_rfc_7677),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
