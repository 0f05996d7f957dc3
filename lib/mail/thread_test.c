/* thread_test.c - who names whom has a key in common with it. */

#include "mail/thread.h"

#include <string.h>

#include "tests/check.h"

/* "ok": the header's keys are those of these ids, in this order. */
static const struct {
	const char *header;
	const char *ids[18];
} t[] = {
	{ "Subject: x\r\n\r\n", { NULL } },
	{ "Message-ID: <a@b>\r\n\r\n", { "<a@b>" } },
	{ "message-id:<a@b>\r\nReferences: <c@d> <e@f>\r\n\r\n",
	  { "a@b", "c@d", "e@f" } },
	{ "In-Reply-To: your mail <c@d> of Monday\r\nMessage-Id: <a@b>\r\n"
	  "References: <c@d>\r\n <c@d>\t<a@b>\r\n\r\n", { "a@b", "c@d" } },
	{ "Message-ID: <a\r\n @b>\r\n\r\n", { "a@b" } },
	{ "Message-ID: <>\r\nReferences: <open\r\n\r\n", { NULL } },
	{ "Message-ID: none\r\n\r\n", { NULL } },
	{ "Message-ID: <A@b>\r\nMessage-ID: <c@d>\r\n\r\n", { "A@b" } },
	{ "References: <1> <2> <3> <4> <5> <6> <7> <8> <9> <10> <11> <12>\r\n"
	  " <13> <14> <15> <16> <17> <18> <19> <20>\r\n\r\n",
	  { "1", "20", "19", "18", "17", "16", "15", "14", "13", "12", "11",
	    "10", "9", "8", "7", "6" } },
};

TEST(keys_of_a_header)
{
	struct thread_refs r, is;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		thread_refs(&r, from_c(t[i].header));
		is.len = 0;
		for (size_t n = 0; t[i].ids[n] != NULL; n++)
			thread_add(&is, from_c(t[i].ids[n]));
		CHECK(str_eq(thread_packed(&r), thread_packed(&is)),
		    "%zu: %zu keys, not %zu", i, r.len / 8, is.len / 8);
	}
}

/* What is written differently is different; the numbers never change: they
 * lie in databases. */
TEST(a_key)
{
	static char longest[THREAD_ID_MAX + 1];

	TEST_BEGIN;
	assert_true(thread_key(STR("<a@b>")) == thread_key(STR("a@b")));
	assert_true(thread_key(STR("<a@b>")) != thread_key(STR("<A@b>")));
	assert_true(thread_key(STR("")) == 0);
	assert_true(thread_key(STR("<>")) == 0);
	memset(longest, 'x', sizeof(longest));
	assert_true(thread_key((struct str){ longest, THREAD_ID_MAX }) != 0);
	assert_true(thread_key((struct str){ longest,
	    THREAD_ID_MAX + 1 }) == 0);
	CHECK(thread_key(STR("<a@b>")) == 0x3edaccc6bf06a9b7, "%llx",
	    (unsigned long long)thread_key(STR("<a@b>")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(keys_of_a_header),
		RUN(a_key) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
