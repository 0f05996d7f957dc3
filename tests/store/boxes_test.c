/* boxes_test.c - mailboxes made, deleted, renamed, subscribed to. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;
static struct bound alice, bob;

static const char mail[] = "Subject: [...]\r\n\r\nbody\r\n";

enum { HEAD = 18, MAIL = sizeof(mail) - 1, YES = -1, LATER = -2 };

static uint64_t
post(const char *local, size_t times)
{
	int child = rig_child(&rig);
	struct msg_target t = { 0 };

	for (size_t i = 0; i < times; i++) {
		t = rig_target(&rig, child, local);
		rig_deliver(&rig, child, &t, i + 1, 0, 1,
		    (struct str){ mail, MAIL }, HEAD);
		assert_int_equal(rig_delivered(&rig, child, i + 1, 10000),
		    VERDICT_YES);
	}
	close(child);
	return t.account;
}

static int
begin(void **state)
{
	(void)state;
	rig_folder(&rig);
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	rig_user(&rig, "bob@example.org", "0", false);
	assert_true(rig_bind(&rig, post("alice", 3), &alice));
	assert_true(rig_bind(&rig, post("bob", 1), &bob));
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

static void
ask(int fd, enum msg_write type, const void *msg)
{
	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, type, msg, NULL,
	    0), CHAN_OK);
}

static int
made(int fd)
{
	struct msg_write_made m;

	CHECK(chan_wait(&fd, 1, 10000) >= 0, "no answer");
	assert_int_equal(chan_get(fd, rig.wire, msg_write, WRITE_TYPES, &m,
	    &rig.in), WRITE_MADE);
	return m.verdict == VERDICT_YES ? YES :
	    m.verdict == VERDICT_LATER ? LATER : (int)m.reason;
}

static int
change(int fd, enum msg_write type, const void *msg)
{
	ask(fd, type, msg);
	return made(fd);
}

static int
create(const char *name, enum special special)
{
	struct msg_write_create m = { from_c(name), special };

	return change(alice.write, WRITE_CREATE, &m);
}

static int
delete(const char *name)
{
	struct msg_write_delete m = { from_c(name) };

	return change(alice.write, WRITE_DELETE, &m);
}

static int
rename_to(const char *from, const char *to)
{
	struct msg_write_rename m = { from_c(from), from_c(to) };

	return change(alice.write, WRITE_RENAME, &m);
}

static int
subscribe(const char *name, bool on)
{
	struct msg_write_subscribe m = { from_c(name), on };

	return change(alice.write, WRITE_SUBSCRIBE, &m);
}

static bool
look(const char *name, struct rig_box *b)
{
	return rig_list(&rig, alice.read, name, b);
}

static void
check_whole(void)
{
	usleep(1500000);	/* a tick: what is dead is cleared away */
	assert_int_equal(rig_admin(&rig, "store check", NULL), VERDICT_YES);
	assert_int_equal(rig.row_count, 0);
}

TEST(names)
{
	static const struct {
		const char *name;
		int want;
	} t[] = {
		{ "a", YES }, { "a", MADE_EXISTS }, { "x/y/z", YES },
		{ "", MADE_NAME }, { "/a", MADE_NAME }, { "a/", MADE_NAME },
		{ "a//b", MADE_NAME }, { "a\nb", MADE_NAME },
		{ "\xff", MADE_NAME }, { "inbox", MADE_NAME },
		{ "Inbox/a", MADE_NAME }, { "INBOX/a", YES },
		{ "inboxes", YES }, { "INBOX", MADE_EXISTS },
		{ "\xc3\xa4/\xe2\x82\xac", YES },
	};
	char long_name[MAILBOX_NAME_MAX + 1];

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		CHECK(create(t[i].name, SPECIAL_NONE) == t[i].want, "%s",
		    t[i].name);
	memset(long_name, 'n', MAILBOX_NAME_MAX);
	long_name[MAILBOX_NAME_MAX] = '\0';
	assert_int_equal(create(long_name, SPECIAL_NONE), YES);
	/* nor may one become too long */
	assert_int_equal(create("l/1", SPECIAL_NONE), YES);
	long_name[MAILBOX_NAME_MAX - 1] = '\0';
	assert_int_equal(rename_to("l", long_name), MADE_NAME);
	assert_int_equal(create("sent", SPECIAL_SENT), MADE_USE);
	assert_int_equal(create("sent", SPECIALS), MADE_NAME);
}

TEST(numbers_are_never_used_again)
{
	struct rig_box first, again, other;

	TEST_BEGIN;
	assert_int_equal(create("n", SPECIAL_NONE), YES);
	assert_true(look("n", &first));
	assert_int_equal(delete("n"), YES);
	assert_false(look("n", &again));
	assert_int_equal(create("n", SPECIAL_NONE), YES);
	assert_true(look("n", &again));
	assert_true(again.uidvalidity > first.uidvalidity);
	assert_true(again.id > first.id);
	/* nor by what is renamed to its name */
	assert_int_equal(delete("Drafts"), YES);
	assert_true(look("Archive", &first));
	assert_int_equal(rename_to("Archive", "Drafts"), YES);
	assert_true(look("Drafts", &other));
	assert_int_equal(other.id, first.id);
	assert_int_equal(other.uidvalidity, first.uidvalidity);
	assert_true(look("Junk", &again) &&
	    again.uidvalidity != first.uidvalidity);
	assert_int_equal(create("new", SPECIAL_DRAFTS), YES);
}

TEST(families)
{
	struct rig_box b;

	TEST_BEGIN;
	assert_int_equal(create("f/g", SPECIAL_NONE), YES);
	assert_int_equal(create("f/g/h", SPECIAL_NONE), YES);
	assert_int_equal(create("f-g", SPECIAL_NONE), YES);
	assert_int_equal(delete("f"), MADE_CHILDREN);
	assert_int_equal(delete("g"), MADE_MISSING);
	assert_int_equal(rename_to("f", "f/i"), MADE_INSIDE);
	assert_int_equal(rename_to("f/g", "f-g"), MADE_EXISTS);
	assert_int_equal(rename_to("g", "i"), MADE_MISSING);
	assert_int_equal(rename_to("f/g", "g//"), MADE_NAME);
	/* up one level, where names would meet */
	assert_int_equal(create("f/g/g", SPECIAL_NONE), YES);
	assert_int_equal(rename_to("f/g", "f"), YES);
	assert_true(look("f", &b) && look("f/h", &b) && look("f/g", &b));
	assert_false(look("f/g/g", &b));
	/* one of the children has a name that is taken: none moves */
	assert_int_equal(create("t/h", SPECIAL_NONE), YES);
	assert_int_equal(rename_to("f", "t"), MADE_EXISTS);
	assert_true(look("f", &b) && look("f/g", &b) && look("f/h", &b));
	assert_true(look("f-g", &b));
}

TEST(subscriptions)
{
	struct rig_box b;

	TEST_BEGIN;
	assert_int_equal(subscribe("nowhere", true), YES);
	assert_int_equal(subscribe("nowhere", true), YES);
	assert_true(look("nowhere", &b) && b.id == 0);
	assert_int_equal(create("nowhere", SPECIAL_NONE), YES);
	assert_true(look("nowhere", &b) && b.id != 0);
	assert_int_equal(delete("nowhere"), YES);
	assert_true(look("nowhere", &b) && b.id == 0);
	assert_int_equal(subscribe("nowhere", false), YES);
	assert_false(look("nowhere", &b));
	assert_int_equal(subscribe("nowhere", false), YES);
	assert_int_equal(subscribe("//", true), MADE_NAME);
	assert_true(subscribe("of bob", true) == YES &&
	    !rig_list(&rig, bob.read, "of bob", &b));
}

TEST(inbox)
{
	struct msg_read_index gone;
	struct rig_box before, after, moved;
	struct buf out;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	assert_int_equal(delete("INBOX"), MADE_INBOX);
	assert_true(look("INBOX", &before));
	assert_int_equal(rename_to("INBOX", "old/2026"), YES);
	assert_true(look("INBOX", &after) && look("old/2026", &moved));
	assert_int_equal(after.id, before.id);
	assert_int_equal(after.messages, 0);
	assert_int_equal(after.octets, 0);
	assert_int_equal(after.uidnext, before.uidnext);
	assert_true(after.modseq > before.modseq);
	assert_int_equal(moved.messages, before.messages);
	assert_int_equal(moved.octets, before.octets);
	gone = (struct msg_read_index){ after.id, 1, before.modseq };
	assert_int_equal(rig_read(&rig, alice.read, READ_VANISHED, &gone,
	    &out, &more), VERDICT_YES);
	assert_int_equal(out.len, 4 * before.messages);
	assert_true(look("INBOX/a", &moved));
	post("alice", 1);
	assert_true(look("INBOX", &after) && after.messages == 1);
	buf_free(&out);
	check_whole();
}

TEST(recent)
{
	struct msg_write_recent m;
	struct rig_box b;

	TEST_BEGIN;
	post("alice", 2);
	assert_true(look("INBOX", &b));
	assert_int_equal(b.first_recent, 1);
	m = (struct msg_write_recent){ b.id, b.uidnext - 1 };
	ask(alice.write, WRITE_RECENT, &m);
	/* it is written with the next request */
	assert_int_equal(subscribe("x", true), YES);
	assert_true(look("INBOX", &b));
	assert_int_equal(b.first_recent, b.uidnext - 1);
	/* never back, nor past what there is; nor by anybody else */
	m.uid = 1;
	ask(alice.write, WRITE_RECENT, &m);
	m.uid = b.uidnext;
	ask(bob.write, WRITE_RECENT, &m);
	assert_int_equal(change(bob.write, WRITE_SUBSCRIBE,
	    &(struct msg_write_subscribe){ STR("y"), true }), YES);
	assert_true(look("INBOX", &b));
	assert_int_equal(b.first_recent, b.uidnext - 1);
	m.uid = UINT32_MAX;
	ask(alice.write, WRITE_RECENT, &m);
	usleep(1500000);	/* or with a tick */
	assert_true(look("INBOX", &b));
	assert_int_equal(b.first_recent, b.uidnext);
}

TEST(quota)
{
	struct msg_read_quota m = { 0 };
	struct rig_box b;
	struct buf out;
	struct str in;
	uint64_t used, limit, deleted;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	assert_int_equal(rig_admin(&rig, "user quota", "name",
	    "alice@example.org", "quota", "4096", NULL), VERDICT_YES);
	assert_true(look("INBOX", &b));
	m.mailbox = b.id;
	assert_int_equal(rig_read(&rig, alice.read, READ_QUOTA, &m, &out,
	    &more), VERDICT_YES);
	in = buf_str(&out);
	assert_true(field_take_u64(&in, &used) && used >= b.octets);
	assert_true(field_take_u64(&in, &limit) && limit == 4096);
	assert_true(field_take_u64(&in, &deleted) && deleted == 0);
	assert_int_equal(in.len, 0);
	buf_clear(&out);
	/* not for others */
	assert_int_equal(rig_read(&rig, bob.read, READ_QUOTA, &m, &out,
	    &more), VERDICT_NO);
	buf_free(&out);
	assert_int_equal(rig_admin(&rig, "user quota", "name",
	    "alice@example.org", "quota", "0", NULL), VERDICT_YES);
}

TEST(deleted_with_all)
{
	struct msg_write_watch w;
	struct msg_read_index m;
	struct rig_box b;
	struct buf out;
	bool more;

	TEST_BEGIN;
	buf_init(&out, 1 << 20);
	assert_true(look("old/2026", &b) && b.messages > 0);
	w = (struct msg_write_watch){ b.id, b.modseq };
	ask(alice.write, WRITE_WATCH, &w);
	assert_int_equal(delete("old/2026"), YES);
	/* who has it open hears of it */
	assert_int_equal(chan_get(alice.write, rig.wire, msg_write,
	    WRITE_TYPES, &w, &rig.in), WRITE_CHANGED);
	m = (struct msg_read_index){ b.id, 1, 0 };
	assert_int_equal(rig_read(&rig, alice.read, READ_INDEX, &m, &out,
	    &more), VERDICT_NO);
	assert_false(look("old/2026", &b));
	buf_free(&out);
	check_whole();
}

static void
ask_for_long_name(int n)
{
	char name[MAILBOX_NAME_MAX];
	struct msg_write_create m = { { name, sizeof(name) }, SPECIAL_NONE };

	memset(name, 'm', sizeof(name));
	for (size_t i = 0; i < 3; i++, n /= 26)
		name[i] = (char)('a' + n % 26);
	ask(alice.write, WRITE_CREATE, &m);
}

TEST(not_without_end)
{
	enum { RUN_OF = 50 };
	int got = YES, n = 0;

	TEST_BEGIN;
	while (got == YES && n < 2000) {
		for (int i = 0; i < RUN_OF; i++)
			ask_for_long_name(n + i);
		for (int i = 0; i < RUN_OF; i++)
			if (made(alice.write) != YES)
				got = MADE_LIMIT;
		n += RUN_OF;
	}
	assert_int_equal(got, MADE_LIMIT);
	CHECK(n > 900, "%d", n);
	/* and all of them can be listed */
	assert_true(rig_list(&rig, alice.read, "Sent", &(struct rig_box){
	    0 }));
	assert_int_equal(delete("Sent"), YES);
	/* a removed account takes everything with it */
	assert_int_equal(rig_admin(&rig, "user remove", "name",
	    "alice@example.org", NULL), VERDICT_YES);
	usleep(1500000);
	check_whole();
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(names), RUN(numbers_are_never_used_again), RUN(families),
		RUN(subscriptions), RUN(inbox), RUN(recent), RUN(quota),
		RUN(deleted_with_all), RUN(not_without_end),
	};

	signal(SIGPIPE, SIG_IGN);
	program = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, begin, finish);
}
