/* imap_utf7_test.c - names there and back, and names that are none. */

#include "proto/imap_utf7.h"

#include <string.h>

#include "tests/check.h"

static const struct {
	const char *utf7, *utf8;
} both[] = {
	{ "INBOX", "INBOX" },
	{ "", "" },
	{ "A&-B", "A&B" },
	{ "&-&-", "&&" },
	{ "Entw&APw-rfe", "Entw\xc3\xbcrfe" },
	{ "~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/"
	    "\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
	{ "&2D3cqQ-", "\xf0\x9f\x92\xa9" },
	{ "&AOkA6Q-", "\xc3\xa9\xc3\xa9" },
	{ "&AOk-x&AOk-", "\xc3\xa9x\xc3\xa9" },
};

static const char *const broken[] = {
	"&", "&AOk", "&AOk,", "a&b", "&AO-", "&AOkA-", "&AOl-x&-&", "&AGE-",
	"&ACY-", "&2D0-", "&3Kk-", "&AOk-&AOk-", "&AOm-", "\xc3\xa9", "a\tb",
	"&AAo-", "&AOk=-", "&A",
};

TEST(there_and_back)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
		struct buf out;

		buf_init(&out, 1024);
		CHECK(imap_utf7_decode(&out, from_c(both[i].utf7)), "%s",
		    both[i].utf7);
		CHECK(str_eq(buf_str(&out), from_c(both[i].utf8)), "%s",
		    both[i].utf7);
		buf_clear(&out);
		imap_utf7_encode(&out, from_c(both[i].utf8));
		CHECK(str_eq(buf_str(&out), from_c(both[i].utf7)), "%s",
		    both[i].utf7);
		buf_free(&out);
	}
}

TEST(refuses)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct buf out;

		buf_init(&out, 1024);
		CHECK(!imap_utf7_decode(&out, from_c(broken[i])), "%s",
		    broken[i]);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(there_and_back), RUN(refuses) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
