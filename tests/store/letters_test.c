/* letters_test.c - letters for elsewhere: submitted, taken, marked, paid. */

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipc/msg_queue.h"
#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;
static uint64_t alice, bob, last_id, last_group;
static int sender;

static int
begin(void **state)
{
	(void)state;
	rig_folder(&rig);
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	rig_user(&rig, "bob@example.org", "0", true);
	alice = rig_account(&rig, "alice");
	bob = rig_account(&rig, "bob");
	sender = rig_sender(&rig, alice);
	assert_true(sender >= 0);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	close(sender);
	rig_stop(&rig);
	rig_remove(&rig);
	return 0;
}

static void
put_rcpt(struct buf *b, uint32_t notify, const char *local,
    const char *domain)
{
	field_put_u32(b, notify);
	field_put_u32(b, (uint32_t)strlen(local));
	buf_add_c(b, local);
	field_put_u32(b, (uint32_t)strlen(domain));
	buf_add_c(b, domain);
	field_put_u32(b, 0);
}

static uint64_t entered;		/* 0: now */
static struct str return_path = STR_INIT("alice@example.org");
static struct str wrapped = STR_INIT("a boot k|wrapped");

static void
enqueue(uint64_t group, uint32_t part, uint32_t parts, struct str rcpts,
    uint32_t flags)
{
	struct msg_store_enqueue m = { .group = group, .part = part,
	    .parts = parts, .flags = flags, .size = 6, .octets = 3,
	    .date = entered != 0 ? entered : (uint64_t)time(NULL),
	    .sender = return_path,
	    .envid = STR("env"), .message_id = STR("<1@example.org>"),
	    .wrapped = wrapped, .rcpts = rcpts };
	int fd = rig_memfd("sealed", 6);

	assert_int_equal(chan_put(sender, msg_store, STORE_TYPES,
	    STORE_ENQUEUE, &m, &fd, 1), CHAN_OK);
	close(fd);
}

static int
submit(const char *domain, uint32_t notify, size_t n)
{
	struct buf b;
	int verdict;

	buf_init(&b, RCPT_RECORDS_MAX);
	for (size_t i = 0; i < n; i++)
		put_rcpt(&b, notify, "carol", domain);
	enqueue(++last_group, 0, 1, buf_str(&b), 0);
	buf_free(&b);
	verdict = rig_delivered(&rig, sender, last_group, 10000);
	return verdict;
}

/* The next answer; NEWS come when they like. */
static int
hear(union msg_queue_any *m)
{
	int type;

	do {
		CHECK(chan_wait(&rig.queue, 1, 10000) >= 0, "no answer");
		type = chan_get(rig.queue, rig.wire, msg_queue, QUEUE_TYPES,
		    m, &rig.in);
	} while (type == QUEUE_NEWS);
	return type;
}

static void
tell(enum msg_queue type, const void *m)
{
	assert_int_equal(chan_put(rig.queue, msg_queue, QUEUE_TYPES, type, m,
	    NULL, 0), CHAN_OK);
}

/* How many entries; the first is copied, without its strings. */
static size_t
entries(enum msg_queue type, const void *ask, struct msg_queue_entry *first)
{
	union msg_queue_any m;
	size_t n = 0;
	int said;

	tell(type, ask);
	while ((said = hear(&m)) == QUEUE_ENTRY)
		if (n++ == 0)
			*first = m.entry;
	assert_int_equal(said, QUEUE_ASKED);
	return n;
}

static size_t
take(const char *domain, uint64_t letter, uint32_t rcpt,
    struct msg_queue_entry *first)
{
	struct msg_queue_take m = { ++last_id, QUEUE_DUE_MAX, letter, rcpt,
	    { domain, strlen(domain) } };

	return entries(QUEUE_TAKE, &m, first);
}

static size_t
owed(struct msg_queue_entry *first)
{
	struct msg_queue_ask m = { ++last_id, QUEUE_DUE_MAX };

	return entries(QUEUE_OWED, &m, first);
}

/* The store has taken all that was said to it. */
static void
settle(void)
{
	struct msg_queue_ask ask = { ++last_id, 0 };
	union msg_queue_any m;

	tell(QUEUE_ASK, &ask);
	assert_int_equal(hear(&m), QUEUE_DOMAINS);
}

static void
mark(uint64_t letter, uint32_t rcpt, enum verdict v, bool relayed)
{
	struct msg_queue_mark m = { .letter = letter, .rcpt = rcpt,
	    .verdict = v, .relayed = relayed, .domain = STR("example.net"),
	    .status = STR("5.1.1"), .reply = STR("no such user"),
	    .host = STR("mx.example.net"), .facts = STR("tls=TLSv1.3") };

	tell(QUEUE_MARK, &m);
	settle();
}

static bool
due(const char *domain)
{
	struct msg_queue_ask ask = { ++last_id, 0 };
	union msg_queue_any m;
	struct str in, d;
	uint32_t attempts;
	bool found = false;

	tell(QUEUE_ASK, &ask);
	assert_int_equal(hear(&m), QUEUE_DOMAINS);
	in = m.domains.domains;
	while (field_take_u32(&in, &attempts) && field_take_str(&in, &d))
		found |= str_eq(d, (struct str){ domain, strlen(domain) });
	return found;
}

/* All that is due, one letter after the other. */
static void
mark_each(enum verdict v)
{
	struct msg_queue_entry e = { 0 };
	size_t n;

	while ((n = take("example.net", 0, 0, &e)) > 0)
		for (size_t i = 0; i < n; i++)
			mark(e.letter, e.rcpt + (uint32_t)i, v, false);
}

static size_t
listed(void)
{
	assert_int_equal(rig_admin(&rig, "queue list", NULL), VERDICT_YES);
	return rig.row_count;
}

static void
goes_out(void **unused)
{
	struct msg_queue_entry e = { 0 };
	struct msg_queue_body b = { 0 };
	union msg_queue_any m;

	(void)unused;
	assert_false(due("example.net"));
	assert_int_equal(submit("example.net", 0, 2), VERDICT_YES);
	assert_true(due("example.net"));
	assert_int_equal(take("example.net", 0, 0, &e), 2);
	assert_int_equal(take("example.net", e.letter, 0, &e), 1);
	assert_int_equal(take("example.net", e.letter, 1, &e), 0);
	b.letter = e.letter;
	tell(QUEUE_BODY, &b);
	assert_int_equal(hear(&m), QUEUE_BODY_IS);
	assert_int_equal(m.body.size, 6);
	close(rig.in.fds[0]);
	mark(e.letter, 0, VERDICT_YES, false);
	assert_int_equal(listed(), 2);
	mark(e.letter, 1, VERDICT_YES, false);
	assert_int_equal(listed(), 0);
	tell(QUEUE_BODY, &b);
	assert_int_equal(hear(&m), QUEUE_NO_BODY);
	assert_int_equal(owed(&e), 0);
}

static void
comes_later(void **unused)
{
	struct msg_queue_entry e = { 0 };

	(void)unused;
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	assert_int_equal(take("example.net", 0, 0, &e), 1);
	mark(e.letter, 0, VERDICT_LATER, false);
	assert_false(due("example.net"));
	assert_int_equal(listed(), 1);
	assert_true(str_eq(rig_value(&rig, "reply", 0), STR("no such user")));
	assert_true(str_eq(rig_value(&rig, "attempts", 0), STR("1")));
	assert_int_equal(rig_admin(&rig, "queue retry", "id", "all", NULL),
	    VERDICT_YES);
	assert_true(due("example.net"));
	/* a destination that cannot be had: all that is due */
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	mark(0, 0, VERDICT_LATER, false);
	assert_false(due("example.net"));
	assert_int_equal(listed(), 2);
	assert_int_equal(owed(&e), 0);
	assert_int_equal(rig_admin(&rig, "queue retry", "id", "all", NULL),
	    VERDICT_YES);
	/* but not failed: that is said of each */
	mark_each(VERDICT_YES);
	assert_int_equal(listed(), 0);
}

/* A whole destination is put off, never failed. */
static void
no_destination_fails(void **unused)
{
	static const struct msg_queue_mark all = { .verdict = VERDICT_NO,
	    .domain = STR_INIT("example.net") };
	union msg_queue_any m;

	(void)unused;
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	tell(QUEUE_MARK, &all);
	assert_int_equal(chan_wait(&rig.queue, 1, 10000), 0);
	while (chan_get(rig.queue, rig.wire, msg_queue, QUEUE_TYPES, &m,
	    &rig.in) == QUEUE_NEWS)
		;
	assert_int_equal(listed(), 1);
	assert_true(str_eq(rig_value(&rig, "state", 0), STR("waits")));
}

/* What has waited for its full time is given up by a try of its own. */
static void
over_is_tried(void **unused)
{
	struct msg_queue_entry e = { 0 };

	(void)unused;
	entered = 1;
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	entered = 0;
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	mark(0, 0, VERDICT_LATER, false);
	assert_int_equal(take("example.net", 0, 0, &e), 1);
	assert_int_equal(take("example.net", e.letter, 0, &e), 0);
	assert_true(due("example.net"));
	assert_int_equal(take("example.net", 0, 0, &e), 1);
	mark(e.letter, 0, VERDICT_LATER, false);
	assert_false(due("example.net"));
	assert_int_equal(owed(&e), 1);
	assert_int_equal(e.owed, OWED_FAILURE);
}

/* A notice for what is owed, as the queue delivers it. */
static int
pay(const struct msg_queue_entry *e)
{
	struct msg_queue_notice n = { e->letter, e->owed, e->rcpt, 100 };
	struct msg_store_deliver d = { .group = ++last_group, .parts = 1,
	    .head_len = 2, .size = 6, .date = (uint64_t)time(NULL) };
	int fd = rig_memfd("\r\nHello", 6);
	struct str t;
	union msg_queue_any m;

	tell(QUEUE_NOTICE, &n);
	assert_int_equal(hear(&m), QUEUE_NOTICE_IS);
	t = m.notice_is.target;
	if (m.notice_is.verdict != VERDICT_YES)
		return -1;
	assert_true(str_eq(m.notice_is.user, STR("alice@example.org")));
	assert_true(field_take_u64(&t, &d.ticket));
	assert_int_equal(chan_put(rig.queue, msg_queue, QUEUE_TYPES,
	    QUEUE_DELIVER, &d, &fd, 1), CHAN_OK);
	close(fd);
	assert_int_equal(hear(&m), QUEUE_DELIVERED);
	assert_int_equal(m.delivered.group, last_group);
	return (int)m.delivered.verdict;
}

static void
failure_is_told_once(void **unused)
{
	struct msg_queue_entry e = { 0 };
	struct bound b;
	struct rig_box inbox;

	(void)unused;
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	assert_int_equal(take("example.net", 0, 0, &e), 1);
	mark(e.letter, 0, VERDICT_NO, false);
	assert_false(due("example.net"));
	assert_int_equal(owed(&e), 1);
	assert_int_equal(e.owed, OWED_FAILURE);
	/* on the disk now: it stays owed over kill -9 */
	assert_int_equal(listed(), 1);
	rig_kill(&rig);
	rig_start(&rig, program, 0);
	assert_int_equal(owed(&e), 1);
	assert_int_equal(pay(&e), VERDICT_YES);
	assert_int_equal(owed(&e), 0);
	assert_int_equal(listed(), 0);
	assert_true(rig_bind(&rig, alice, &b));
	assert_true(rig_list(&rig, b.read, "INBOX", &inbox));
	assert_int_equal(inbox.messages, 1);
	close(b.read);
	close(b.write);
	close(sender);
	sender = rig_sender(&rig, alice);
}

/* One that cannot be paid does not keep the others waiting; nor does an
 * account that is full. */
static void
debts_take_turns(void **unused)
{
	struct msg_queue_entry first = { 0 }, second = { 0 }, e = { 0 };

	(void)unused;
	assert_int_equal(rig_admin(&rig, "user quota", "name",
	    "alice@example.org", "quota", "1", NULL), VERDICT_YES);
	for (int i = 0; i < 2; i++)
		assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	mark_each(VERDICT_NO);
	assert_int_equal(owed(&first), 1);
	assert_int_equal(owed(&second), 1);
	assert_int_not_equal(first.letter, second.letter);
	assert_int_equal(owed(&e), 1);
	assert_int_equal(e.letter, first.letter);
	assert_int_equal(pay(&second), VERDICT_YES);
	/* her INBOX is over the quota now */
	assert_int_equal(pay(&first), VERDICT_YES);
	assert_int_equal(owed(&e), 0);
	assert_int_equal(listed(), 0);
}

/* RFC 3461, 4.1 */
static void
as_notify_says(void **unused)
{
	static const struct {
		uint32_t notify;
		enum verdict v;
		bool relayed;
		size_t owed;
	} cases[] = {
		{ NOTIFY_NEVER, VERDICT_NO, false, 0 },
		{ NOTIFY_SUCCESS, VERDICT_NO, false, 0 },
		{ NOTIFY_SUCCESS, VERDICT_YES, true, 1 },
		{ NOTIFY_SUCCESS, VERDICT_YES, false, 0 },
		{ NOTIFY_FAILURE, VERDICT_YES, true, 0 },
		{ NOTIFY_FAILURE, VERDICT_NO, false, 1 },
		{ NOTIFY_DEFAULT, VERDICT_YES, true, 0 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct msg_queue_entry e = { 0 }, o = { 0 };

		assert_int_equal(submit("example.net", cases[i].notify, 1),
		    VERDICT_YES);
		assert_int_equal(take("example.net", 0, 0, &e), 1);
		mark(e.letter, 0, cases[i].v, cases[i].relayed);
		CHECK(owed(&o) == cases[i].owed, "case %zu", i);
		if (cases[i].owed > 0)
			assert_int_equal(pay(&o), VERDICT_YES);
		assert_int_equal(listed(), 0);
	}
}

static void
key_lost(void **unused)
{
	struct msg_queue_entry e = { 0 };
	struct msg_queue_body b = { 0 };

	(void)unused;
	assert_int_equal(submit("example.net", NOTIFY_NEVER, 1), VERDICT_YES);
	assert_int_equal(take("example.net", 0, 0, &e), 1);
	b.letter = e.letter;
	tell(QUEUE_LOST, &b);
	assert_false(due("example.net"));
	/* nothing is lost unsaid, whatever NOTIFY was */
	assert_int_equal(owed(&e), 1);
	assert_int_equal(e.owed, OWED_LOST);
	assert_int_equal(pay(&e), VERDICT_YES);
	assert_int_equal(listed(), 0);
}

static void
boot_key_is(const char *id)
{
	struct msg_queue_boot m = { { id, strlen(id) } };

	tell(QUEUE_BOOT, &m);
	settle();
}

/* Of all letters, those that wait, are put off or are held; at once. */
static void
other_boot_key(void **unused)
{
	struct msg_queue_entry e = { 0 };

	(void)unused;
	return_path = STR("");
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	return_path = STR("alice@example.org");
	assert_int_equal(submit("example.net", 0, 2), VERDICT_YES);
	mark(0, 0, VERDICT_LATER, false);
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	wrapped = STR("nextboot|wrapped");
	assert_int_equal(submit("example.org.example", 0, 1), VERDICT_YES);
	boot_key_is("a boot k");
	assert_true(str_eq(rig_value(&rig, "state", listed() - 1),
	    STR("lost")));
	assert_int_equal(listed(), 5);
	wrapped = STR("a boot k|wrapped");
	assert_int_equal(owed(&e), 1);
	assert_int_equal(e.owed, OWED_LOST);
	assert_int_equal(pay(&e), VERDICT_YES);
	assert_int_equal(owed(&e), 0);
	/* none that can be opened is touched, however often it is said */
	boot_key_is("a boot k");
	assert_true(due("example.net"));
	boot_key_is("nextboot");
	assert_false(due("example.net"));
	/* one had nobody to be told */
	assert_int_equal(listed(), 3);
	while (owed(&e) > 0) {
		assert_int_equal(e.owed, OWED_LOST);
		e.rcpt = 99;
		assert_int_equal(pay(&e), VERDICT_YES);
	}
	assert_int_equal(listed(), 0);
}

static void
held_cancelled(void **unused)
{
	struct msg_queue_entry e = { 0 };
	struct str s;
	char id[24];

	(void)unused;
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	assert_int_equal(listed(), 1);
	s = rig_value(&rig, "id", 0);
	assert_true(s.len < sizeof(id));
	memcpy(id, s.ptr, s.len);
	id[s.len] = '\0';
	assert_int_equal(rig_admin(&rig, "queue hold", "id", id, NULL),
	    VERDICT_YES);
	assert_false(due("example.net"));
	assert_int_equal(rig_admin(&rig, "queue retry", "id", id, NULL),
	    VERDICT_YES);
	assert_true(due("example.net"));
	assert_int_equal(rig_admin(&rig, "queue cancel", "id", id, NULL),
	    VERDICT_YES);
	assert_int_equal(owed(&e), 1);
	assert_int_equal(pay(&e), VERDICT_YES);
	assert_int_equal(rig_admin(&rig, "queue show", "id", id, NULL),
	    VERDICT_NO);
	assert_int_equal(rig_admin(&rig, "queue cancel", "id", "x", NULL),
	    VERDICT_NO);
}

/* So that a stolen password does not make the box a spammer. */
static void
too_much_is_held(void **unused)
{
	struct msg_queue_entry e = { 0 };

	(void)unused;
	for (int i = 0; i < 3; i++)
		assert_int_equal(submit("example.net", 0, 99), VERDICT_YES);
	assert_int_equal(submit("example.net", 0, 3), VERDICT_YES);
	/* 300 went; what would go past them is held as a whole */
	assert_int_equal(submit("example.net", 0, 1), VERDICT_YES);
	mark_each(VERDICT_YES);
	assert_int_equal(owed(&e), 1);
	assert_int_equal(e.owed, OWED_HELD);
	assert_int_equal(pay(&e), VERDICT_YES);
	assert_int_equal(listed(), 1);
	assert_true(str_eq(rig_value(&rig, "state", 0), STR("held")));
}

static enum send_reason
may_send(const char *local, const char *domain)
{
	struct msg_store_may_send m = { { local, strlen(local) },
	    { domain, strlen(domain) } };
	struct msg_store_may_send_is is;

	assert_int_equal(chan_put(sender, msg_store, STORE_TYPES,
	    STORE_MAY_SEND, &m, NULL, 0), CHAN_OK);
	assert_int_equal(chan_get(sender, rig.wire, msg_store, STORE_TYPES,
	    &is, &rig.in), STORE_MAY_SEND_IS);
	return (enum send_reason)is.reason;
}

static void
own_addresses(void **unused)
{
	(void)unused;
	assert_int_equal(rig_admin(&rig, "alias add", "address",
	    "info@example.org", "target", "alice@example.org", NULL),
	    VERDICT_YES);
	assert_int_equal(may_send("alice", "example.org"), SEND_OK);
	assert_int_equal(may_send("Alice", "EXAMPLE.org"), SEND_OK);
	assert_int_equal(may_send("alice+list", "example.org"), SEND_OK);
	assert_int_equal(may_send("info", "example.org"), SEND_OK);
	assert_int_equal(may_send("bob", "example.org"), SEND_NOT_YOURS);
	assert_int_equal(may_send("nobody", "example.org"), SEND_NOT_YOURS);
	assert_int_equal(may_send("alice", "example.net"), SEND_NOT_YOURS);
	assert_int_equal(may_send("", ""), SEND_NOT_YOURS);
}

/* The copy in Sent and the letter: both or none. */
static void
one_group(void **unused)
{
	struct msg_store_sent ask = { STR("<2@example.org>"), 10 };
	struct msg_store_rcpt_is is;
	struct msg_store_deliver d = { .group = ++last_group, .part = 1,
	    .parts = 2, .head_len = 2, .size = 6, .date = 1 };
	struct bound b;
	struct rig_box sent;
	struct str t;
	struct buf r;
	int fd = rig_memfd("\r\nHello", 6);

	(void)unused;
	buf_init(&r, 1000);
	put_rcpt(&r, 0, "carol", "example.net");
	enqueue(last_group, 0, 2, buf_str(&r), 0);
	assert_int_equal(chan_put(sender, msg_store, STORE_TYPES, STORE_SENT,
	    &ask, NULL, 0), CHAN_OK);
	assert_int_equal(chan_get(sender, rig.wire, msg_store, STORE_TYPES,
	    &is, &rig.in), STORE_RCPT_IS);
	assert_int_equal(is.reason, RCPT_OK);
	t = is.targets;
	assert_true(field_take_u64(&t, &d.ticket));
	assert_int_equal(listed(), 0);
	assert_int_equal(chan_put(sender, msg_store, STORE_TYPES,
	    STORE_DELIVER, &d, &fd, 1), CHAN_OK);
	close(fd);
	assert_int_equal(rig_delivered(&rig, sender, last_group, 10000),
	    VERDICT_YES);
	assert_int_equal(listed(), 1);
	assert_true(rig_bind(&rig, alice, &b));
	assert_true(rig_list(&rig, b.read, "Sent", &sent));
	assert_int_equal(sent.messages, 1);
	assert_int_equal(sent.unseen, 0);
	close(b.read);
	close(b.write);
	buf_free(&r);
}

/* What a child may claim of its user, and what it may not. */
static void
own_return_path(void **unused)
{
	static const struct {
		struct str path;
		bool own;
	} cases[] = {
		{ STR_INIT("alice@example.org"), true },
		{ STR_INIT("ALICE+x@example.org"), true },
		{ STR_INIT("\"alice\"@example.org"), true },
		{ STR_INIT("\"al\\ice\"@example.org"), true },
		{ STR_INIT(""), true },
		{ STR_INIT("bob@example.org"), false },
		{ STR_INIT("alice@example.net"), false },
		{ STR_INIT("alice"), false },
		{ STR_INIT("\"\"@example.org"), false },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		return_path = cases[i].path;
		CHECK((submit("example.net", 0, 1) == VERDICT_YES) ==
		    cases[i].own, "case %zu", i);
	}
	return_path = STR("alice@example.org");
}

/* A child that was taken over writes no lines into commands and notices. */
static void
no_control_characters(void **unused)
{
	static const struct {
		const char *local, *domain, *orcpt;
	} cases[] = {
		{ "carol\r\nDATA", "example.net", "" },
		{ "carol", "example.net\r\nRSET", "" },
		{ "carol", "example.net> X", "" },
		{ "ca\177rol", "example.net", "" },
		{ "carol", "example.net", "rfc822;a\nb" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct msg_rcpt r = { 0, from_c(cases[i].local),
		    from_c(cases[i].domain), from_c(cases[i].orcpt) };
		struct buf b;

		buf_init(&b, 1000);
		msg_rcpt_put(&b, &r);
		enqueue(++last_group, 0, 1, buf_str(&b), 0);
		buf_free(&b);
		CHECK(rig_delivered(&rig, sender, last_group, 10000) !=
		    VERDICT_YES, "case %zu", i);
	}
	assert_int_equal(listed(), 0);
}

/* Malformed recipients: nothing of the group. */
static void
all_or_nothing(void **unused)
{
	(void)unused;
	enqueue(++last_group, 0, 1, STR("\1\2\3"), 0);
	assert_int_not_equal(rig_delivered(&rig, sender, last_group, 10000),
	    VERDICT_YES);
	assert_int_equal(listed(), 0);
	assert_int_equal(rig_admin(&rig, "store check", NULL), VERDICT_YES);
	assert_int_equal(rig.row_count, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goes_out, begin, finish),
		cmocka_unit_test_setup_teardown(comes_later, begin, finish),
		cmocka_unit_test_setup_teardown(no_destination_fails, begin,
		    finish),
		cmocka_unit_test_setup_teardown(over_is_tried, begin, finish),
		cmocka_unit_test_setup_teardown(failure_is_told_once, begin,
		    finish),
		cmocka_unit_test_setup_teardown(debts_take_turns, begin,
		    finish),
		cmocka_unit_test_setup_teardown(as_notify_says, begin, finish),
		cmocka_unit_test_setup_teardown(key_lost, begin, finish),
		cmocka_unit_test_setup_teardown(other_boot_key, begin, finish),
		cmocka_unit_test_setup_teardown(held_cancelled, begin, finish),
		cmocka_unit_test_setup_teardown(too_much_is_held, begin,
		    finish),
		cmocka_unit_test_setup_teardown(own_addresses, begin, finish),
		cmocka_unit_test_setup_teardown(one_group, begin, finish),
		cmocka_unit_test_setup_teardown(own_return_path, begin,
		    finish),
		cmocka_unit_test_setup_teardown(no_control_characters, begin,
		    finish),
		cmocka_unit_test_setup_teardown(all_or_nothing, begin,
		    finish),
	};

	if (argc != 2)
		return 2;
	program = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
