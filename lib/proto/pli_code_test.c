/* pli_code_test.c - a code comes back; a slip of the hand is found. */

#include "proto/pli_code.h"

#include <string.h>

#include "tests/check.h"

static void
sample(struct pli_code *c, struct str address, struct str host)
{
	*c = (struct pli_code){ .address = address, .host = host };
	for (size_t i = 0; i < PLI_CODE_HASH; i++)
		c->tls[i] = (unsigned char)(i * 37);
	for (size_t i = 0; i < PLI_CODE_TOKEN; i++)
		c->token[i] = (unsigned char)(255 - i * 11);
}

static void
check_round(struct str address, struct str host)
{
	struct pli_code c, back;
	struct buf b;

	sample(&c, address, host);
	buf_init(&b, PLI_CODE_TEXT_MAX);
	assert_true(pli_code_encode(&b, &c));
	CHECK(pli_code_decode(buf_str(&b), &back), "%.*s", (int)b.len, b.ptr);
	assert_true(str_eq(back.address, address));
	assert_true(str_eq(back.host, host));
	assert_memory_equal(back.tls, c.tls, PLI_CODE_HASH);
	assert_memory_equal(back.token, c.token, PLI_CODE_TOKEN);
	buf_free(&b);
}

TEST(comes_back)
{
	static char address[PLI_CODE_ADDRESS_MAX];
	static char host[PLI_CODE_HOST_MAX];

	TEST_BEGIN;
	memset(address, 'a', sizeof(address));
	address[64] = '@';
	memset(host, 'h', sizeof(host));
	memcpy(host + sizeof(host) - 6, ":65535", 6);
	/* all rests of the division by five */
	for (size_t n = 66; n < 72; n++)
		check_round((struct str){ address, n },
		    STR("mail.example.org:443"));
	check_round((struct str){ address, sizeof(address) },
	    (struct str){ host, sizeof(host) });
}

TEST(is_read_as_people_write)
{
	struct pli_code c, back;
	struct buf b, other;

	TEST_BEGIN;
	sample(&c, STR("alice@example.org"), STR("mail.example.org:443"));
	buf_init(&b, PLI_CODE_TEXT_MAX);
	buf_init(&other, 4 * PLI_CODE_TEXT_MAX);
	assert_true(pli_code_encode(&b, &c));
	buf_add(&other, STR(" \nPLI1:"));
	for (size_t i = 5; i < b.len; i++) {
		buf_byte(&other, b.ptr[i] >= 'A' ? (char)(b.ptr[i] | 0x20) :
		    b.ptr[i]);
		buf_add(&other, i % 10 == 0 ? STR("\r\n") : STR(" "));
	}
	assert_true(pli_code_decode(buf_str(&other), &back));
	assert_memory_equal(back.token, c.token, PLI_CODE_TOKEN);
	buf_free(&b);
	buf_free(&other);
}

TEST(finds_slips)
{
	static const char with[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-=1089";
	struct pli_code c, back;
	struct buf b;

	TEST_BEGIN;
	sample(&c, STR("alice@example.org"), STR("mail.example.org:443"));
	buf_init(&b, PLI_CODE_TEXT_MAX);
	assert_true(pli_code_encode(&b, &c));
	for (size_t i = 5; i < b.len; i++) {
		char was = b.ptr[i];

		for (size_t k = 0; k + 1 < sizeof(with); k++) {
			b.ptr[i] = with[k];
			CHECK(pli_code_decode(buf_str(&b), &back) ==
			    (with[k] == was), "%zu %c", i, with[k]);
		}
		b.ptr[i] = was;
	}
	for (size_t n = 0; n < b.len; n++)
		assert_false(pli_code_decode((struct str){ b.ptr, n }, &back));
	buf_free(&b);
}

static const struct { struct str address, host; } bad[] = {
	{ STR_INIT(""), STR_INIT("h:1") },
	{ STR_INIT("alice"), STR_INIT("h:1") },
	{ STR_INIT("@b"), STR_INIT("h:1") },
	{ STR_INIT("a@"), STR_INIT("h:1") },
	{ STR_INIT("a b@c"), STR_INIT("h:1") },
	{ STR_INIT("a@b"), STR_INIT("") },
	{ STR_INIT("a@b"), STR_INIT("h") },
	{ STR_INIT("a@b"), STR_INIT(":1") },
	{ STR_INIT("a@b"), STR_INIT("h:") },
	{ STR_INIT("a@b"), STR_INIT("h:0") },
	{ STR_INIT("a@b"), STR_INIT("h:01") },
	{ STR_INIT("a@b"), STR_INIT("h:65536") },
	{ STR_INIT("a@b"), STR_INIT("h:1:2") },
	{ STR_INIT("a@b"), STR_INIT("h\n:1") },
};

TEST(refuses_what_is_no_address)
{
	struct pli_code c;
	struct buf b;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		sample(&c, bad[i].address, bad[i].host);
		buf_init(&b, PLI_CODE_TEXT_MAX);
		CHECK(!pli_code_encode(&b, &c), "%zu", i);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(comes_back),
		RUN(is_read_as_people_write),
		RUN(finds_slips),
		RUN(refuses_what_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
