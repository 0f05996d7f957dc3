/* session_test.c - a user's two channels: what they read, write and watch. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;
static struct bound alice, bob;
static uint64_t alice_id;
static struct rig_box inbox;

static const char mail[] = "Subject: [...]\r\n\r\nbody\r\n";

enum { HEAD = 18, MAIL = sizeof(mail) - 1 };

static struct msg_target
post(const char *local, size_t times)
{
	struct msg_target t;
	int child = rig_child(&rig);

	for (size_t i = 0; i < times; i++) {
		t = rig_target(&rig, child, local);
		rig_deliver(&rig, child, &t, i + 1, 0, 1,
		    (struct str){ mail, MAIL }, HEAD);
		assert_int_equal(rig_delivered(&rig, child, i + 1, 10000),
		    VERDICT_YES);
	}
	close(child);
	return t;
}

static int
begin(void **state)
{
	(void)state;
	rig_folder(&rig);
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	rig_user(&rig, "bob@example.org", "0", false);
	alice_id = post("alice", 5).account;
	assert_true(rig_bind(&rig, alice_id, &alice));
	assert_true(rig_bind(&rig, post("bob", 1).account, &bob));
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

static struct msg_write_done
done(int fd)
{
	union {
		struct msg_write_done done;
		struct msg_write_watch watch;
	} m;

	CHECK(chan_wait(&fd, 1, 10000) >= 0, "no answer");
	assert_int_equal(chan_get(fd, rig.wire, msg_write, WRITE_TYPES, &m,
	    &rig.in), WRITE_DONE);
	return m.done;
}

static struct msg_write_done
flags(int fd, uint32_t op, uint32_t bits, struct str keywords,
    struct str uids, uint64_t unchanged_since)
{
	struct msg_write_flags m = { inbox.id, op, bits, keywords,
	    unchanged_since, uids };

	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, WRITE_FLAGS,
	    &m, NULL, 0), CHAN_OK);
	return done(fd);
}

/* The changed modseq, or 0 when nothing comes within ms. */
static uint64_t
changed(int fd, int ms)
{
	union {
		struct msg_write_done done;
		struct msg_write_watch watch;
	} m;

	if (chan_wait(&fd, 1, ms) < 0)
		return 0;
	assert_int_equal(chan_get(fd, rig.wire, msg_write, WRITE_TYPES, &m,
	    &rig.in), WRITE_CHANGED);
	assert_int_equal(m.watch.mailbox, inbox.id);
	return m.watch.modseq;
}

static void
watch(int fd, uint64_t modseq)
{
	struct msg_write_watch m = { inbox.id, modseq };

	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, WRITE_WATCH,
	    &m, NULL, 0), CHAN_OK);
}

static void
index_of(struct buf *out, uint64_t since)
{
	struct msg_read_index m = { inbox.id, 1, since };
	bool more;

	buf_clear(out);
	assert_int_equal(rig_read(&rig, alice.read, READ_INDEX, &m, out,
	    &more), VERDICT_YES);
}

TEST(mailboxes)
{
	static const struct {
		const char *name;
		enum special special;
	} t[] = {
		{ "INBOX", SPECIAL_NONE }, { "Drafts", SPECIAL_DRAFTS },
		{ "Sent", SPECIAL_SENT }, { "Junk", SPECIAL_JUNK },
		{ "Trash", SPECIAL_TRASH }, { "Archive", SPECIAL_ARCHIVE },
	};

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_true(rig_list(&rig, alice.read, t[i].name, &inbox));
		assert_int_equal(inbox.special, t[i].special);
		assert_true(inbox.uidvalidity > 0);
	}
	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	assert_int_equal(inbox.messages, 5);
	assert_int_equal(inbox.unseen, 5);
	assert_int_equal(inbox.uidnext, 6);
	assert_int_equal(inbox.octets, 5 * MAIL);
}

TEST(nobody_elses)
{
	struct msg_read_index i = { inbox.id, 1, 0 };
	struct msg_read_messages m = { .mailbox = inbox.id,
	    .what = READ_BODY, .uids = STR("\1\0\0\0") };
	struct buf out;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	for (unsigned type = READ_INDEX; type <= READ_KEYWORDS; type++)
		assert_int_equal(rig_read(&rig, bob.read, type, &i, &out,
		    &more), VERDICT_NO);
	assert_int_equal(rig_read(&rig, bob.read, READ_MESSAGES, &m, &out,
	    &more), VERDICT_NO);
	assert_int_equal(out.len, 0);
	assert_int_equal(flags(bob.write, FLAGS_ADD, FLAG_SEEN, STR(""),
	    STR("\1\0\0\0"), 0).verdict, VERDICT_NO);
	watch(bob.write, 0);
	post("alice", 1);
	assert_int_equal(changed(bob.write, 100), 0);
	buf_free(&out);
}

TEST(messages)
{
	struct msg_read_messages m = { .mailbox = inbox.id,
	    .what = READ_HEAD,
	    .uids = STR("\1\0\0\0\3\0\0\0\x63\0\0\0") };
	struct buf out;
	struct str in;
	uint32_t uid, n;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	assert_int_equal(rig_read(&rig, alice.read, READ_MESSAGES, &m, &out,
	    &more), VERDICT_YES);
	assert_int_equal(out.len, 2 * (40 + HEAD));
	in = (struct str){ out.ptr + 40 + HEAD, 40 };
	field_take_u32(&in, &uid);
	assert_int_equal(uid, 3);
	assert_memory_equal(out.ptr + 40, mail, HEAD);
	buf_clear(&out);
	m.what = READ_BODY;
	m.offset = 9;
	m.length = 12;
	assert_int_equal(rig_read(&rig, alice.read, READ_MESSAGES, &m, &out,
	    &more), VERDICT_YES);
	assert_memory_equal(out.ptr + 40, mail + 9, 12);
	buf_clear(&out);
	m.offset = 5000;
	assert_int_equal(rig_read(&rig, alice.read, READ_MESSAGES, &m, &out,
	    &more), VERDICT_YES);
	in = (struct str){ out.ptr + 36, 4 };
	field_take_u32(&in, &n);
	assert_int_equal(n, 0);
	assert_int_equal(out.len, 80);
	buf_free(&out);
}

TEST(flags_and_counts)
{
	struct msg_write_done d;
	struct buf out;
	uint64_t before;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	before = inbox.modseq;
	d = flags(alice.write, FLAGS_ADD, FLAG_SEEN | FLAG_FLAGGED, STR(""),
	    STR("\1\0\0\0\2\0\0\0\x63\0\0\0"), 0);
	assert_int_equal(d.verdict, VERDICT_YES);
	assert_int_equal(d.modseq, before + 1);
	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	assert_int_equal(inbox.unseen, inbox.messages - 2);
	assert_int_equal(inbox.modseq, before + 1);
	index_of(&out, before);
	assert_int_equal(out.len, 32);
	assert_memory_equal(out.ptr, "\1\0\0\0\5\0\0\0", 8);
	/* nothing changes: no new modseq */
	d = flags(alice.write, FLAGS_ADD, FLAG_SEEN, STR(""),
	    STR("\1\0\0\0"), 0);
	assert_int_equal(d.modseq, before + 1);
	/* uid 1 has changed since, uid 3 has not */
	d = flags(alice.write, FLAGS_SET, FLAG_ANSWERED, STR(""),
	    STR("\1\0\0\0\3\0\0\0"), before);
	CHECK(str_eq(d.modified, STR("\1\0\0\0")), "%zu",
	    d.modified.len);
	index_of(&out, d.modseq - 1);
	assert_int_equal(out.len, 16);
	assert_memory_equal(out.ptr, "\3\0\0\0\2\0\0\0", 8);
	d = flags(alice.write, FLAGS_REMOVE, FLAG_SEEN, STR(""),
	    STR("\1\0\0\0"), 0);
	assert_int_equal(d.verdict, VERDICT_YES);
	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	assert_int_equal(inbox.unseen, inbox.messages - 1);
	buf_free(&out);
}

TEST(keywords)
{
	struct msg_read_index m = { inbox.id, 1, 0 };
	struct msg_write_done d;
	struct buf out;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	d = flags(alice.write, FLAGS_ADD, 0,
	    STR("\5\0\0\0$Junk\4\0\0\0work\5\0\0\0$jUNK"),
	    STR("\4\0\0\0"), 0);
	assert_int_equal(d.verdict, VERDICT_YES);
	assert_int_equal(rig_read(&rig, alice.read, READ_KEYWORDS, &m, &out,
	    &more), VERDICT_YES);
	assert_int_equal(out.len, 17);
	assert_memory_equal(out.ptr, "\5\0\0\0$Junk\4\0\0\0work", 17);
	index_of(&out, d.modseq - 1);
	assert_memory_equal(out.ptr, "\4\0\0\0\0\3\0\0", 8);
	for (char c = 'a'; c < 'a' + 22; c++) {
		char name[] = "\1\0\0\0x";

		name[4] = c;
		d = flags(alice.write, FLAGS_ADD, 0,
		    (struct str){ name, 5 }, STR("\4\0\0\0"), 0);
		assert_int_equal(d.verdict, VERDICT_YES);
	}
	d = flags(alice.write, FLAGS_ADD, FLAG_SEEN, STR("\3\0\0\0one"),
	    STR("\4\0\0\0"), 0);
	assert_int_equal(d.verdict, VERDICT_NO);
	d = flags(alice.write, FLAGS_SET, 0, STR("\1\0\0\0a"),
	    STR("\4\0\0\0"), 0);
	assert_int_equal(d.verdict, VERDICT_YES);
	d = flags(alice.write, FLAGS_ADD, 0, STR("\x9\0\0\0a"),
	    STR("\4\0\0\0"), 0);
	assert_int_equal(d.verdict, VERDICT_NO);
	buf_free(&out);
}

/* What SELECT tells of the INBOX: its first unseen and how many are recent. */
static void
opened(uint32_t unseen, uint32_t recent)
{
	struct msg_read_open m = { STR("INBOX") };
	struct buf out;
	struct str in;
	uint32_t n[6];
	uint64_t id, modseq;
	bool more;

	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	buf_init(&out, 1 << 20);
	assert_int_equal(rig_read(&rig, alice.read, READ_OPEN, &m, &out,
	    &more), VERDICT_YES);
	in = buf_str(&out);
	assert_true(field_take_u64(&in, &id) && field_take_u32(&in, &n[0]) &&
	    field_take_u32(&in, &n[1]) && field_take_u64(&in, &modseq));
	for (size_t i = 2; i < 6; i++)
		assert_true(field_take_u32(&in, &n[i]));
	assert_int_equal(id, inbox.id);
	assert_int_equal(n[0], inbox.uidvalidity);
	assert_int_equal(n[1], inbox.uidnext);
	assert_int_equal(modseq, inbox.modseq);
	assert_int_equal(n[2], inbox.messages);
	assert_int_equal(n[3], inbox.first_recent);
	CHECK(n[4] == recent && n[5] == unseen, "%u %u", n[4], n[5]);
	assert_true(in.len > 9);
	assert_memory_equal(in.ptr, "\5\0\0\0$Junk", 9);
	buf_free(&out);
}

static void
see(uint32_t op, struct str uids)
{
	assert_int_equal(flags(alice.write, op, FLAG_SEEN, STR(""), uids,
	    0).verdict, VERDICT_YES);
}

/* Six messages: every one of them is once the first of those unseen, or of
 * those recent, and once all are seen. */
TEST(opening)
{
	static const char uid[] = "\1\0\0\0\2\0\0\0\3\0\0\0"
	    "\4\0\0\0\5\0\0\0\6\0\0";
	struct msg_write_recent r = { inbox.id, 0 };

	TEST_BEGIN;
	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	assert_int_equal(inbox.messages, 6);
	for (uint32_t first = 1; first <= 7; first++) {
		see(FLAGS_REMOVE, (struct str){ uid, 24 });
		see(FLAGS_ADD, (struct str){ uid, (first - 1) * 4 });
		r.uid = first;
		assert_int_equal(chan_put(alice.write, msg_write, WRITE_TYPES,
		    WRITE_RECENT, &r, NULL, 0), CHAN_OK);
		/* it goes with the next change */
		see(FLAGS_ADD, (struct str){ uid, 24 });
		opened(0, 7 - first);
		see(FLAGS_REMOVE, (struct str){ uid + (first - 1) * 4,
		    (7 - first) * 4 });
		opened(first < 7 ? first : 0, 7 - first);
		if (first < 6)	/* one that is not at either end */
			see(FLAGS_ADD, (struct str){ uid + 20, 4 });
		opened(first < 7 ? first : 0, 7 - first);
	}
	see(FLAGS_REMOVE, (struct str){ uid, 24 });
	opened(1, 0);
}

TEST(opening_no_mailbox)
{
	struct msg_read_open m = { STR("No such") };
	struct buf out;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	assert_int_equal(rig_read(&rig, alice.read, READ_OPEN, &m, &out,
	    &more), VERDICT_NO);
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

TEST(watching)
{
	uint64_t before;

	TEST_BEGIN;
	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	watch(alice.write, inbox.modseq);
	assert_int_equal(changed(alice.write, 50), 0);
	post("alice", 1);
	assert_int_equal(changed(alice.write, 10000), inbox.modseq + 1);
	/* once only, until asked again; who is behind hears at once */
	post("alice", 1);
	assert_int_equal(changed(alice.write, 50), 0);
	before = inbox.modseq;
	watch(alice.write, before);
	assert_int_equal(changed(alice.write, 10000), before + 2);
}

static struct msg_write_done
expunge(struct str uids)
{
	struct msg_write_expunge m = { inbox.id, 0, uids };

	assert_int_equal(chan_put(alice.write, msg_write, WRITE_TYPES,
	    WRITE_EXPUNGE, &m, NULL, 0), CHAN_OK);
	return done(alice.write);
}

TEST(expunging)
{
	struct msg_read_index m = { inbox.id, 1, 0 };
	struct msg_write_done d;
	struct rig_box after;
	struct buf out;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	assert_true(rig_list(&rig, alice.read, "INBOX", &inbox));
	m.since = inbox.modseq;
	flags(alice.write, FLAGS_ADD, FLAG_DELETED, STR(""),
	    STR("\1\0\0\0\2\0\0\0\3\0\0\0"), 0);
	d = expunge(STR("\2\0\0\0\4\0\0\0"));
	assert_int_equal(d.verdict, VERDICT_YES);
	assert_true(rig_list(&rig, alice.read, "INBOX", &after));
	assert_int_equal(after.messages, inbox.messages - 1);
	assert_int_equal(after.modseq, d.modseq);
	d = expunge(STR(""));
	assert_true(rig_list(&rig, alice.read, "INBOX", &after));
	assert_int_equal(after.messages, inbox.messages - 3);
	assert_int_equal(after.octets, inbox.octets - 3 * MAIL);
	assert_int_equal(after.uidnext, inbox.uidnext);
	assert_int_equal(rig_read(&rig, alice.read, READ_VANISHED, &m, &out,
	    &more), VERDICT_YES);
	assert_memory_equal(out.ptr, "\1\0\0\0\2\0\0\0\3\0\0\0", 12);
	assert_int_equal(out.len, 12);
	assert_int_equal(rig_admin(&rig, "store check", NULL), VERDICT_YES);
	buf_free(&out);
}

enum { LARGE = 700000, LARGE_ONES = 3 };

/* Where a session is that reads them all. */
struct reading {
	uint32_t uid[LARGE_ONES], at;
	uint64_t offset, total;
};

static void
post_large(struct reading *r)
{
	struct str text = { calloc(1, LARGE), LARGE };
	struct rig_box box;
	struct msg_target t;
	size_t n = 1;
	int child = rig_child(&rig);

	assert_int_equal(rig_rcpt(&rig, child, "alice", "example.org", 0, &t,
	    &n), RCPT_OK);
	assert_true(rig_list(&rig, alice.read, "INBOX", &box));
	for (uint32_t i = 0; i < LARGE_ONES; i++) {
		rig_deliver(&rig, child, &t, i + 1, 0, 1, text, 100);
		assert_int_equal(rig_delivered(&rig, child, i + 1, 10000),
		    VERDICT_YES);
		r->uid[i] = box.uidnext + i;
	}
	close(child);
	free((char *)(uintptr_t)text.ptr);
}

static void
take_record(struct str *in, struct reading *r)
{
	uint32_t uid, skip, length;
	uint64_t big;

	field_take_u32(in, &uid);
	field_take_u32(in, &skip);
	for (int i = 0; i < 3; i++)
		field_take_u64(in, &big);
	field_take_u32(in, &skip);
	assert_true(field_take_u32(in, &length) && length <= in->len);
	in->ptr += length;
	in->len -= length;
	assert_int_equal(uid, r->uid[r->at]);
	r->total += length;
	r->offset += length;
	if (r->offset == LARGE) {
		r->offset = 0;
		r->at++;
	}
}

/* As a session goes on: from the last record, by its length. */
TEST(more_than_one_answer)
{
	struct msg_read_messages m = { .mailbox = inbox.id,
	    .what = READ_BODY };
	struct reading r = { .at = 0 };
	struct buf out;
	bool more;

	TEST_BEGIN;
	post_large(&r);
	buf_init(&out, 2 << 20);
	while (r.at < LARGE_ONES) {
		struct str in;

		m.offset = r.offset;
		m.uids = (struct str){ (char *)&r.uid[r.at],
		    m.offset > 0 ? 4 : (LARGE_ONES - r.at) * 4 };
		buf_clear(&out);
		assert_int_equal(rig_read(&rig, alice.read, READ_MESSAGES, &m,
		    &out, &more), VERDICT_YES);
		in = buf_str(&out);
		while (in.len > 0)
			take_record(&in, &r);
	}
	assert_int_equal(r.total, LARGE_ONES * LARGE);
	buf_free(&out);
}
/* The first child of a process. */
static int
child_of(int pid)
{
	char path[64];
	int child = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &child), 1);
	fclose(f);
	return child;
}

static void
unbind(struct bound *b)
{
	close(b->read);
	close(b->write);
}

/* A worker that dies is replaced; the others' sessions do not notice. */
TEST(workers_are_replaced)
{
	struct bound more[4];
	struct rig_box box;
	int lost = 0;

	TEST_BEGIN;
	for (int i = 0; i < 4; i++)
		assert_true(rig_bind(&rig, alice_id, &more[i]));
	/* the zygote is the store's child, and the workers are its */
	assert_int_equal(kill(child_of(child_of(rig.pid)), SIGKILL), 0);
	usleep(300000);
	for (int i = 0; i < 4; i++) {
		lost += chan_put(more[i].read, msg_read, READ_TYPES, READ_LIST,
		    NULL, NULL, 0) != CHAN_OK || chan_recv(more[i].read, true,
		    rig.wire, &rig.in) != CHAN_OK;
		unbind(&more[i]);
		assert_true(rig_bind(&rig, alice_id, &more[i]));
		assert_true(rig_list(&rig, more[i].read, "INBOX", &box));
		unbind(&more[i]);
	}
	assert_int_equal(lost, 2);
}

/* A sender asks for recipients and delivers by its own tickets; it reads
 * nothing and changes no flag. */
TEST(sending)
{
	struct msg_write_watch watch = { inbox.id, 0 };
	int fd = rig_sender(&rig, alice_id), child = rig_child(&rig);
	struct msg_target t, others;
	size_t n = 1;

	TEST_BEGIN;
	assert_true(fd >= 0);
	assert_int_equal(rig_rcpt(&rig, fd, "bob", "elsewhere.example", 0, &t,
	    &n), RCPT_NO_DOMAIN);
	n = 1;
	assert_int_equal(rig_rcpt(&rig, fd, "bob", "example.org", 0, &t, &n),
	    RCPT_OK);
	n = 1;
	assert_int_equal(rig_rcpt(&rig, child, "bob", "example.org", 0,
	    &others, &n), RCPT_OK);
	rig_deliver(&rig, fd, &t, 1, 0, 1, (struct str){ mail, MAIL }, HEAD);
	assert_int_equal(rig_delivered(&rig, fd, 1, 10000), VERDICT_YES);
	rig_deliver(&rig, fd, &others, 2, 0, 1, (struct str){ mail, MAIL },
	    HEAD);
	assert_int_equal(rig_delivered(&rig, fd, 2, 10000), -2);
	close(fd);
	close(child);
	fd = rig_sender(&rig, alice_id);
	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, WRITE_WATCH,
	    &watch, NULL, 0), CHAN_OK);
	assert_int_equal(chan_recv(fd, true, rig.wire, &rig.in), CHAN_GONE);
	close(fd);
}

TEST(account_removed)
{
	int sender = rig_sender(&rig, alice_id);

	TEST_BEGIN;
	assert_true(sender >= 0);
	assert_int_equal(rig_admin(&rig, "user remove", "name",
	    "alice@example.org", NULL), VERDICT_YES);
	assert_int_equal(chan_recv(alice.write, true, rig.wire, &rig.in),
	    CHAN_GONE);
	assert_int_equal(chan_recv(alice.read, true, rig.wire, &rig.in),
	    CHAN_GONE);
	assert_int_equal(chan_recv(sender, true, rig.wire, &rig.in),
	    CHAN_GONE);
	close(sender);
	assert_false(rig_bind(&rig, alice_id, &alice));
	assert_int_equal(rig_sender(&rig, alice_id), -1);
	usleep(1500000);	/* a tick */
	assert_int_equal(rig_admin(&rig, "store check", NULL), VERDICT_YES);
	assert_int_equal(rig_admin(&rig, "store status", NULL), VERDICT_YES);
	CHECK(str_eq(rig_value(&rig, "value", 0), STR("1")), "accounts");
	rig_user(&rig, "alice@example.org", "0", false);
	assert_true(post("alice", 1).account != alice_id);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(mailboxes), RUN(nobody_elses), RUN(messages),
		RUN(flags_and_counts), RUN(keywords), RUN(opening),
		RUN(opening_no_mailbox), RUN(watching),
		RUN(expunging), RUN(more_than_one_answer),
		RUN(workers_are_replaced), RUN(sending), RUN(account_removed),
	};

	signal(SIGPIPE, SIG_IGN);
	program = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, begin, finish);
}
