/* record_test.c - what the container says of the box. */

#include "home/record.h"

#include <string.h>

#include "proto/pli_identity.h"
#include "tests/check.h"

#define KEY_A	"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
#define KEY_B	"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
#define KEY_C	"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM="
#define WHOLE	"host mail.example.org\nport 8443\ntls " KEY_A "\nseal " \
	KEY_B "\nidentity " KEY_C "\nserial 7\n"

TEST(box)
{
	static const char *const bad[] = {
		"", "host a\n", "tls " KEY_A "\n", "host a b\ntls " KEY_A "\n",
		"host a\ntls x\n", "host a\ntls " KEY_A "\nport 0\n",
		"host a\ntls " KEY_A "\nseal " KEY_A "x\n",
		"host a\ntls " KEY_A "\nserial x\n",
		"host a\ntls " KEY_A "\nidentity\n",
	};
	struct record r;

	TEST_BEGIN;
	memset(&r, 0, sizeof(r));
	assert_true(record_box(&r, STR(WHOLE "new thing\n")));
	CHECK(strcmp(r.host, "mail.example.org") == 0 && r.port == 8443 &&
	    strcmp(r.pins, "sha256//" KEY_A) == 0 && r.seals == 1 &&
	    r.has_identity && r.identity[31] == 3 && r.serial == 7, "%s",
	    r.pins);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!record_box(&r, from_c(bad[i])), "%s", bad[i]);
}

TEST(renewed)
{
	struct pli_identity d = { .host = STR("mail.example.org"),
	    .seals = 2, .serial = 8, .has_next = true };
	struct pli_identity other;
	struct record r, was;

	TEST_BEGIN;
	memset(&r, 0, sizeof(r));
	memset(d.key, 3, PLI_KEY);
	memset(d.tls, 2, PLI_KEY);
	memset(d.tls_next, 1, PLI_KEY);
	memset(d.seal[0], 2, PLI_KEY);
	memset(d.seal[1], 9, PLI_KEY);
	assert_true(record_box(&r, STR(WHOLE)));
	was = r;
	/* older, another host, another key */
	other = d;
	other.serial = 6;
	assert_false(record_renew(&r, &other));
	other = d;
	other.host = STR("mail.example.com");
	assert_false(record_renew(&r, &other));
	other = d;
	other.key[0] = 0;
	assert_false(record_renew(&r, &other));
	assert_memory_equal(&r, &was, sizeof(r));
	assert_true(record_renew(&r, &d));
	CHECK(strcmp(r.pins, "sha256//" KEY_B ";sha256//" KEY_A) == 0, "%s",
	    r.pins);
	/* what was sealed before can still be read */
	CHECK(r.seals == 2 && r.seal[0][0] == 2 && r.seal[1][0] == 9, "%zu",
	    r.seals);
	/* who has no identity key believes no document */
	assert_true(record_box(&r, STR("host mail.example.org\ntls " KEY_A
	    "\n")));
	memset(r.identity, 3, sizeof(r.identity));
	assert_false(record_renew(&r, &d));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(box), RUN(renewed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
