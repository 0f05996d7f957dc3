/* submissions_test.c - what JMAP submits: with its letter, changing with it,
 * had back or not; and what is set for an account's addresses. */

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipc/msg_queue.h"
#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;
static struct bound alice, bob;
static int sender, bobs;
static uint64_t last_group, last_id;

static int
begin(void **state)
{
	(void)state;
	rig_folder(&rig);
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	rig_user(&rig, "bob@example.org", "0", false);
	sender = rig_web(&rig, rig_account(&rig, "alice"), &alice);
	bobs = rig_web(&rig, rig_account(&rig, "bob"), &bob);
	return 0;
}

static int
finish(void **state)
{
	int fds[] = { sender, bobs, alice.read, alice.write, bob.read,
	    bob.write };

	(void)state;
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		close(fds[i]);
	rig_stop(&rig);
	rig_remove(&rig);
	return 0;
}

static struct str
of(const char *text)
{
	return (struct str){ text, strlen(text) };
}

static uint32_t notify;

/* To x@example.net and y@example.net. */
static void
enqueue(uint32_t part, uint32_t parts, uint32_t flags)
{
	struct msg_store_enqueue m = { .group = last_group, .part = part,
	    .parts = parts, .flags = flags, .size = 6, .octets = 3,
	    .date = (uint64_t)time(NULL), .sender = STR("alice@example.org"),
	    .wrapped = STR("a boot k|wrapped") };
	int fd = rig_memfd("sealed", 6);
	struct buf b;

	buf_init(&b, RCPT_RECORDS_MAX);
	msg_rcpt_put(&b, &(struct msg_rcpt){ notify, STR("x"),
	    STR("example.net"), STR("") });
	msg_rcpt_put(&b, &(struct msg_rcpt){ notify, STR("y"),
	    STR("example.net"), STR("") });
	m.rcpts = buf_str(&b);
	assert_int_equal(chan_put(sender, msg_store, STORE_TYPES,
	    STORE_ENQUEUE, &m, &fd, 1), CHAN_OK);
	close(fd);
	buf_free(&b);
}

static bool
note(int fd, uint64_t id, uint32_t part, uint32_t parts)
{
	struct msg_store_submission m = { last_group, part, parts, id, 7, 8,
	    9, (uint64_t)time(NULL), STR("{the envelope}") };

	return chan_put(fd, msg_store, STORE_TYPES, STORE_SUBMISSION, &m,
	    NULL, 0) == CHAN_OK;
}

/* The letter and its record, as one group. */
static int
submit(uint64_t id, uint32_t flags)
{
	last_group++;
	enqueue(0, 2, flags);
	assert_true(note(sender, id, 1, 2));
	return rig_delivered(&rig, sender, last_group, 10000);
}

struct record {
	uint64_t id, email, thread, identity, date, born, changed;
	uint32_t undo;
	struct str envelope, rcpts;
};

static struct buf answer;

static size_t
records(const struct bound *b, uint64_t since, bool gone, struct record *r)
{
	struct msg_read_submissions m = { since, 0, gone };
	struct str in;
	bool more;
	size_t n = 0;

	if (answer.limit == 0)
		buf_init(&answer, READ_CHUNK);
	buf_clear(&answer);
	assert_int_equal(rig_read(&rig, b->read, READ_SUBMISSIONS, &m,
	    &answer, &more), VERDICT_YES);
	assert_false(more);
	in = buf_str(&answer);
	*r = (struct record){ 0 };
	while (in.len > 0) {
		assert_true(field_take_u64(&in, &r->id) &&
		    field_take_u64(&in, &r->email) &&
		    field_take_u64(&in, &r->thread) &&
		    field_take_u64(&in, &r->identity) &&
		    field_take_u64(&in, &r->date) &&
		    field_take_u64(&in, &r->born) &&
		    field_take_u64(&in, &r->changed) &&
		    field_take_u32(&in, &r->undo) &&
		    field_take_str(&in, &r->envelope) &&
		    field_take_str(&in, &r->rcpts));
		n++;
	}
	return n;
}

static uint32_t
undo_of(void)
{
	struct record r;

	assert_int_equal(records(&alice, 0, true, &r), 1);
	return r.undo;
}

static uint64_t
state(void)
{
	struct buf b;
	struct str in;
	uint64_t modseq;
	bool more;

	buf_init(&b, 64);
	assert_int_equal(rig_read(&rig, alice.read, READ_STATE, NULL, &b,
	    &more), VERDICT_YES);
	in = buf_str(&b);
	assert_true(field_take_u64(&in, &modseq));
	buf_free(&b);
	return modseq;
}

static enum verdict
write_to(int fd, unsigned type, const void *m)
{
	union msg_written is;

	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, type, m, NULL,
	    0), CHAN_OK);
	assert_int_equal(chan_get(fd, rig.wire, msg_write, WRITE_TYPES, &is,
	    &rig.in), WRITE_DONE);
	return (enum verdict)is.done.verdict;
}

static enum verdict
cancel(int fd, uint64_t id)
{
	struct msg_write_submission m = { id, 1 };

	return write_to(fd, WRITE_SUBMISSION, &m);
}

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

/* What is due; the last one's letter. */
static size_t
take(uint64_t *letter)
{
	struct msg_queue_take ask = { ++last_id, QUEUE_DUE_MAX, 0, 0,
	    STR("example.net") };
	union msg_queue_any m;
	size_t n = 0;

	tell(QUEUE_TAKE, &ask);
	while (hear(&m) == QUEUE_ENTRY) {
		*letter = m.entry.letter;
		n++;
	}
	return n;
}

static int
hand_out(uint64_t letter)
{
	struct msg_queue_body b = { .letter = letter };
	union msg_queue_any m;
	int type;

	tell(QUEUE_BODY, &b);
	type = hear(&m);
	if (type == QUEUE_BODY_IS)
		close(rig.in.fds[0]);
	return type;
}

static void
mark(uint64_t letter, uint32_t rcpt, enum verdict v)
{
	struct msg_queue_mark m = { .letter = letter, .rcpt = rcpt,
	    .verdict = v, .domain = STR("example.net"),
	    .status = STR("5.1.1"), .reply = STR("550 5.1.1 nobody"),
	    .host = STR("mx.example.net") };
	struct msg_queue_ask ask = { ++last_id, 0 };
	union msg_queue_any any;

	tell(QUEUE_MARK, &m);
	tell(QUEUE_ASK, &ask);
	assert_int_equal(hear(&any), QUEUE_DOMAINS);
	/* answered after the commit */
	assert_int_equal(cancel(bob.write, 1), VERDICT_NO);
}

static void
comes_with_its_letter(void **unused)
{
	uint64_t before = state(), letter;
	struct record r;

	(void)unused;
	assert_int_equal(submit(77, 0), VERDICT_YES);
	assert_int_equal(records(&alice, 0, false, &r), 1);
	assert_int_equal(r.id, 77);
	assert_int_equal(r.email, 7);
	assert_int_equal(r.thread, 8);
	assert_int_equal(r.identity, 9);
	assert_int_equal(r.undo, UNDO_PENDING);
	assert_true(str_eq(r.envelope, STR("{the envelope}")));
	assert_true(r.born > before && r.changed == state());
	assert_int_equal(records(&alice, before, false, &r), 1);
	assert_int_equal(records(&alice, r.changed, false, &r), 0);
	assert_int_equal(records(&bob, 0, true, &r), 0);
	assert_int_equal(take(&letter), 2);
	/* the same number once more: neither letter nor record */
	assert_int_equal(submit(77, 0), VERDICT_NO);
	assert_int_equal(submit(0, 0), VERDICT_NO);
	assert_int_equal(take(&letter), 2);
}

static void
changes_with_it(void **unused)
{
	uint64_t letter, was;
	struct record r;
	uint32_t fate;
	struct str s;

	(void)unused;
	notify = NOTIFY_NEVER;
	submit(77, 0);
	notify = NOTIFY_DEFAULT;
	was = state();
	take(&letter);
	mark(letter, 0, VERDICT_NO);
	assert_int_equal(records(&alice, was, false, &r), 1);
	assert_int_equal(r.undo, UNDO_PENDING);
	mark(letter, 1, VERDICT_YES);
	assert_int_equal(records(&alice, was + 1, false, &r), 1);
	assert_int_equal(r.undo, UNDO_FINAL);
	/* what became of each is still told when the letter has gone */
	assert_int_equal(hand_out(letter), QUEUE_NO_BODY);
	assert_true(field_take_u32(&r.rcpts, &fate));
	assert_int_equal(fate, QUEUE_GIVEN_UP);
	assert_true(field_take_str(&r.rcpts, &s) && str_eq(s, STR("x")));
	assert_true(field_take_str(&r.rcpts, &s) &&
	    str_eq(s, STR("example.net")));
	assert_true(field_take_str(&r.rcpts, &s) && str_eq(s, STR("5.1.1")));
	assert_true(field_take_str(&r.rcpts, &s) &&
	    str_eq(s, STR("550 5.1.1 nobody")));
	assert_true(field_take_u32(&r.rcpts, &fate));
	assert_int_equal(fate, QUEUE_SENT_ON);
	assert_int_equal(cancel(alice.write, 77), VERDICT_NO);
}

static void
is_had_back(void **unused)
{
	uint64_t letter, was;
	struct record r;

	(void)unused;
	submit(77, 0);
	was = state();
	take(&letter);
	assert_int_equal(cancel(bob.write, 77), VERDICT_NO);
	assert_int_equal(cancel(alice.write, 78), VERDICT_NO);
	assert_int_equal(cancel(alice.write, 77), VERDICT_YES);
	assert_int_equal(records(&alice, was, false, &r), 1);
	assert_int_equal(r.undo, UNDO_CANCELED);
	assert_int_equal(hand_out(letter), QUEUE_NO_BODY);
	assert_int_equal(take(&letter), 0);
	assert_int_equal(rig_admin(&rig, "queue list", NULL), VERDICT_YES);
	assert_int_equal(rig.row_count, 0);
	assert_int_equal(cancel(alice.write, 77), VERDICT_NO);
	assert_int_equal(rig_admin(&rig, "store check", NULL), VERDICT_YES);
	assert_int_equal(rig.row_count, 0);
}

/* What is held owes its sender a word, which is not wanted any more. */
static void
held_is_had_back(void **unused)
{
	struct msg_queue_ask ask = { ++last_id, QUEUE_DUE_MAX };
	union msg_queue_any m;

	(void)unused;
	submit(77, QUEUE_HOLD);
	assert_int_equal(undo_of(), UNDO_PENDING);
	assert_int_equal(cancel(alice.write, 77), VERDICT_YES);
	tell(QUEUE_OWED, &ask);
	assert_int_equal(hear(&m), QUEUE_ASKED);
}

/* Not while its text is out; again when that came to nothing. */
static void
not_while_it_is_out(void **unused)
{
	uint64_t letter;

	(void)unused;
	submit(77, 0);
	take(&letter);
	assert_int_equal(hand_out(letter), QUEUE_BODY_IS);
	assert_int_equal(cancel(alice.write, 77), VERDICT_NO);
	mark(letter, 0, VERDICT_LATER);
	assert_int_equal(cancel(alice.write, 77), VERDICT_NO);
	mark(letter, 1, VERDICT_LATER);
	assert_int_equal(undo_of(), UNDO_PENDING);
	assert_int_equal(cancel(alice.write, 77), VERDICT_YES);
}

/* While a notice is owed the letter stays: it would still be sent. */
static void
not_while_a_notice_is_owed(void **unused)
{
	uint64_t letter;

	(void)unused;
	submit(77, 0);
	take(&letter);
	mark(letter, 0, VERDICT_NO);
	assert_int_equal(cancel(alice.write, 77), VERDICT_NO);
}

static void
is_forgotten(void **unused)
{
	struct msg_write_submission m = { 77, 0 };
	uint64_t letter, was;
	struct record r;

	(void)unused;
	submit(77, 0);
	was = state();
	assert_int_equal(write_to(bob.write, WRITE_SUBMISSION, &m),
	    VERDICT_NO);
	assert_int_equal(write_to(alice.write, WRITE_SUBMISSION, &m),
	    VERDICT_YES);
	assert_int_equal(records(&alice, 0, false, &r), 0);
	assert_int_equal(records(&alice, was, true, &r), 1);
	assert_int_equal(r.undo, UNDO_GONE);
	assert_int_equal(r.envelope.len + r.rcpts.len, 0);
	assert_int_equal(write_to(alice.write, WRITE_SUBMISSION, &m),
	    VERDICT_NO);
	/* it goes out all the same */
	assert_int_equal(take(&letter), 2);
	mark(letter, 0, VERDICT_YES);
	mark(letter, 1, VERDICT_YES);
	assert_int_equal(undo_of(), UNDO_GONE);
}

/* Nothing for elsewhere: it is over at once.  Of so many the oldest go. */
static void
there_is_an_end(void **unused)
{
	struct msg_target t = rig_target(&rig, sender, "bob");
	struct record r;

	(void)unused;
	last_group++;
	rig_deliver(&rig, sender, &t, last_group, 0, 2,
	    STR("\r\nHello"), 2);
	assert_true(note(sender, 1, 1, 2));
	assert_int_equal(rig_delivered(&rig, sender, last_group, 10000),
	    VERDICT_YES);
	assert_int_equal(undo_of(), UNDO_FINAL);
	for (uint64_t id = 2; id <= 1003; id++) {
		last_group++;
		assert_true(note(sender, id, 0, 1));
		assert_int_equal(rig_delivered(&rig, sender, last_group,
		    10000), VERDICT_YES);
	}
	assert_int_equal(records(&alice, 0, false, &r), 1001);
	assert_int_equal(r.id, 1003);
}

/* Who is no child of httpd has no use for it. */
static void
others_may_not(void **unused)
{
	int plain = rig_sender(&rig, rig_account(&rig, "alice"));
	struct msg_write_submission m = { 77, 1 };
	struct msg_write_identity i = { 5, 0, STR("a"), STR("b") };
	struct bound imap;
	char octet;

	(void)unused;
	assert_true(note(plain, 77, 0, 1));
	assert_int_equal(read(plain, &octet, 1), 0);
	close(plain);
	for (int n = 0; n < 2; n++) {
		assert_true(rig_bind(&rig, rig_account(&rig, "alice"),
		    &imap));
		assert_int_equal(chan_put(imap.write, msg_write, WRITE_TYPES,
		    n == 0 ? WRITE_SUBMISSION : WRITE_IDENTITY,
		    n == 0 ? (const void *)&m : &i, NULL, 0), CHAN_OK);
		assert_int_equal(read(imap.write, &octet, 1), 0);
		close(imap.read);
		close(imap.write);
	}
}

/* "address=value address …" */
static void
identities_are(const struct bound *b, const char *want)
{
	struct str in, address, value;
	struct buf out, text;
	uint64_t id;
	bool more;

	buf_init(&out, READ_CHUNK);
	buf_init(&text, 8192);
	assert_int_equal(rig_read(&rig, b->read, READ_IDENTITIES, NULL, &out,
	    &more), VERDICT_YES);
	in = buf_str(&out);
	while (field_take_u64(&in, &id) && field_take_str(&in, &address) &&
	    field_take_str(&in, &value)) {
		if (text.len > 0)
			buf_byte(&text, ' ');
		buf_add(&text, address);
		if (id == 0)
			continue;
		buf_byte(&text, '=');
		buf_add(&text, value);
	}
	CHECK(str_eq(buf_str(&text), of(want)), "%.*s, not %s",
	    (int)text.len, text.ptr, want);
	buf_free(&out);
	buf_free(&text);
}

static void
who_one_may_be(void **unused)
{
	struct msg_write_identity m = { 5, 0, STR("shop@example.org"),
	    STR("one") };

	(void)unused;
	identities_are(&alice, "alice@example.org");
	assert_int_equal(rig_admin(&rig, "alias add", "address",
	    "sales@example.org", "target", "alice@example.org", NULL),
	    VERDICT_YES);
	assert_int_equal(rig_admin(&rig, "alias add", "address",
	    "a@example.org", "target", "sales@example.org", "target",
	    "bob@example.org", NULL), VERDICT_YES);
	assert_int_equal(rig_admin(&rig, "alias add", "address",
	    "@example.org", "target", "alice@example.org", NULL),
	    VERDICT_YES);
	identities_are(&alice, "alice@example.org a@example.org"
	    " sales@example.org");
	identities_are(&bob, "bob@example.org a@example.org");
	assert_int_equal(write_to(alice.write, WRITE_IDENTITY, &m),
	    VERDICT_YES);
	m.value = STR("two");
	assert_int_equal(write_to(alice.write, WRITE_IDENTITY, &m),
	    VERDICT_YES);
	identities_are(&alice, "alice@example.org a@example.org"
	    " sales@example.org shop@example.org=two");
	identities_are(&bob, "bob@example.org a@example.org");
	m.drop = 1;
	assert_int_equal(write_to(bob.write, WRITE_IDENTITY, &m), VERDICT_NO);
	assert_int_equal(write_to(alice.write, WRITE_IDENTITY, &m),
	    VERDICT_YES);
	m.drop = 0;
	for (m.id = 1; m.id <= IDENTITIES_MAX; m.id++)
		assert_int_equal(write_to(bob.write, WRITE_IDENTITY, &m),
		    VERDICT_YES);
	assert_int_equal(write_to(bob.write, WRITE_IDENTITY, &m), VERDICT_NO);
	m.id = 1;
	assert_int_equal(write_to(bob.write, WRITE_IDENTITY, &m),
	    VERDICT_YES);
}

#define EACH(f)	cmocka_unit_test_setup_teardown(f, begin, finish)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		EACH(comes_with_its_letter), EACH(changes_with_it),
		EACH(is_had_back), EACH(held_is_had_back),
		EACH(not_while_it_is_out), EACH(not_while_a_notice_is_owed),
		EACH(is_forgotten), EACH(there_is_an_end),
		EACH(others_may_not), EACH(who_one_may_be),
	};

	if (argc != 2)
		return 2;
	program = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
