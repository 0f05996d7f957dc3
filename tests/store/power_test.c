/*
 * power_test.c - power is lost, or the disk is full, at each operation in
 * turn.  Nothing acknowledged may be missing afterwards, and what is there
 * must be whole.
 *
 * The writer's functions run in this process; its peers are played by the
 * serve_ functions below.
 */

#include <string.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memvfs.h"
#include "os/log.h"
#include "os/fd.h"
#include "os/memfd.h"
#include "schema.h"
#include "store.h"
#include "tests/check.h"

enum { USERS = 2, ROUNDS = 6, PER_ROUND = 4, MESSAGES = 200, BODY = 9000,
    LETTERS = 150 /* the number of the first */ };

static struct store st;
static struct role role;
static struct peer child_peer, session_peer, seal_peer, sender_peer;
static bool acknowledged[MESSAGES];
static uint64_t ticket[USERS], account[USERS];
static unsigned expunged_yes;
static size_t last_round_at;	/* operations before it; 0: not reached */
static size_t step = 1;		/* 3: only each third operation */

bool
serve_send(struct role *r, struct peer *p, const struct field_msg *table,
    size_t types, unsigned type, const void *msg, const int *fds, size_t nfds)
{
	(void)r;
	(void)types;
	(void)fds;
	(void)nfds;
	if (table == msg_store && type == STORE_DELIVERED) {
		const struct msg_store_delivered *m = msg;

		assert_true(m->group < MESSAGES);
		acknowledged[m->group] = m->verdict == VERDICT_YES;
	}
	if (table == msg_write && type == WRITE_DONE && p == &session_peer)
		expunged_yes += ((const struct msg_write_done *)msg)->verdict ==
		    VERDICT_YES;
	return true;
}

struct peer *
serve_edge(struct role *r, enum role_id to, size_t n)
{
	(void)r;
	(void)to;
	(void)n;
	return NULL;
}

struct peer *
serve_add(struct role *r, int fd, enum role_id from, bool child, uint64_t id,
    struct str addr)
{
	(void)r;
	(void)fd;
	(void)from;
	(void)child;
	(void)id;
	(void)addr;
	return NULL;
}

void
serve_drop(struct role *r, struct peer *p)
{
	(void)r;
	(void)p;
}

static bool
begin_store(void)
{
	memset(&st, 0, sizeof(st));
	role.conf.domain[0] = STR("example.org");
	role.conf.domains = 1;
	st.role = &role;
	if (sql_open(&st.db, "mail.db", SQL_CREATOR) != SQL_DONE)
		return false;
	domains_load(&st);
	if (schema_prepare(&st.db) != SCHEMA_OK) {
		sql_close(&st.db);
		return false;
	}
	return true;
}

static bool
add_users(void)
{
	static const struct str names[USERS] = { STR_INIT("a@example.org"),
	    STR_INIT("b@example.org") };
	bool ok = true;

	for (size_t i = 0; ok && i < USERS; i++) {
		struct admin a = { .store = &st };
		struct buf args;

		buf_init(&args, 1024);
		admin_put(&args, STR("name"), names[i]);
		admin_put(&args, STR("sealed"), STR("0"));
		a.args = buf_str(&args);
		ok = tx_begin(&st);
		ok = ok && user_add(&a) == VERDICT_YES;
		ok = tx_end(&st, ok) && tx_settle(&st);
		account[i] = account_find(&st, names[i]);
		buf_free(&args);
	}
	return ok;
}

/* Message n: its number fills it, so that a part of another one shows. */
static int
message(uint64_t n, uint64_t *size)
{
	static unsigned char text[BODY];
	int fd = memfd_create("m", MFD_CLOEXEC);

	*size = 100 + n * 997 % (BODY - 100);
	memset(text, (int)(n & 0xff), *size);
	assert_int_equal(write(fd, text, *size), *size);
	return fd;
}

static void
post(struct client *child, uint64_t n, bool both)
{
	for (uint32_t i = 0; i < (both ? USERS : 1u); i++) {
		struct msg_store_deliver m = { .ticket = ticket[i],
		    .group = n, .part = i, .parts = both ? USERS : 1,
		    .head_len = 90, .date = 1 };
		struct chan_msg in = { .nfds = 1 };

		in.fds[0] = message(n, &m.size);
		assert_true(deliver_take(&st, child, &m, &in));
		chan_close_fds(&in);
	}
}

/* What JMAP keeps of it. */
static void
record(struct client *sender, uint64_t n)
{
	struct msg_store_submission m = { .group = n, .part = 2, .parts = 3,
	    .id = n, .date = 1, .envelope = STR("{}") };
	struct chan_msg in = { .nfds = 0 };
	struct buf wire;

	buf_init(&wire, IPC_MAX);
	field_put(&wire, msg_store, STORE_TYPES, STORE_SUBMISSION, &m);
	in.wire = buf_str(&wire);
	assert_true(deliver_record(&st, sender, &m, &in));
	buf_free(&wire);
}

/* A letter for two recipients elsewhere, the copy in Sent and the record: one
 * group. */
static void
submit(struct client *sender, uint64_t n)
{
	char id[16];
	struct place place = { .flags = FLAG_SEEN };
	struct msg_store_deliver d = { .group = n, .part = 1, .parts = 3,
	    .head_len = 90, .date = 1 };
	struct msg_store_enqueue m = { .group = n, .parts = 3, .date = 1,
	    .sender = STR("a@example.org"),
	    .message_id = { id, (size_t)snprintf(id, sizeof(id), "%u",
	    (unsigned)n) } };
	struct chan_msg in = { .nfds = 1 };
	struct buf rcpts, wire;

	buf_init(&rcpts, 256);
	buf_init(&wire, IPC_MAX);
	for (int i = 0; i < 2; i++)
		buf_add(&rcpts, STR("\0\0\0\0\1\0\0\0x\1\0\0\0y"
		    "\0\0\0\0"));
	m.rcpts = buf_str(&rcpts);
	in.fds[0] = message(n, &m.size);
	field_put(&wire, msg_store, STORE_TYPES, STORE_ENQUEUE, &m);
	in.wire = buf_str(&wire);
	assert_true(deliver_letter(&st, sender, &m, &in));
	chan_close_fds(&in);
	if (sql_number(&st.db, &place.mailbox, "SELECT id FROM mailboxes"
	    " WHERE account = ? AND name = 'Sent'", "u", account[0]) !=
	    SQL_ROW)
		place.mailbox = 0;
	d.ticket = ticket_new(&st, sender, account[0], 0, &place);
	in = (struct chan_msg){ .nfds = 1 };
	in.fds[0] = message(n, &d.size);
	assert_true(deliver_take(&st, sender, &d, &in));
	chan_close_fds(&in);
	record(sender, n);
	buf_free(&rcpts);
	buf_free(&wire);
}

/* Flags for what is there, and the first message expunged. */
static void
touch_inbox(struct client *session)
{
	struct msg_write_flags f = { .op = FLAGS_ADD, .flags = FLAG_DELETED,
	    .uids = STR("\1\0\0\0") };
	struct msg_write_expunge e = { .uids = STR("") };
	struct chan_msg in = { .nfds = 0 };
	struct buf wire;

	buf_init(&wire, IPC_MAX);
	(void)sql_number(&st.db, &f.mailbox, "SELECT id FROM mailboxes"
	    " WHERE account = ? AND name = 'INBOX'", "u", session->account);
	e.mailbox = f.mailbox;
	field_put(&wire, msg_write, WRITE_TYPES, WRITE_FLAGS, &f);
	in.wire = buf_str(&wire);
	assert_true(session_message(&st, session, &in));
	buf_clear(&wire);
	field_put(&wire, msg_write, WRITE_TYPES, WRITE_EXPUNGE, &e);
	in.wire = buf_str(&wire);
	assert_true(session_message(&st, session, &in));
	buf_free(&wire);
}

static void
free_client(struct client *c)
{
	struct arena a;

	deliver_forget(&st, c);
	a = c->arena;
	arena_reset(&a);
}

/* A life of a store; it may be cut short anywhere. */
static void
scenario(void)
{
	struct client *child, *session, *sender;
	uint64_t n = 1;

	memset(acknowledged, 0, sizeof(acknowledged));
	expunged_yes = 0;
	last_round_at = 0;
	if (!begin_store())
		return;
	child_peer.fd = seal_peer.fd = session_peer.fd = -1;
	child = client_new(&child_peer, CLIENT_CHILD);
	session = client_new(&session_peer, CLIENT_SESSION);
	sender = client_new(&sender_peer, CLIENT_SENDER);
	sender_peer.fd = -1;
	if (add_users()) {
		for (size_t i = 0; i < USERS; i++)
			ticket[i] = ticket_new(&st, child, account[i], 0,
			    NULL);
		session->account = sender->account = account[0];
		for (size_t round = 0; round < ROUNDS; round++) {
			if (round == ROUNDS - 1)
				last_round_at = memvfs_operations();
			for (size_t i = 0; i < PER_ROUND; i++, n++)
				post(child, n, i % 2 == 0);
			submit(sender, LETTERS + round);
			if (round == 2)
				touch_inbox(session);
			tx_settle(&st);
			if (round == 1)
				sql_checkpoint(&st.db, true);
			if (round == 3)
				st.cleaning = clean_some(&st);
			if (round == 4)
				sql_checkpoint(&st.db, false);
		}
	}
	free_client(child);
	free_client(session);
	free_client(sender);
	sql_close(&st.db);
}

static void
complain(void *arg, const char *finding, struct str detail)
{
	print_error("power lost at %zu: %s %.*s\n", *(size_t *)arg, finding,
	    (int)detail.len, detail.ptr);
}

/* Message n is in so many mailboxes, and whole. */
static unsigned
copies_of(uint64_t n)
{
	struct sqlite3_stmt *q;
	uint64_t size, fits;
	unsigned copies = 0;

	close(message(n, &size));
	q = sql_bind(&st.db, "SELECT h.head, coalesce(c.data, x'') FROM"
	    " messages m JOIN heads h ON h.body = m.body LEFT JOIN chunks c"
	    " ON c.id = m.body << 20 WHERE m.size = ?", "u", size);
	while (sql_step(q) == SQL_ROW) {
		struct str head = sql_str(q, 0), rest = sql_str(q, 1);

		fits = head.len + rest.len == size;
		for (size_t i = 0; i < head.len; i++)
			fits &= (unsigned char)head.ptr[i] == (n & 0xff);
		for (size_t i = 0; i < rest.len; i++)
			fits &= (unsigned char)rest.ptr[i] == (n & 0xff);
		copies += fits != 0;
	}
	sql_end(q);
	return copies;
}

static uint64_t
records_of(struct str message_id, uint64_t id)
{
	uint64_t records;

	(void)sql_number(&st.db, &records, "SELECT count(*) FROM submissions s"
	    " JOIN letters l ON l.id = s.letter WHERE message_id = ?"
	    " AND s.id = ?", "tu", message_id, id);
	return records;
}

/* A letter is there with both recipients, its text and its record, or not at
 * all. */
static bool
letter_is_there(uint64_t n)
{
	char id[16];
	struct str text = { id, (size_t)snprintf(id, sizeof(id), "%u",
	    (unsigned)n) };
	uint64_t rcpts, letters;

	(void)sql_number(&st.db, &letters, "SELECT count(*) FROM letters"
	    " WHERE message_id = ?", "t", text);
	(void)sql_number(&st.db, &rcpts, "SELECT count(*) FROM recipients r"
	    " JOIN letters l ON l.id = r.letter WHERE message_id = ?", "t",
	    text);
	CHECK(letters <= 1 && rcpts == 2 * letters &&
	    records_of(text, n) == letters, "%u letters",
	    (unsigned)letters);
	return letters == 1;
}

static void
verify_letters(size_t at)
{
	for (uint64_t n = LETTERS; n < LETTERS + ROUNDS; n++) {
		bool there = letter_is_there(n);

		CHECK(there || !acknowledged[n], "power lost at %zu: letter "
		    "%u", at, (unsigned)n);
		/* the copy in Sent: both or none */
		CHECK(copies_of(n) == there, "power lost at %zu: letter %u "
		    "and its copy", at, (unsigned)n);
	}
}

/* One copy of a's may be missing: its first message is expunged. */
static void
verify(size_t at)
{
	unsigned missing = 0;

	assert_true(begin_store());
	CHECK(check_all(&st.db, complain, &at) == 0, "power lost at %zu", at);
	for (uint64_t n = 1; n <= ROUNDS * PER_ROUND; n++) {
		unsigned want = (n - 1) % 2 == 0 ? 2 : 1;
		unsigned got = copies_of(n);

		if (got > 0 || acknowledged[n])
			missing += want - got;
		CHECK(got <= want && missing <= 1,
		    "power lost at %zu: message %u, %u copies", at,
		    (unsigned)n, got);
	}
	verify_letters(at);
	sql_close(&st.db);
}

static size_t
whole_life(void)
{
	memvfs_format();
	scenario();
	for (uint64_t n = 1; n <= ROUNDS * PER_ROUND; n++)
		CHECK(acknowledged[n], "message %u", (unsigned)n);
	for (uint64_t n = LETTERS; n < LETTERS + ROUNDS; n++)
		CHECK(acknowledged[n], "letter %u", (unsigned)n);
	assert_int_equal(expunged_yes, 2);
	return memvfs_operations();
}

TEST(nothing_is_lost)
{
	size_t all = whole_life();

	TEST_BEGIN;
	verify(0);
	assert_true(all > 100);
	for (size_t at = 1; at <= all; at += step)
		for (int some = 0; some < 2; some++) {
			memvfs_format();
			memvfs_lose_power_at(at);
			scenario();
			memvfs_restart(some != 0);
			verify(at);
		}
}

/* No room for a while: "later" for what came then, and all is well after. */
TEST(full_for_a_while)
{
	size_t all = whole_life();

	TEST_BEGIN;
	for (size_t at = 1; at <= all; at += step) {
		memvfs_format();
		memvfs_full_at(at, 1 + at % 7);
		scenario();
		memvfs_full_at(0, 0);
		verify(at);
		for (uint64_t n = ROUNDS * PER_ROUND; at + 7 <=
		    last_round_at && n > (ROUNDS - 1) * PER_ROUND; n--)
			CHECK(acknowledged[n], "full at %zu, not again", at);
	}
}

/* A part that comes alone does not hold its room for ever. */
TEST(half_a_group_ages)
{
	struct msg_store_deliver m = { .group = 1, .parts = 2, .head_len = 90,
	    .date = 1 };
	struct chan_msg in = { .nfds = 1 };
	struct client *child;

	TEST_BEGIN;
	memvfs_format();
	assert_true(begin_store() && add_users());
	child_peer.fd = -1;
	child = client_new(&child_peer, CLIENT_CHILD);
	m.ticket = ticket_new(&st, child, account[0], 0, NULL);
	in.fds[0] = message(1, &m.size);
	assert_true(deliver_take(&st, child, &m, &in));
	assert_int_equal(st.held_fds, 1);
	deliver_age(&st, 1000 * 1000);
	assert_int_equal(st.held_fds, 1);
	deliver_age(&st, 0);
	assert_int_equal(st.held_fds, 0);
	assert_int_equal(st.held_bytes, 0);
	assert_null(st.oldest);
	free_client(child);
	sql_close(&st.db);
}

/* SQLite rolls all back by itself when a read fails between two requests. */
TEST(a_read_fails_before_the_commit)
{
	struct client *child;

	TEST_BEGIN;
	for (uint64_t more = 0; more < 2; more++) {
		memvfs_format();
		memset(acknowledged, 0, sizeof(acknowledged));
		assert_true(begin_store());
		child = client_new(&child_peer, CLIENT_CHILD);
		assert_true(add_users());
		ticket[0] = ticket_new(&st, child, account[0], 0, NULL);
		post(child, 1, false);
		assert_int_equal(sql_run(&st.db, "ROLLBACK", ""), SQL_DONE);
		if (more == 1)
			post(child, 2, false);
		tx_settle(&st);
		CHECK(!acknowledged[1] && !acknowledged[2], "lost");
		post(child, 3, false);
		tx_settle(&st);
		CHECK(acknowledged[3] && copies_of(3) == 1, "and on");
		free_client(child);
		sql_close(&st.db);
	}
}

/* The same over sealed pages, which the disk in memory lies below.  It costs
 * more: a third of it, unless all is asked for. */
static void
seal(void)
{
	int fd = memfd_new("key");

	assert_true(fd_write(fd, STR("this is no key but for tests, 32")) &&
	    memfd_settle(fd) && sql_seal(fd));
	if (getenv("PLI_TEST_ALL") == NULL)
		step = 3;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(nothing_is_lost), RUN(half_a_group_ages),
		RUN(full_for_a_while),
		RUN(a_read_fails_before_the_commit),
	};

	memvfs_install();
	if (getenv("PLI_TEST_SEALED") != NULL)
		seal();
	log_to(open("/dev/null", O_WRONLY));	/* what fails is expected */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
