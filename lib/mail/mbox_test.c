/* mbox_test.c - messages of an mbox, and what their mail programs noted. */

#include "mail/mbox.h"

#include <string.h>

#include "base/buf.h"
#include "tests/check.h"

static void
check_text(const struct mbox_mail *m, const char *want)
{
	struct mbox_lines l;
	struct str line;
	struct buf out;
	bool ended;

	buf_init(&out, 10000);
	mbox_lines_begin(&l, m);
	while (mbox_lines_next(&l, &line, &ended)) {
		buf_add(&out, line);
		if (ended)
			buf_add(&out, STR("\r\n"));
	}
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(out.ptr, want, out.len);
	buf_free(&out);
}

static struct str
from_text(const char *s)
{
	return (struct str){ s, strlen(s) };
}

TEST(from_lines)
{
	static const struct { const char *line; int64_t date; } good[] = {
		{ "From a@b.example Fri Feb 22 17:06:23 2008", 1203699983 },
		{ "From a@b  Fri Feb 22 17:06:23 2008 +0200", 1203692783 },
		{ "From MAILER-DAEMON Fri Feb  1 17:06 2008", 1201885560 },
		{ "From a b c Fri Feb 22 17:06:23 CET 2008", 1203699983 },
		{ "From - Fri Feb 22 17:06:23 -0100 2008", 1203703583 },
	};
	static const char *const bad[] = {
		"From here to there", "From ", "", "From a Fri Feb 22 2008",
		">From a@b.example Fri Feb 22 17:06:23 2008",
		"From a Fri Feb 32 17:06:23 2008",
		"From a Fri Fev 22 17:06:23 2008",
	};
	int64_t date;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(mbox_from_line(from_text(good[i].line), &date));
		assert_int_equal(date, good[i].date);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mbox_from_line(from_text(bad[i]), &date));
}

TEST(two_messages)
{
	struct str in = STR("From a Fri Feb 22 17:06:23 2008\n"
	    "Subject: one\nStatus: RO\nX-Status: AF\n\n"
	    "text\n\nFrom here on\n>From there\n>>From x\n\n"
	    "From b Fri Feb 22 17:06:24 2008\r\n"
	    "Subject: two\r\nX-Keywords: a b\r\n c\r\n\r\nend\r\n\r\n");
	struct mbox_mail m;

	TEST_BEGIN;
	assert_true(mbox_next(&in, &m));
	assert_int_equal(m.flags, KEPT_SEEN | KEPT_ANSWERED | KEPT_FLAGGED);
	check_text(&m, "Subject: one\r\n\r\ntext\r\n\r\nFrom here on\r\n"
	    "From there\r\n>From x\r\n");
	assert_true(mbox_next(&in, &m));
	assert_int_equal(m.date, 1203699984);
	assert_int_equal(m.keywords.len, 8);
	assert_false(mbox_next(&in, &m));
	assert_int_equal(in.len, 0);
}

TEST(content_length)
{
	struct str in = STR("From a Fri Feb 22 17:06:23 2008\n"
	    "Content-Length: 44\n\n"
	    "a\n\nFrom c Fri Feb 22 17:06:23 2008\n>From d\n\n\n"
	    "From b Fri Feb 22 17:06:24 2008\n"
	    "Content-Length: 700\n\n>From x\n");
	struct mbox_mail m;

	TEST_BEGIN;
	assert_true(mbox_next(&in, &m));
	check_text(&m, "\r\na\r\n\r\nFrom c Fri Feb 22 17:06:23 2008\r\n"
	    ">From d\r\n\r\n");
	assert_true(mbox_next(&in, &m));
	check_text(&m, "\r\nFrom x\r\n");
	assert_false(mbox_next(&in, &m));
}

TEST(odd_ones)
{
	struct str no = STR("Subject: no mbox\n\n");
	struct str in = STR("\n\nFrom a Fri Feb 22 17:06:23 2008\n"
	    "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\n"
	    "x\n\nFrom a Fri Feb 22 17:06:23 2008\nSubject: head only\n\n"
	    "From a Fri Feb 22 17:06:23 2008\nA: b\n\nno end");
	struct mbox_mail m;

	TEST_BEGIN;
	assert_false(mbox_next(&no, &m));
	assert_true(no.len > 0);
	assert_true(mbox_next(&in, &m));
	assert_true(m.internal);
	assert_true(mbox_next(&in, &m));
	assert_false(m.internal);
	check_text(&m, "Subject: head only\r\n");
	assert_true(mbox_next(&in, &m));
	check_text(&m, "A: b\r\n\r\nno end");
	assert_false(mbox_next(&in, &m));
	m = mbox_single(STR("Status: kept\n\n>From x\n"));
	check_text(&m, "Status: kept\r\n\r\n>From x\r\n");
}

TEST(names)
{
	uint32_t letters;

	TEST_BEGIN;
	assert_int_equal(maildir_flags(STR("1.x,S=3:2,FRSab"), &letters),
	    KEPT_FLAGGED | KEPT_ANSWERED | KEPT_SEEN);
	assert_int_equal(letters, 3);
	assert_int_equal(maildir_flags(STR("1.x:2,DPT"), &letters),
	    KEPT_DRAFT | KEPT_FORWARDED | KEPT_DELETED);
	assert_int_equal(maildir_flags(STR("1.x,S"), &letters), 0);
	assert_int_equal(maildir_flags(STR("1.x:2,"), &letters), 0);
	assert_int_equal(maildir_flags(STR(""), &letters), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(from_lines),
		RUN(two_messages),
		RUN(content_length),
		RUN(odd_ones),
		RUN(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
