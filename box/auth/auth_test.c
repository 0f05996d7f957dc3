/*
 * auth_test.c - auth as its peers see it: argv[1] is the program.
 *
 * The test plays the parent, the store, the master imapd and its children.
 */

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/verdict.h"
#include "codec/base64.h"
#include "base/ascii.h"
#include "ipc/msg_auth.h"
#include "ipc/msg_store.h"
#include "os/crypt.h"
#include "ipc/chan.h"
#include "tests/check.h"

enum { PARENT, LOG, STORE, IMAPD, SUBMIT, HTTPD, ENDS };
static const char *const end_name[ENDS] = {
	"parent", "log", "store", "imapd", "submit", "httpd",
};
static const char *program;
static int end[ENDS];
static pid_t pid;
static char buf[IPC_MAX], store_buf[IPC_MAX];
static const char salt[] = "0123456789abcdef";

static union {
	struct msg_child child;
	struct msg_auth_start start;
	struct msg_auth_data data;
	struct msg_auth_ok ok;
	struct msg_auth_failed failed;
} got;
static struct chan_msg in;

static int
setup(void **state)
{
	static const char conf[] = "host m.example\ndomain example\n";
	char arg[ENDS + 1][32], *argv[ENDS + 3];
	int theirs[ENDS], fd = memfd_create("conf", 0), n = 0;

	(void)state;
	CHECK(write(fd, conf, sizeof(conf) - 1) > 0, "conf");
	argv[n++] = (char *)(uintptr_t)program;
	for (int i = 0; i < ENDS; i++) {
		int pair[2];

		CHECK(chan_pair(pair), "pair");
		end[i] = pair[0];
		theirs[i] = pair[1];
		fcntl(theirs[i], F_SETFD, 0);
		snprintf(arg[i], sizeof(arg[i]), "%s=%d", end_name[i],
		    theirs[i]);
		argv[n++] = arg[i];
	}
	snprintf(arg[ENDS], sizeof(arg[0]), "conf=%d", fd);
	argv[n++] = arg[ENDS];
	argv[n] = NULL;
	pid = fork();
	if (pid == 0) {
		execv(program, argv);
		_exit(99);
	}
	for (int i = 0; i < ENDS; i++)
		close(theirs[i]);
	close(fd);
	CHECK(chan_recv(end[PARENT], true, buf, &in) == CHAN_OK, "ready");
	return 0;
}

static int
teardown(void **state)
{
	int status;

	(void)state;
	for (int i = 0; i < ENDS; i++)
		close(end[i]);
	waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", status);
	return 0;
}

static int
child_of(int master, const char *addr)
{
	struct msg_child m = { 1, { addr, strlen(addr) } };
	int pair[2];

	CHECK(chan_pair(pair), "pair");
	CHECK(chan_put(end[master], msg_auth, AUTH_TYPES, MSG_CHILD, &m,
	    &pair[1], 1) == CHAN_OK, "mint");
	close(pair[1]);
	return pair[0];
}

static int
child_at(const char *addr)
{
	return child_of(IMAPD, addr);
}

static int
hear(int fd)
{
	return chan_get(fd, buf, msg_auth, AUTH_TYPES, &got, &in);
}

static void
start(int fd, enum auth_mech mech, struct str initial, struct str binding)
{
	struct msg_auth_start m = { .mech = mech, .initial = initial,
	    .binding = binding };

	if (binding.len > 0)
		m.binding_name = STR("tls-exporter");
	chan_put(fd, msg_auth, AUTH_TYPES, AUTH_START, &m, NULL, 0);
}

/* The store: what was asked; alice exists, her password is "secret". */
static void
answer_login(struct str expected)
{
	struct msg_store_login_is m = { .verdict = VERDICT_NO };
	static char folded[USER_MAX];
	struct crypt_verifier v;
	struct msg_store_login ask;
	struct chan_msg store_in;

	CHECK(chan_get(end[STORE], store_buf, msg_store, STORE_TYPES, &ask,
	    &store_in) == STORE_LOGIN, "login");
	CHECK(str_eq(ask.user, expected), "%.*s", (int)ask.user.len,
	    ask.user.ptr);
	m.id = ask.id;
	for (size_t i = 0; i < ask.user.len && i < sizeof(folded); i++)
		folded[i] = ascii_lower(ask.user.ptr[i]);
	m.name = (struct str){ folded, ask.user.len };
	if (str_eq(ask.user, STR("alice@example"))) {
		crypt_verifier(&v, STR("secret"), (struct str){ salt, 16 },
		    CRYPT_ITERATIONS);
		m.verdict = VERDICT_YES;
		m.account = 42;
		m.iterations = CRYPT_ITERATIONS;
		m.salt = (struct str){ salt, 16 };
		m.stored_key = (struct str){ (char *)v.stored_key, 32 };
		m.server_key = (struct str){ (char *)v.server_key, 32 };
	}
	chan_put(end[STORE], msg_store, STORE_TYPES, STORE_LOGIN_IS, &m, NULL,
	    0);
}

static void
answer_bind_with(enum bind_kind kind, unsigned type, size_t n)
{
	struct msg_store_bound m = { .verdict = VERDICT_YES };
	struct msg_store_bind ask;
	struct chan_msg store_in;
	int fds[4];

	CHECK(chan_get(end[STORE], store_buf, msg_store, STORE_TYPES, &ask,
	    &store_in) == STORE_BIND, "bind");
	assert_int_equal(ask.account, 42);
	assert_int_equal(ask.kind, kind);
	m.id = ask.id;
	CHECK(chan_pair(fds) && chan_pair(fds + 2), "pair");
	chan_put(end[STORE], msg_store, STORE_TYPES, type, &m, fds, n);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
}

static void
answer_bind(void)
{
	answer_bind_with(BIND_SESSION, STORE_BOUND, 2);
}

static void
expect_ok(int fd)
{
	answer_bind();
	assert_int_equal(hear(fd), AUTH_OK);
	assert_int_equal(got.ok.account, 42);
	assert_true(str_eq(got.ok.user, STR("alice@example")));
	assert_int_equal(in.nfds, 2);
	chan_close_fds(&in);
}

TEST(plain_right_and_wrong)
{
	int fd = child_at("192.0.2.1");

	TEST_BEGIN;
	start(fd, AUTH_PLAIN, STR("\0alice@example\0wrong"), STR(""));
	answer_login(STR("alice@example"));
	assert_int_equal(hear(fd), AUTH_FAILED);
	assert_int_equal(got.failed.verdict, VERDICT_NO);
	start(fd, AUTH_PLAIN, STR("\0alice@example\0secret"), STR(""));
	answer_login(STR("alice@example"));
	expect_ok(fd);
	start(fd, AUTH_PLAIN, STR("\0eve@example\0secret"), STR(""));
	answer_login(STR("eve@example"));
	assert_int_equal(hear(fd), AUTH_FAILED);
	/* not in another's name, and nothing malformed */
	start(fd, AUTH_PLAIN, STR("bob\0alice@example\0secret"), STR(""));
	assert_int_equal(hear(fd), AUTH_FAILED);
	close(fd);
}

/* What a client answers to the challenge that was heard, as RFC 5802 says. */
static void
respond(int fd, struct str bare, struct str cbind, const char *password)
{
	char first[512], final[1024];
	unsigned char sig[32], key[32], client[32];
	struct crypt_verifier v;
	struct buf message, out;
	struct str salted = { (char *)key, 32 }, data = got.data.data;
	size_t nonce;

	memcpy(first, data.ptr, data.len);
	nonce = (size_t)((char *)memchr(first, ',', data.len) - first);
	buf_init(&out, 2048);
	buf_init(&message, 4096);
	buf_add_c(&out, "c=");
	CHECK(buf_room(&out, 1024) != NULL, "room");
	buf_grow(&out, base64_encode(out.ptr + out.len, cbind));
	buf_byte(&out, ',');
	buf_add_mem(&out, first, nonce);
	buf_add(&message, bare);
	buf_byte(&message, ',');
	buf_add(&message, data);
	buf_byte(&message, ',');
	buf_add(&message, buf_str(&out));
	crypt_verifier(&v, (struct str){ password, strlen(password) },
	    (struct str){ salt, 16 }, CRYPT_ITERATIONS);
	crypt_pbkdf2(key, (struct str){ password, strlen(password) },
	    (struct str){ salt, 16 }, CRYPT_ITERATIONS);
	crypt_hmac(client, salted, STR("Client Key"));
	crypt_hmac(sig, (struct str){ (char *)v.stored_key, 32 },
	    buf_str(&message));
	for (int i = 0; i < 32; i++)
		client[i] ^= sig[i];
	buf_add_c(&out, ",p=");
	CHECK(buf_room(&out, 64) != NULL, "room");
	buf_grow(&out, base64_encode(out.ptr + out.len,
	    (struct str){ (char *)client, 32 }));
	memcpy(final, out.ptr, out.len);
	chan_put(fd, msg_auth, AUTH_TYPES, AUTH_RESPONSE,
	    &(struct msg_auth_data){ { final, out.len } }, NULL, 0);
	buf_free(&out);
	buf_free(&message);
}

#define BARE		"n=alice@example,r=abc"
#define BINDING		"0123456789abcdef0123456789abcdef"
#define PLUS		"p=tls-exporter,,"

TEST(scram_right_and_wrong)
{
	int fd = child_at("192.0.2.2");

	TEST_BEGIN;
	start(fd, AUTH_SCRAM, STR("n,," BARE), STR(BINDING));
	answer_login(STR("alice@example"));
	assert_int_equal(hear(fd), AUTH_CHALLENGE);
	respond(fd, STR(BARE), STR("n,,"), "secret");
	expect_ok(fd);
	assert_int_equal(memcmp(got.ok.data.ptr, "v=", 2), 0);
	start(fd, AUTH_SCRAM, STR("n,," BARE), STR(BINDING));
	answer_login(STR("alice@example"));
	assert_int_equal(hear(fd), AUTH_CHALLENGE);
	respond(fd, STR(BARE), STR("n,,"), "wrong");
	assert_int_equal(hear(fd), AUTH_FAILED);
	close(fd);
}

TEST(scram_plus_is_bound_to_the_channel)
{
	int fd = child_at("192.0.2.3");

	TEST_BEGIN;
	start(fd, AUTH_SCRAM_PLUS, STR(PLUS BARE), STR(BINDING));
	answer_login(STR("alice@example"));
	assert_int_equal(hear(fd), AUTH_CHALLENGE);
	respond(fd, STR(BARE), STR(PLUS BINDING), "secret");
	expect_ok(fd);
	/* a channel with somebody between */
	start(fd, AUTH_SCRAM_PLUS, STR(PLUS BARE), STR(BINDING));
	answer_login(STR("alice@example"));
	assert_int_equal(hear(fd), AUTH_CHALLENGE);
	respond(fd, STR(BARE), STR(PLUS "another channel's binding 000000"),
	    "secret");
	assert_int_equal(hear(fd), AUTH_FAILED);
	/* -PLUS was taken out of the list of mechanisms */
	start(fd, AUTH_SCRAM, STR("y,," BARE), STR(BINDING));
	assert_int_equal(hear(fd), AUTH_FAILED);
	/* …but where there is none, the client is right */
	start(fd, AUTH_SCRAM, STR("y,," BARE), STR(""));
	answer_login(STR("alice@example"));
	assert_int_equal(hear(fd), AUTH_CHALLENGE);
	/* a flag that is not the mechanism's */
	start(fd, AUTH_SCRAM, STR(PLUS BARE), STR(BINDING));
	assert_int_equal(hear(fd), AUTH_FAILED);
	close(fd);
}

/* The salt in a challenge, to end of iterations. */
static void
salt_of(const char *user, char out[64])
{
	int fd = child_at("192.0.2.4");
	char first[128];
	int n = snprintf(first, sizeof(first), "n,,n=%s,r=abc", user);
	const char *s;

	start(fd, AUTH_SCRAM, (struct str){ first, (size_t)n }, STR(""));
	answer_login((struct str){ user, strlen(user) });
	assert_int_equal(hear(fd), AUTH_CHALLENGE);
	s = memmem(got.data.data.ptr, got.data.data.len, ",s=", 3);
	assert_non_null(s);
	memset(out, 0, 64);
	memcpy(out, s, (size_t)(got.data.data.ptr + got.data.data.len - s));
	close(fd);
}

TEST(nobody_looks_like_somebody)
{
	char a[64], b[64], c[64];

	TEST_BEGIN;
	salt_of("nobody@example", a);
	salt_of("NoBody@example", b);
	assert_string_equal(a, b);
	salt_of("none@example", b);
	assert_string_not_equal(a, b);
	salt_of("alice@example", c);
	assert_int_equal(strlen(a), strlen(c));
	assert_string_equal(strchr(a + 1, ','), strchr(c + 1, ','));
}

TEST(many_passwords_are_hashed_in_turn)
{
	enum { MANY = 80 };
	int fd[MANY], later = 0, right = 0;

	TEST_BEGIN;
	for (int i = 0; i < MANY; i++) {
		fd[i] = child_at("192.0.2.5");
		start(fd[i], AUTH_PLAIN, STR("\0nobody@example\0x"), STR(""));
	}
	for (int i = 0; i < MANY; i++)
		answer_login(STR("nobody@example"));
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(hear(fd[i]), AUTH_FAILED);
		later += got.failed.verdict == VERDICT_LATER;
		right += got.failed.verdict == VERDICT_NO;
		close(fd[i]);
	}
	CHECK(right >= 64 && right + later == MANY, "%d %d", right, later);
	/* that network is slow now; others are not */
	fd[0] = child_at("192.0.2.5");
	start(fd[0], AUTH_PLAIN, STR("\0alice@example\0secret"), STR(""));
	fd[1] = child_at("198.51.100.1");
	start(fd[1], AUTH_PLAIN, STR("\0alice@example\0secret"), STR(""));
	answer_login(STR("alice@example"));
	answer_bind();
	assert_int_equal(hear(fd[1]), AUTH_OK);
	chan_close_fds(&in);
	close(fd[0]);
	close(fd[1]);
}

/* submit's children get one channel, which can send and not read. */
TEST(senders_are_bound_as_senders)
{
	int fd = child_of(SUBMIT, "192.0.2.6");

	TEST_BEGIN;
	start(fd, AUTH_PLAIN, STR("\0alice@example\0secret"), STR(""));
	answer_login(STR("alice@example"));
	answer_bind_with(BIND_SENDER, STORE_BOUND_SENDER, 1);
	assert_int_equal(hear(fd), AUTH_SENDER);
	assert_int_equal(got.ok.account, 42);
	assert_int_equal(in.nfds, 1);
	chan_close_fds(&in);
	/* what is not a sender's is not passed on */
	start(fd, AUTH_PLAIN, STR("\0alice@example\0secret"), STR(""));
	answer_login(STR("alice@example"));
	answer_bind_with(BIND_SENDER, STORE_BOUND, 2);
	assert_int_equal(hear(fd), AUTH_FAILED);
	assert_int_equal(got.failed.verdict, VERDICT_LATER);
	close(fd);
}

/* httpd's get what imapd's and submit's have, and what they count by. */
TEST(the_web_is_bound_as_both)
{
	int fd = child_of(HTTPD, "192.0.2.7");

	TEST_BEGIN;
	start(fd, AUTH_PLAIN, STR("\0alice@example\0secret"), STR(""));
	answer_login(STR("alice@example"));
	answer_bind_with(BIND_WEB, STORE_BOUND_WEB, 4);
	assert_int_equal(hear(fd), AUTH_WEB);
	assert_int_equal(got.ok.account, 42);
	assert_int_equal(in.nfds, 4);
	chan_close_fds(&in);
	start(fd, AUTH_PLAIN, STR("\0alice@example\0secret"), STR(""));
	answer_login(STR("alice@example"));
	answer_bind_with(BIND_WEB, STORE_BOUND, 2);
	assert_int_equal(hear(fd), AUTH_FAILED);
	assert_int_equal(got.failed.verdict, VERDICT_LATER);
	close(fd);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(plain_right_and_wrong),
		RUN(scram_right_and_wrong),
		RUN(scram_plus_is_bound_to_the_channel),
		RUN(nobody_looks_like_somebody),
		RUN(many_passwords_are_hashed_in_turn),
		RUN(senders_are_bound_as_senders),
		RUN(the_web_is_bound_as_both),
	};

	if (argc != 2)
		return 1;
	program = argv[1];
	return cmocka_run_group_tests(tests, setup, teardown);
}
