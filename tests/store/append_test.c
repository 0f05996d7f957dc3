/* append_test.c - messages that a user's own session brings, and copies. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;
static struct bound alice, bob;
static struct rig_box inbox, sent;

static const char mail[] = "Subject: [...]\r\n\r\nbody\r\n";

enum { HEAD = 18, MAIL = sizeof(mail) - 1 };

static int
begin(void **state)
{
	(void)state;
	rig_folder(&rig);
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	rig_user(&rig, "bob@example.org", "1000", true);
	assert_true(rig_bind(&rig, rig_account(&rig, "alice"), &alice));
	assert_true(rig_bind(&rig, rig_account(&rig, "bob"), &bob));
	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	assert_true(rig_list(&rig, alice.read, "Sent", &sent));
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	rig_stop(&rig);
	rig_remove(&rig);
	return 0;
}

union told {
	struct msg_write_ticket ticket;
	struct msg_write_appended appended;
	struct msg_write_copied copied;
};

static union told
told(int fd, int type)
{
	union told m;

	CHECK(chan_wait(&fd, 1, 10000) >= 0, "no answer");
	assert_int_equal(chan_get(fd, rig.wire, msg_write, WRITE_TYPES, &m,
	    &rig.in), type);
	return m;
}

static struct msg_write_ticket
ask(int fd, uint64_t mailbox, uint32_t flags, struct str keywords,
    uint64_t size)
{
	struct msg_write_append m = { mailbox, flags, 86400, size, keywords,
	    STR("<1@example.org>") };

	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, WRITE_APPEND,
	    &m, NULL, 0), CHAN_OK);
	return told(fd, WRITE_TICKET).ticket;
}

static void
bring(int fd, uint64_t ticket, uint64_t group, uint32_t part, uint32_t parts)
{
	struct msg_store_deliver m = { ticket, group, part, parts, 0, 0, HEAD,
	    MAIL, 1700000000, STR(""), 0 };
	int mem = rig_memfd(mail, MAIL);

	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, WRITE_DELIVER,
	    &m, &mem, 1), CHAN_OK);
	close(mem);
}

static void
index_of(int fd, uint64_t mailbox, struct buf *out)
{
	struct msg_read_index m = { mailbox, 1, 0 };
	bool more;

	buf_clear(out);
	assert_int_equal(rig_read(&rig, fd, READ_INDEX, &m, out, &more),
	    VERDICT_YES);
}

TEST(to_its_place)
{
	struct msg_write_ticket t[2];
	struct msg_write_appended is;
	struct rig_box after;
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 2; i++) {
		t[i] = ask(alice.write, sent.id, i == 0 ? FLAG_SEEN : 0,
		    i == 0 ? STR("\4\0\0\0work") : STR(""), MAIL);
		assert_int_equal(t[i].verdict, VERDICT_YES);
		assert_int_equal(t[i].cert, 0);
		assert_int_equal(t[i].uidvalidity, sent.uidvalidity);
	}
	/* uids in order of the parts, not of their arrival */
	bring(alice.write, t[1].ticket, 5, 1, 2);
	bring(alice.write, t[0].ticket, 5, 0, 2);
	is = told(alice.write, WRITE_APPENDED).appended;
	assert_int_equal(is.verdict, VERDICT_YES);
	assert_int_equal(is.group, 5);
	assert_int_equal(is.uids.len, 8);
	assert_memory_equal(is.uids.ptr, "\1\0\0\0\2\0\0\0", 8);
	assert_true(rig_list(&rig, alice.read, "Sent", &after));
	assert_int_equal(after.messages, 2);
	assert_int_equal(after.unseen, 1);
	assert_int_equal(after.modseq, is.modseq);
	index_of(alice.read, sent.id, &out);
	assert_int_equal(out.len, 32);
	assert_memory_equal(out.ptr, "\1\0\0\0\1\1\0\0", 8);
	assert_memory_equal(out.ptr + 16, "\2\0\0\0\0\0\0\0", 8);
	buf_free(&out);
}

TEST(internal_date)
{
	struct msg_read_messages m = { .mailbox = sent.id, .what = READ_META,
	    .uids = STR("\1\0\0\0") };
	struct buf out;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	assert_int_equal(rig_read(&rig, alice.read, READ_MESSAGES, &m, &out,
	    &more), VERDICT_YES);
	assert_int_equal(out.len, 40);
	assert_memory_equal(out.ptr + 24, "\x80\x51\1\0\0\0\0\0", 8);
	buf_free(&out);
}

/* A ticket for the submission's copy of such a letter. */
static uint64_t
ask_sent(int sender, struct str message_id)
{
	struct msg_store_sent m = { message_id, MAIL };
	struct msg_store_rcpt_is is;
	uint64_t ticket;

	assert_int_equal(chan_put(sender, msg_store, STORE_TYPES, STORE_SENT,
	    &m, NULL, 0), CHAN_OK);
	assert_int_equal(chan_get(sender, rig.wire, msg_store, STORE_TYPES,
	    &is, &rig.in), STORE_RCPT_IS);
	assert_int_equal(is.reason, RCPT_OK);
	assert_true(field_take_u64(&is.targets, &ticket));
	return ticket;
}

static void
submitted(int sender, uint64_t ticket, uint64_t group)
{
	struct msg_store_deliver m = { ticket, group, 0, 1, 0, 0, HEAD, MAIL,
	    1700000000, STR(""), 0 };
	int mem = rig_memfd(mail, MAIL);

	assert_int_equal(chan_put(sender, msg_store, STORE_TYPES,
	    STORE_DELIVER, &m, &mem, 1), CHAN_OK);
	close(mem);
	assert_int_equal(rig_delivered(&rig, sender, group, 10000),
	    VERDICT_YES);
}

/* A client puts a letter into Sent while its submission does: one is there,
 * whichever comes first. */
TEST(both_at_once)
{
	int sender = rig_sender(&rig, rig_account(&rig, "alice"));
	struct rig_box before, after;
	struct msg_write_appended is;

	TEST_BEGIN;
	assert_true(sender >= 0);
	for (uint64_t first = 0; first < 2; first++) {
		struct str id = first == 0 ? STR("<3@example.org>") :
		    STR("<4@example.org>");
		struct msg_write_append m = { sent.id, FLAG_SEEN, 0, MAIL,
		    STR(""), id };
		uint64_t theirs = ask_sent(sender, id), ours;

		assert_true(rig_list(&rig, alice.read, "Sent", &before));
		assert_int_equal(chan_put(alice.write, msg_write, WRITE_TYPES,
		    WRITE_APPEND, &m, NULL, 0), CHAN_OK);
		ours = told(alice.write, WRITE_TICKET).ticket.ticket;
		if (first == 0)
			submitted(sender, theirs, 70);
		bring(alice.write, ours, 80 + first, 0, 1);
		is = told(alice.write, WRITE_APPENDED).appended;
		assert_int_equal(is.verdict, VERDICT_YES);
		assert_int_equal(is.uids.len, 4);
		if (first == 1)
			submitted(sender, theirs, 71);
		assert_true(rig_list(&rig, alice.read, "Sent", &after));
		CHECK(after.messages == before.messages + 1, "%u after %u",
		    after.messages, before.messages);
	}
	close(sender);
}

TEST(refused)
{
	struct msg_write_ticket t = ask(alice.write, 9999, 0, STR(""), MAIL);
	struct rig_box drafts;
	struct bound other;

	TEST_BEGIN;
	assert_int_equal(t.reason, RCPT_NO_MAILBOX);
	assert_int_equal(ask(bob.write, sent.id, 0, STR(""), MAIL).reason,
	    RCPT_NO_MAILBOX);
	assert_true(rig_list(&rig, bob.read, "Drafts", &drafts));
	assert_int_equal(ask(bob.write, drafts.id, 0, STR(""), 2000).reason,
	    RCPT_FULL);
	t = ask(bob.write, drafts.id, 0, STR(""), 500);
	assert_int_equal(t.verdict, VERDICT_YES);
	assert_int_equal(t.cert, 1);
	/* in clear into a sealed account, by its own channel: it is cut */
	assert_true(rig_bind(&rig, t.account, &other));
	bring(bob.write, t.ticket, 1, 0, 1);
	assert_true(chan_wait(&bob.write, 1, 10000) >= 0);
	assert_int_equal(chan_recv(bob.write, true, rig.wire, &rig.in),
	    CHAN_GONE);
	bob = other;
	/* nonsense for keywords */
	assert_true(rig_bind(&rig, t.account, &other));
	assert_int_equal(chan_put(other.write, msg_write, WRITE_TYPES,
	    WRITE_APPEND, &(struct msg_write_append){ .keywords =
	    STR("\x9\0\0\0a") }, NULL, 0), CHAN_OK);
	assert_int_equal(chan_recv(other.write, true, rig.wire, &rig.in),
	    CHAN_GONE);
}

/* A ticket of a place is good once; from seal it is for the sealed. */
TEST(sealed)
{
	struct rig_box drafts;
	struct msg_write_ticket t;
	struct msg_write_appended is;
	struct msg_target to;

	TEST_BEGIN;
	assert_true(rig_list(&rig, bob.read, "Drafts", &drafts));
	t = ask(bob.write, drafts.id, FLAG_DRAFT, STR(""), MAIL);
	to = (struct msg_target){ t.ticket, t.account, t.cert };
	rig_deliver(&rig, rig.seal, &to, 1, 0, 1, (struct str){ mail, MAIL },
	    HEAD);
	is = told(bob.write, WRITE_APPENDED).appended;
	assert_int_equal(is.verdict, VERDICT_YES);
	assert_memory_equal(is.uids.ptr, "\1\0\0\0", 4);
	rig_deliver(&rig, rig.seal, &to, 2, 0, 1, (struct str){ mail, MAIL },
	    HEAD);
	assert_int_equal(chan_wait(&bob.write, 1, 100), -1);
}

static struct msg_write_copied
copy(int fd, uint64_t from, uint64_t to, bool move, struct str ranges)
{
	struct msg_write_copy m = { from, to, move, ranges };

	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, WRITE_COPY, &m,
	    NULL, 0), CHAN_OK);
	return told(fd, WRITE_COPIED).copied;
}

/* One check at a time: the last one may just be ending. */
static void
check(void)
{
	enum verdict v = VERDICT_LATER;

	for (int i = 0; i < 100 && v == VERDICT_LATER; i++) {
		if (i > 0)
			usleep(20000);
		v = rig_admin(&rig, "store check", NULL);
	}
	assert_int_equal(v, VERDICT_YES);
}

TEST(copying)
{
	struct msg_write_copied is;
	struct rig_box after;
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	is = copy(alice.write, sent.id, inbox.id, false,
	    STR("\1\0\0\0\xff\xff\xff\xff"));
	assert_int_equal(is.verdict, VERDICT_YES);
	assert_int_equal(is.messages, 2);
	assert_int_equal(is.first, 1);
	assert_int_equal(is.uidvalidity, inbox.uidvalidity);
	assert_int_equal(is.uids.len, 8);
	assert_memory_equal(is.uids.ptr, "\1\0\0\0\2\0\0\0", 8);
	assert_true(rig_list(&rig, alice.read, "INBOX", &after));
	assert_int_equal(after.messages, 2);
	assert_int_equal(after.unseen, 1);
	assert_int_equal(after.octets, 2 * MAIL);
	/* the keyword has a bit of its own there */
	index_of(alice.read, inbox.id, &out);
	assert_memory_equal(out.ptr, "\1\0\0\0\1\1\0\0", 8);
	/* to itself: no end of copies */
	is = copy(alice.write, inbox.id, inbox.id, false,
	    STR("\2\0\0\0\xff\xff\xff\xff"));
	assert_int_equal(is.messages, 1);
	assert_int_equal(is.first, 3);
	assert_int_equal(is.modseq, is.target_modseq);
	/* nothing there to be copied */
	is = copy(alice.write, inbox.id, sent.id, false,
	    STR("\x63\0\0\0\x63\0\0\0"));
	assert_int_equal(is.verdict, VERDICT_YES);
	assert_int_equal(is.messages, 0);
	check();
	buf_free(&out);
}

TEST(moving)
{
	struct msg_read_index v = { sent.id, 1, 0 };
	struct msg_write_copied is;
	struct rig_box after;
	struct buf out;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	is = copy(alice.write, sent.id, inbox.id, true,
	    STR("\2\0\0\0\2\0\0\0"));
	assert_int_equal(is.verdict, VERDICT_YES);
	assert_int_equal(is.messages, 1);
	assert_true(rig_list(&rig, alice.read, "Sent", &after));
	assert_int_equal(after.messages, 1);
	assert_int_equal(after.unseen, 0);
	assert_int_equal(after.octets, MAIL);
	assert_int_equal(after.modseq, is.modseq);
	assert_int_equal(rig_read(&rig, alice.read, READ_VANISHED, &v, &out,
	    &more), VERDICT_YES);
	assert_int_equal(out.len, 4);
	assert_memory_equal(out.ptr, "\2\0\0\0", 4);
	/* within one mailbox: a new uid */
	is = copy(alice.write, sent.id, sent.id, true,
	    STR("\1\0\0\0\1\0\0\0"));
	assert_int_equal(is.messages, 1);
	assert_true(rig_list(&rig, alice.read, "Sent", &after));
	assert_int_equal(after.messages, 1);
	assert_int_equal(after.modseq, is.modseq);
	assert_int_equal(is.first + 1, after.uidnext);
	check();
	buf_free(&out);
}

TEST(copying_refused)
{
	struct msg_write_ticket t;
	struct msg_write_copied is;
	struct rig_box drafts, there;
	struct msg_target to;
	char large[900] = "A: b\r\n\r\n";

	TEST_BEGIN;
	assert_int_equal(copy(alice.write, inbox.id, 9999, false,
	    STR("\1\0\0\0\1\0\0\0")).reason, RCPT_NO_MAILBOX);
	assert_int_equal(copy(bob.write, inbox.id, sent.id, false,
	    STR("\1\0\0\0\1\0\0\0")).verdict, VERDICT_LATER);
	assert_true(rig_list(&rig, bob.read, "Drafts", &drafts));
	t = ask(bob.write, drafts.id, 0, STR(""), 900);
	to = (struct msg_target){ t.ticket, t.account, t.cert };
	rig_deliver(&rig, rig.seal, &to, 3, 0, 1, (struct str){ large, 900 },
	    8);
	assert_int_equal(told(bob.write, WRITE_APPENDED).appended.verdict,
	    VERDICT_YES);
	assert_true(rig_list(&rig, bob.read, "Trash", &there));
	is = copy(bob.write, drafts.id, there.id, false,
	    STR("\1\0\0\0\x9\0\0\0"));
	assert_int_equal(is.verdict, VERDICT_NO);
	assert_int_equal(is.reason, RCPT_FULL);
	/* there is always room to move */
	is = copy(bob.write, drafts.id, there.id, true,
	    STR("\1\0\0\0\x9\0\0\0"));
	assert_int_equal(is.verdict, VERDICT_YES);
	check();
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(to_its_place), RUN(internal_date), RUN(refused),
		RUN(sealed), RUN(copying), RUN(moving), RUN(copying_refused),
		RUN(both_at_once),
	};

	signal(SIGPIPE, SIG_IGN);
	program = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, begin, finish);
}
