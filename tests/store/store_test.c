/* store_test.c - the store as its peers see it; its path is the argument. */

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;

static int
begin(void **state)
{
	(void)state;
	rig_folder(&rig);
	rig_start(&rig, program, 0);
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

static const char mail[] = "Subject: [...]\r\n\r\nbody\r\n";

enum { HEAD = 18, MAIL = sizeof(mail) - 1 };

static void
no_findings(void)
{
	enum verdict v = rig_admin(&rig, "store check", NULL);

	for (size_t i = 0; i < rig.row_count; i++) {
		struct str f = rig_value(&rig, "finding", i);
		struct str d = rig_value(&rig, "detail", i);

		print_error("%.*s %.*s\n", (int)f.len, f.ptr, (int)d.len,
		    d.ptr);
	}
	assert_int_equal(v, VERDICT_YES);
}

/* One mail to one account. */
static int
post(const char *local, bool sealed)
{
	struct msg_target t;
	size_t n = 1;
	int child = rig_child(&rig), got;

	assert_int_equal(rig_rcpt(&rig, child, local, "example.org", 0, &t,
	    &n), RCPT_OK);
	assert_int_equal(n, 1);
	rig_deliver(&rig, sealed ? rig.seal : child, &t, 1, 0, 1,
	    (struct str){ mail, MAIL }, HEAD);
	got = rig_delivered(&rig, child, 1, 10000);
	close(child);
	return got;
}

static enum rcpt_reason
ask(const char *local, const char *domain, size_t *n)
{
	struct msg_target t[8];
	size_t none = 8;
	int child = rig_child(&rig);
	enum rcpt_reason r = rig_rcpt(&rig, child, local, domain, 0, t,
	    n != NULL ? n : &none);

	close(child);
	return r;
}

TEST(addresses)
{
	size_t n;

	TEST_BEGIN;
	rig_user(&rig, "Alice@Example.org", "0", true);
	rig_user(&rig, "bob@example.org", "0", false);
	assert_int_equal(ask("alice", "example.org", NULL), RCPT_OK);
	assert_int_equal(ask("ALICE", "EXAMPLE.org", NULL), RCPT_OK);
	assert_int_equal(ask("alice+lists", "example.org", NULL), RCPT_OK);
	assert_int_equal(ask("+alice", "example.org", NULL), RCPT_NO_USER);
	assert_int_equal(ask("alic", "example.org", NULL), RCPT_NO_USER);
	assert_int_equal(ask("", "example.org", NULL), RCPT_NO_USER);
	assert_int_equal(ask("alice", "example.net", NULL), RCPT_NO_DOMAIN);
	assert_int_equal(ask("al\nice", "example.org", NULL), RCPT_NO_USER);
	assert_int_equal(ask("postmaster", "example.org", NULL), RCPT_OK);
	assert_int_equal(ask("Postmaster", "", NULL), RCPT_OK);
	assert_int_equal(ask("alice", "", NULL), RCPT_NO_DOMAIN);
	n = 8;
	assert_int_equal(rig_admin(&rig, "alias add", "address",
	    "team@example.org", "target", "alice@example.org", "target",
	    "bob@example.org", NULL), VERDICT_YES);
	assert_int_equal(ask("team+x", "example.org", &n), RCPT_OK);
	assert_int_equal(n, 2);
	assert_int_equal(rig_admin(&rig, "alias add", "address",
	    "all@example.org", "target", "team@example.org", "target",
	    "alice@example.org", NULL), VERDICT_YES);
	n = 8;
	assert_int_equal(ask("all", "example.org", &n), RCPT_OK);
	assert_int_equal(n, 2);
}

TEST(domains_and_catch_all)
{
	TEST_BEGIN;
	assert_int_equal(ask("x", "b\xc3\xbc" "cher.example", NULL),
	    RCPT_NO_USER);
	assert_int_equal(rig_admin(&rig, "alias add", "address",
	    "@xn--bcher-kva.example", "target", "bob@example.org", NULL),
	    VERDICT_YES);
	assert_int_equal(ask("x", "B\xc3\x9c" "cher.example", NULL), RCPT_OK);
	assert_int_equal(ask("x", "XN--bcher-kva.example", NULL), RCPT_OK);
	assert_int_equal(ask("\xc3\x89mile", "example.org", NULL),
	    RCPT_NO_USER);
	rig_user(&rig, "\xc3\xa9mile@example.org", "0", false);
	assert_int_equal(ask("\xc3\x89mile", "example.org", NULL), RCPT_OK);
	/* decomposed: e and combining acute accent */
	assert_int_equal(ask("e\xcc\x81mile", "example.org", NULL), RCPT_OK);
	assert_int_equal(ask("\xff\xfe", "example.org", NULL), RCPT_NO_USER);
}

TEST(admin_refusals)
{
	TEST_BEGIN;
	assert_int_equal(rig_admin(&rig, "user add", "name",
	    "alice@example.org", "sealed", "0", NULL), VERDICT_NO);
	CHECK(str_eq(rig.end.why, STR("exists")), "why");
	assert_int_equal(rig_admin(&rig, "user add", "name",
	    "team@example.org", "sealed", "0", NULL), VERDICT_NO);
	CHECK(str_eq(rig.end.why, STR("alias-exists")), "why");
	assert_int_equal(rig_admin(&rig, "user add", "name", "x@other.org",
	    "sealed", "0", NULL), VERDICT_NO);
	CHECK(str_eq(rig.end.why, STR("no-domain")), "why");
	assert_int_equal(rig_admin(&rig, "user add", "name", "carol",
	    "sealed", "0", NULL), VERDICT_NO);
	CHECK(str_eq(rig.end.why, STR("bad-address")), "why");
	assert_int_equal(rig_admin(&rig, "user add", "name",
	    "carol@example.org", "sealed", "1", NULL), VERDICT_NO);
	CHECK(str_eq(rig.end.why, STR("bad-argument")), "why");
	assert_int_equal(ask("carol", "example.org", NULL), RCPT_NO_USER);
	assert_int_equal(rig_admin(&rig, "user dance", NULL), VERDICT_NO);
	CHECK(str_eq(rig.end.why, STR("no-verb")), "why");
	assert_int_equal(rig_admin(&rig, "alias add", "address",
	    "x@example.org", "target", "nobody@example.org", NULL),
	    VERDICT_NO);
	assert_int_equal(rig_admin(&rig, "alias remove", "address",
	    "x@example.org", NULL), VERDICT_NO);
	assert_int_equal(rig_admin(&rig, "user list", NULL), VERDICT_YES);
	assert_int_equal(rig.row_count, 3);
	CHECK(str_eq(rig_value(&rig, "name", 0), STR("alice@example.org")),
	    "list");
	assert_int_equal(rig_admin(&rig, "user show", "name",
	    "alice@example.org", NULL), VERDICT_YES);
	CHECK(str_eq(rig_value(&rig, "alias", 0), STR("all@example.org")),
	    "show");
}

TEST(delivery)
{
	struct msg_target t[4];
	size_t n = 4;
	int child;

	TEST_BEGIN;
	assert_int_equal(post("alice", true), VERDICT_YES);
	assert_int_equal(post("bob", false), VERDICT_YES);
	child = rig_child(&rig);
	assert_int_equal(rig_rcpt(&rig, child, "team", "example.org", 0, t,
	    &n), RCPT_OK);
	/* in two parts: nothing happens until both are there */
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(rig_delivered(&rig, child, 7, 50), -1);
		rig_deliver(&rig, t[i].cert != 0 ? rig.seal : child, &t[i],
		    7, (uint32_t)i, 2, (struct str){ mail, MAIL }, HEAD);
	}
	assert_int_equal(rig_delivered(&rig, child, 7, 10000), VERDICT_YES);
	/* the same tickets again, for the next message */
	for (size_t i = 0; i < n; i++)
		rig_deliver(&rig, t[i].cert != 0 ? rig.seal : child, &t[i],
		    8, (uint32_t)i, 2, (struct str){ mail, MAIL }, HEAD);
	assert_int_equal(rig_delivered(&rig, child, 8, 10000), VERDICT_YES);
	close(child);
	no_findings();
}

/* A child that was taken over cannot store clear text, nor use what is not
 * its own; what it makes seal say costs seal nothing. */
TEST(delivery_refused)
{
	struct msg_target t, other;
	size_t n = 1;
	int child = rig_child(&rig), thief = rig_child(&rig);

	TEST_BEGIN;
	assert_int_equal(rig_rcpt(&rig, child, "alice", "example.org", 0, &t,
	    &n), RCPT_OK);
	assert_int_equal(rig_rcpt(&rig, child, "bob", "example.org", 0,
	    &other, &n), RCPT_OK);
	/* another child's ticket */
	rig_deliver(&rig, thief, &other, 1, 0, 1, (struct str){ mail, MAIL },
	    HEAD);
	assert_int_equal(rig_delivered(&rig, thief, 1, 10000), -2);
	close(thief);
	/* unknown, unsealed, twice */
	rig_deliver(&rig, rig.seal, &(struct msg_target){ 1, t.account, 1 }, 1,
	    0, 1, (struct str){ mail, MAIL }, HEAD);
	rig_deliver(&rig, rig.seal, &other, 1, 0, 1,
	    (struct str){ mail, MAIL }, HEAD);
	rig_deliver(&rig, rig.seal, &t, 1, 0, 2, (struct str){ mail, MAIL },
	    HEAD);
	rig_deliver(&rig, rig.seal, &t, 1, 1, 2, (struct str){ mail, MAIL },
	    HEAD);
	assert_int_equal(rig_delivered(&rig, child, 1, 100), -1);
	/* clear text for alice, from the child */
	t.cert = 0;
	rig_deliver(&rig, child, &t, 2, 0, 1, (struct str){ mail, MAIL },
	    HEAD);
	assert_int_equal(rig_delivered(&rig, child, 2, 10000), -2);
	close(child);
	assert_int_equal(post("alice", true), VERDICT_YES);
}

TEST(certificate_replaced)
{
	struct msg_store_cert ask_cert = { 1, 2 };
	struct msg_store_cert_is is;
	struct msg_target t;
	size_t n = 1;
	int child = rig_child(&rig);

	TEST_BEGIN;
	assert_int_equal(rig_rcpt(&rig, child, "alice", "example.org", 0, &t,
	    &n), RCPT_OK);
	assert_int_equal(t.cert, 1);
	assert_int_equal(rig_admin(&rig, "user cert", "name",
	    "alice@example.org", "cert_use", "NEW", "cert_raw", "RAW",
	    "cert_fpr", "EF", "cert_created", "1", "cert_expires", "0",
	    NULL), VERDICT_YES);
	rig_deliver(&rig, rig.seal, &t, 1, 0, 1, (struct str){ mail, MAIL },
	    HEAD);
	assert_int_equal(rig_delivered(&rig, child, 1, 10000),
	    VERDICT_LATER);
	assert_int_equal(rig_rcpt(&rig, child, "alice", "example.org", 0, &t,
	    &n), RCPT_OK);
	assert_int_equal(t.cert, 2);
	close(child);
	ask_cert.account = t.account;
	chan_put(rig.seal, msg_store, STORE_TYPES, STORE_CERT, &ask_cert,
	    NULL, 0);
	assert_int_equal(chan_get(rig.seal, rig.wire, msg_store, STORE_TYPES,
	    &is, &rig.in), STORE_CERT_IS);
	assert_int_equal(is.verdict, VERDICT_YES);
	CHECK(str_eq(is.use, STR("NEW")), "use");
}

TEST(login)
{
	static const struct {
		const char *user;
		enum verdict verdict;
	} t[] = {
		{ "alice@example.org", VERDICT_YES },
		{ "ALICE@example.org", VERDICT_YES },
		{ "alice", VERDICT_YES },
		{ "alice@example.org/phone", VERDICT_NO },
		{ "bob@example.org/laptop", VERDICT_YES },
		{ "nobody@example.org", VERDICT_NO },
		{ "", VERDICT_NO },
		{ "/", VERDICT_NO },
		{ "@", VERDICT_NO },
	};

	TEST_BEGIN;
	assert_int_equal(rig_admin(&rig, "user password", "name",
	    "bob@example.org", "device", "laptop", "salt", "pepper",
	    "iterations", "4096", "stored_key",
	    "00000000000000000000000000000000", "server_key",
	    "11111111111111111111111111111111", NULL), VERDICT_YES);
	assert_int_equal(rig_admin(&rig, "user password", "name",
	    "bob@example.org", "device", "none", "remove", "1", NULL),
	    VERDICT_NO);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct msg_store_login m = { i, { t[i].user,
		    strlen(t[i].user) } };
		struct msg_store_login_is is;

		chan_put(rig.auth, msg_store, STORE_TYPES, STORE_LOGIN, &m,
		    NULL, 0);
		assert_int_equal(chan_get(rig.auth, rig.wire, msg_store,
		    STORE_TYPES, &is, &rig.in), STORE_LOGIN_IS);
		CHECK(is.id == i && is.verdict == t[i].verdict, "%s: %u",
		    t[i].user, is.verdict);
	}
}

TEST(quota)
{
	struct msg_target t;
	size_t n = 1;
	int child = rig_child(&rig);

	TEST_BEGIN;
	rig_user(&rig, "small@example.org", "30", false);
	assert_int_equal(rig_rcpt(&rig, child, "small", "example.org", 31,
	    &t, &n), RCPT_FULL);
	assert_int_equal(rig_rcpt(&rig, child, "small", "example.org", 30,
	    &t, &n), RCPT_OK);
	assert_int_equal(post("small", false), VERDICT_YES);
	assert_int_equal(post("small", false), VERDICT_YES);
	assert_int_equal(rig_rcpt(&rig, child, "small", "example.org", 0, &t,
	    &n), RCPT_FULL);
	assert_int_equal(rig_admin(&rig, "user quota", "name",
	    "small@example.org", "quota", "1000", NULL), VERDICT_YES);
	assert_int_equal(rig_rcpt(&rig, child, "small", "example.org", 0, &t,
	    &n), RCPT_OK);
	close(child);
}

/* What is not in the table costs the sender its channel, and nobody else. */
TEST(who_may_say_what)
{
	struct msg_store_login login = { 1, STR("alice") };
	struct msg_store_rcpt rcpt = { STR("alice"), STR("example.org"), 0 };
	int child = rig_child(&rig);

	TEST_BEGIN;
	chan_put(child, msg_store, STORE_TYPES, STORE_LOGIN, &login, NULL, 0);
	assert_int_equal(rig_delivered(&rig, child, 0, 10000), -2);
	close(child);
	child = rig_child(&rig);
	assert_int_equal(chan_send(child, true, STR("\x01\x00junk"), NULL, 0),
	    CHAN_OK);
	assert_int_equal(rig_delivered(&rig, child, 0, 10000), -2);
	close(child);
	chan_put(rig.seal, msg_store, STORE_TYPES, STORE_RCPT, &rcpt, NULL,
	    0);
	assert_int_equal(rig_delivered(&rig, rig.seal, 0, 10000), -2);
	/* start again: the edge is gone for good */
	rig_stop(&rig);
	rig_start(&rig, program, 0);
}

static const char big_head[] = "Subject: x\r\n\r\n";

enum { LARGE = 3 << 20 };

static char large[LARGE];

static uint64_t
post_large(void)
{
	struct msg_target t;
	size_t n = 1;
	int child = rig_child(&rig);

	for (size_t i = 0; i < LARGE; i++)
		large[i] = (char)('a' + i * 7 % 26 + i / 65536);
	memcpy(large, big_head, sizeof(big_head) - 1);
	assert_int_equal(rig_rcpt(&rig, child, "large", "example.org", LARGE,
	    &t, &n), RCPT_OK);
	rig_deliver(&rig, child, &t, 1, 0, 1, (struct str){ large, LARGE },
	    sizeof(big_head) - 1);
	assert_int_equal(rig_delivered(&rig, child, 1, 10000), VERDICT_YES);
	close(child);
	return t.account;
}

TEST(large_bodies)
{
	struct msg_read_messages m = { .what = READ_BODY,
	    .uids = STR("\1\0\0\0") };
	struct bound b;
	struct rig_box box;
	struct buf out;
	bool more = true;

	TEST_BEGIN;
	rig_user(&rig, "large@example.org", "0", false);
	assert_true(rig_bind(&rig, post_large(), &b));
	assert_true(rig_list(&rig, b.read, "INBOX", &box));
	assert_int_equal(box.octets, LARGE);
	m.mailbox = box.id;
	buf_init(&out, 2 << 20);
	for (; more; m.offset += out.len - 40) {
		buf_clear(&out);
		assert_int_equal(rig_read(&rig, b.read, READ_MESSAGES, &m,
		    &out, &more), VERDICT_YES);
		assert_true(out.len > 40 && out.len <= READ_CHUNK);
		assert_memory_equal(out.ptr + 40, large + m.offset,
		    out.len - 40);
	}
	assert_int_equal(m.offset, LARGE);
	m.offset = 262144 - 5;
	m.length = 10;
	buf_clear(&out);
	assert_int_equal(rig_read(&rig, b.read, READ_MESSAGES, &m, &out,
	    &more), VERDICT_YES);
	assert_int_equal(out.len, 50);
	assert_memory_equal(out.ptr + 40, large + 262144 - 5, 10);
	buf_free(&out);
	close(b.read);
	close(b.write);
	no_findings();
}

enum { SIXTY = 60, FULL_SIZE = 100000, FULL_LIMIT = 3 << 20 };

/* Posts so many to alice; how many were taken. */
static size_t
post_many(struct rig *r, uint64_t many, uint64_t *account)
{
	static char text[FULL_SIZE] = "A: b\r\n\r\n";
	struct msg_target t;
	size_t n = 1, yes = 0;
	int child = rig_child(r), v;

	assert_int_equal(rig_rcpt(r, child, "alice", "example.org", 0, &t,
	    &n), RCPT_OK);
	for (uint64_t i = 1; i <= many; i++) {
		rig_deliver(r, child, &t, i, 0, 1,
		    (struct str){ text, FULL_SIZE }, 8);
		v = rig_delivered(r, child, i, 10000);
		assert_true(v == VERDICT_YES || v == VERDICT_LATER);
		yes += v == VERDICT_YES;
	}
	close(child);
	*account = t.account;
	return yes;
}

/* The log cannot grow past the limit: "later" for all, and nothing of what
 * was acknowledged is lost. */
TEST(disk_full)
{
	struct rig full;
	struct rig_box box;
	struct bound b;
	uint64_t account;
	size_t yes;

	TEST_BEGIN;
	rig_folder(&full);
	rig_start(&full, program, FULL_LIMIT);
	rig_user(&full, "alice@example.org", "0", false);
	yes = post_many(&full, SIXTY, &account);
	assert_true(yes > 10 && yes < SIXTY - 10);
	rig_stop(&full);
	/* there is room again */
	rig_start(&full, program, 0);
	assert_true(rig_bind(&full, account, &b));
	assert_true(rig_list(&full, b.read, "INBOX", &box));
	assert_int_equal(box.messages, yes);
	assert_int_equal(post_many(&full, 1, &account), 1);
	assert_int_equal(rig_admin(&full, "store check", NULL), VERDICT_YES);
	close(b.read);
	close(b.write);
	rig_stop(&full);
	rig_remove(&full);
}

static int
offline(const char *mode, const char *dir)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		dup2(rig_key(), 3);
		execl(program, "store", mode, dir,
		    getenv("PLI_TEST_SEALED") != NULL ? "dbkey=3" : NULL,
		    (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(offline_modes)
{
	TEST_BEGIN;
	assert_int_equal(offline("--check", rig.dir), 75);
	assert_int_equal(offline("--repair", rig.dir), 75);
	rig_stop(&rig);
	assert_int_equal(offline("--check", rig.dir), 0);
	assert_int_equal(offline("--repair", rig.dir), 0);
	assert_int_equal(offline("--check", "/nonexistent"), 1);
	rig_start(&rig, program, 0);
	assert_int_equal(post("alice", true), VERDICT_YES);
}

/* A store that is killed has what it acknowledged. */
TEST(killed)
{
	struct rig_box before, after;
	struct msg_target t;
	struct bound b;
	size_t n = 1;
	int child = rig_child(&rig);

	TEST_BEGIN;
	assert_int_equal(rig_rcpt(&rig, child, "alice", "example.org", 0, &t,
	    &n), RCPT_OK);
	assert_true(rig_bind(&rig, t.account, &b));
	assert_true(rig_list(&rig, b.read, "INBOX", &before));
	close(b.read);
	close(b.write);
	rig_deliver(&rig, rig.seal, &t, 1, 0, 1, (struct str){ mail, MAIL },
	    HEAD);
	assert_int_equal(rig_delivered(&rig, child, 1, 10000), VERDICT_YES);
	close(child);
	rig_kill(&rig);
	rig_start(&rig, program, 0);
	assert_true(rig_bind(&rig, t.account, &b));
	assert_true(rig_list(&rig, b.read, "INBOX", &after));
	assert_int_equal(after.messages, before.messages + 1);
	close(b.read);
	close(b.write);
	no_findings();
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(addresses), RUN(domains_and_catch_all),
		RUN(admin_refusals), RUN(delivery), RUN(delivery_refused),
		RUN(certificate_replaced), RUN(login), RUN(quota),
		RUN(large_bodies), RUN(who_may_say_what), RUN(delivery),
		RUN(disk_full), RUN(offline_modes), RUN(killed),
	};

	signal(SIGPIPE, SIG_IGN);
	program = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, begin, finish);
}
