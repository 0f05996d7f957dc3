/* submission_test.c - what is looked for, what is added, what goes. */

#include "mail/submission.h"

#include "tests/check.h"

static struct submission
look(struct str header, enum submission_fault want)
{
	struct submission s;
	enum submission_fault got = submission_look(&s, header);

	CHECK(got == want, "%.*s: %d", (int)header.len, header.ptr, got);
	return s;
}

TEST(looks)
{
	struct submission s;

	TEST_BEGIN;
	look(STR(""), SUBMISSION_NO_FROM);
	look(STR("To: x\r\n\r\n"), SUBMISSION_NO_FROM);
	look(STR("From x Mon\r\nTo: x\r\n\r\n"), SUBMISSION_NO_FROM);
	look(STR("From: a\r\nFROM : b\r\n\r\n"), SUBMISSION_TWICE);
	look(STR("From: a\r\nSender: b\r\nsender: c\r\n"),
	    SUBMISSION_TWICE);
	look(STR("From: a\r\nTo: b\r\nCc: c\r\nto: d\r\n"),
	    SUBMISSION_TWICE);
	look(STR("From: a\r\nX: b\r\nX: c\r\nReceived: d\r\n"
	    "Received: e\r\n"), SUBMISSION_OK);
	s = look(STR("From: a@b\r\n\r\n"), SUBMISSION_OK);
	assert_false(s.date || s.bcc || s.wide);
	assert_null(s.sender.ptr);
	assert_int_equal(s.message_id.len, 0);
	s = look(STR("date: x\r\nmessage-id:\r\n <1@x> (c)\r\nFrom: a\r\n"
	    "Bcc: z\r\nSubject: \xc3\xa9\r\n\r\n"), SUBMISSION_OK);
	assert_true(s.date && s.bcc && s.wide);
	CHECK(str_eq(s.message_id, STR("<1@x>")), "%.*s",
	    (int)s.message_id.len, s.message_id.ptr);
	s = look(STR("Message-ID: 1@x\r\nFrom: a\r\n"), SUBMISSION_OK);
	assert_int_equal(s.message_id.len, 0);
	s = look(STR("Message-ID: <1 @x>\r\nFrom: a\r\n"), SUBMISSION_OK);
	assert_int_equal(s.message_id.len, 0);
}

static void
becomes(struct str header, bool bcc, struct str want)
{
	struct submission_put p = { 1790000000, STR("<new@x>"), bcc };
	struct submission s = look(header, SUBMISSION_OK);
	struct buf out;

	buf_init(&out, 4096);
	submission_put(&out, header, &s, &p);
	CHECK(str_eq(buf_str(&out), want), "%.*s", (int)out.len, out.ptr);
	buf_free(&out);
}

#define DATE	"Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n"

TEST(becomes_what_goes_out)
{
	TEST_BEGIN;
	becomes(STR("From: a\r\n\r\n"), false, STR("From: a\r\n" DATE
	    "Message-ID: <new@x>\r\n\r\n"));
	becomes(STR("From: a\r\nBCC: b,\r\n c\r\nDate: d\r\n"
	    "Message-ID: <1>\r\nTo: c"), false, STR("From: a\r\nDate: d\r\n"
	    "Message-ID: <1>\r\nTo: c\r\n\r\n"));
	becomes(STR("From: a\r\nBCC: b,\r\n c\r\nDate: d\r\n"
	    "Message-ID: <1>\r\n\r\n"), true, STR("From: a\r\nBCC: b,\r\n c"
	    "\r\nDate: d\r\nMessage-ID: <1>\r\n\r\n"));
	becomes(STR("From x Mon\r\nReturn-Path: <x>\r\nResent-Bcc: y\r\n"
	    "Pli-Status: e2e;\r\n x\r\npli-seal: v=1\r\n"
	    "From: a\r\nDate: d\r\nMessage-ID: broken\r\n\r\n"), false,
	    STR("From: a\r\nDate: d\r\nMessage-ID: <new@x>\r\n\r\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(looks),
		RUN(becomes_what_goes_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
