/*
 * control_test.c - the role as plictl, store, seal and the parent see it; its
 * path is the first argument.
 */

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/chan.h"
#include "ipc/msg_admin.h"
#include "ipc/msg_keys.h"
#include "ipc/msg_seal.h"
#include "tests/check.h"

static const char *path;
static int parent[2], logs[2], store[2], seal[2], keys[2];
static int cli;
static pid_t pid;
static char buf[IPC_MAX];

static void
start(int text, int listener)
{
	const int fds[] = { parent[1], logs[1], text, listener, store[1],
	    seal[1], keys[1] };

	for (int i = 0; i < 7; i++)
		dup2(fds[i], 40 + i);
	for (int i = 0; i < 7; i++)
		dup2(40 + i, 3 + i);
	close_range(10, ~0U, 0);
	execl(path, "control", "parent=3", "log=4", "conf=5", "socket=6",
	    "store=7", "seal=8", "keys=9", (char *)NULL);
	_exit(127);
}

static int
setup(void **state)
{
	static const char conf[] = "host mail.example.org\n"
	    "domain example.org\n";
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(sa);
	int text = memfd_create("conf", 0);
	int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	(void)state;
	/* a name of the kernel's choice */
	if (bind(listener, (struct sockaddr *)&sa, sizeof(sa_family_t)) != 0 ||
	    listen(listener, 8) != 0 ||
	    getsockname(listener, (struct sockaddr *)&sa, &len) != 0 ||
	    !chan_pair(parent) || !chan_pair(logs) || !chan_pair(store) ||
	    !chan_pair(seal) || !chan_pair(keys) ||
	    write(text, conf, sizeof(conf) - 1) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		start(text, listener);
	close(parent[1]);
	close(logs[1]);
	close(store[1]);
	close(seal[1]);
	close(keys[1]);
	close(listener);
	close(text);
	cli = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	return connect(cli, (struct sockaddr *)&sa, len);
}

static int
teardown(void **state)
{
	int status;

	(void)state;
	close(parent[0]);
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
	close(logs[0]);
	close(store[0]);
	close(seal[0]);
	close(keys[0]);
	close(cli);
	return 0;
}

static void
call(uint64_t id, const char *verb, const char *name, int memfd)
{
	struct msg_admin_call m = { .id = id,
	    .verb = { verb, strlen(verb) } };
	struct buf args;

	buf_init(&args, 4096);
	admin_put(&args, STR("cert_use"), STR("forged"));
	admin_put(&args, STR("sealed"), STR("7"));
	admin_put(&args, STR("name"), (struct str){ name, strlen(name) });
	m.args = buf_str(&args);
	CHECK(chan_put(cli, msg_admin, ADMIN_TYPES, memfd < 0 ? ADMIN_CALL :
	    ADMIN_CALL_FILE, &m, &memfd, memfd >= 0) == CHAN_OK, "call");
	buf_free(&args);
}

/* What the store was asked; its number. */
static uint64_t
at_store(const char *verb, const char *key, const char *value)
{
	struct msg_admin_call m;
	struct chan_msg in;
	struct str got = STR("");

	CHECK(chan_get(store[0], buf, msg_admin, ADMIN_TYPES, &m, &in) ==
	    ADMIN_CALL, "store");
	CHECK(str_eq(m.verb, (struct str){ verb, strlen(verb) }), "%.*s",
	    (int)m.verb.len, m.verb.ptr);
	CHECK(value == NULL || (admin_get(m.args, (struct str){ key,
	    strlen(key) }, &got) && str_eq(got, (struct str){ value,
	    strlen(value) })), "%s is %.*s", key, (int)got.len, got.ptr);
	CHECK(value != NULL || !admin_get(m.args, (struct str){ key,
	    strlen(key) }, &got), "%s is there", key);
	return m.id;
}

static void
store_ends(uint64_t id, enum verdict verdict, const char *why)
{
	struct msg_admin_end m = { id, verdict, { why, strlen(why) },
	    STR("a detail") };

	CHECK(chan_put(store[0], msg_admin, ADMIN_TYPES, ADMIN_END, &m, NULL,
	    0) == CHAN_OK, "end");
}

static void
ends(uint64_t id, enum verdict verdict, const char *why)
{
	struct msg_admin_end m;
	struct chan_msg in;

	CHECK(chan_get(cli, buf, msg_admin, ADMIN_TYPES, &m, &in) ==
	    ADMIN_END, "no end");
	CHECK(m.id == id && m.verdict == verdict &&
	    str_eq(m.why, (struct str){ why, strlen(why) }), "%u %.*s",
	    m.verdict, (int)m.why.len, m.why.ptr);
}

static void
row_says(uint64_t id, const char *key, const char *value)
{
	struct msg_admin_row m;
	struct chan_msg in;
	struct str got;

	CHECK(chan_get(cli, buf, msg_admin, ADMIN_TYPES, &m, &in) ==
	    ADMIN_ROW && m.id == id, "no row");
	CHECK(admin_get(m.row, (struct str){ key, strlen(key) }, &got) &&
	    str_eq(got, (struct str){ value, strlen(value) }), "%s", key);
}

TEST(passes_calls_to_the_store)
{
	uint64_t a, b;

	TEST_BEGIN;
	call(5, "user show", "alice", -1);
	call(6, "user remove", "bob", -1);
	a = at_store("user show", "name", "alice");
	b = at_store("user remove", "cert_use", NULL);
	CHECK(a != b, "numbers");
	store_ends(b, VERDICT_NO, "no-user");
	ends(6, VERDICT_NO, "no-user");
	store_ends(a, VERDICT_YES, "");
	ends(5, VERDICT_YES, "");
	store_ends(a, VERDICT_YES, "");		/* once more: nobody's */
	call(7, "no such", "x", -1);
	ends(7, VERDICT_NO, "no-verb");
}

static uint64_t
at_seal(void)
{
	struct msg_seal_check_cert m;
	struct chan_msg in;

	CHECK(chan_get(seal[0], buf, msg_seal, SEAL_TYPES, &m, &in) ==
	    SEAL_CHECK_CERT && m.size == 4, "seal");
	chan_close_fds(&in);
	return m.id;
}

static void
cert_is(uint64_t id, enum verdict verdict, const char *why)
{
	struct msg_seal_cert_is m = { .id = id, .verdict = verdict,
	    .why = { why, strlen(why) }, .use = STR("minimal"),
	    .expires = 1234 };

	CHECK(chan_put(seal[0], msg_seal, SEAL_TYPES, SEAL_CERT_IS, &m, NULL,
	    0) == CHAN_OK, "cert is");
}

TEST(asks_seal_about_certificates)
{
	int memfd = memfd_create("cert", 0);

	TEST_BEGIN;
	CHECK(write(memfd, "cert", 4) == 4, "memfd");
	call(1, "user add", "alice", memfd);
	cert_is(at_seal(), VERDICT_NO, "cert-revoked");
	ends(1, VERDICT_NO, "cert-revoked");
	call(2, "user add", "alice", memfd);
	cert_is(at_seal(), VERDICT_YES, "");
	store_ends(at_store("user add", "cert_use", "minimal"), VERDICT_YES,
	    "");
	ends(2, VERDICT_YES, "");
	call(3, "user cert", "alice", memfd);
	cert_is(at_seal(), VERDICT_YES, "");
	store_ends(at_store("user cert", "cert_expires", "1234"), VERDICT_YES,
	    "");
	ends(3, VERDICT_YES, "");
	call(4, "user cert", "alice", -1);
	ends(4, VERDICT_NO, "bad-argument");
	call(5, "user show", "alice", memfd);
	ends(5, VERDICT_NO, "bad-argument");
	call(6, "user add", "alice", -1);
	store_ends(at_store("user add", "sealed", "0"), VERDICT_YES, "");
	ends(6, VERDICT_YES, "");
	close(memfd);
}

/* The parent's messages before the one of that type are let pass. */
static uint64_t
at_parent(int type)
{
	struct msg_parent_ask m;
	struct chan_msg in;
	int got;

	do
		got = chan_get(parent[0], buf, msg_parent, PARENT_TYPES, &m,
		    &in);
	while (got >= 0 && got != type);
	CHECK(got == type, "parent");
	return m.id;
}

static void
parent_says(uint64_t id, enum verdict verdict, const char *text)
{
	struct msg_parent_answer m = { id, verdict, { text, strlen(text) } };

	CHECK(chan_put(parent[0], msg_parent, PARENT_TYPES, PARENT_ANSWER, &m,
	    NULL, 0) == CHAN_OK, "answer");
}

TEST(asks_the_parent)
{
	TEST_BEGIN;
	call(1, "status", "", -1);
	parent_says(at_parent(PARENT_STATUS), VERDICT_YES,
	    "version=0.1.0 up=7\nrole=mx pid=9\n");
	row_says(1, "up", "7");
	row_says(1, "pid", "9");
	store_ends(at_store("store status", "sealed", NULL), VERDICT_YES, "");
	ends(1, VERDICT_YES, "");
	call(2, "reload", "", -1);
	parent_says(at_parent(PARENT_RELOAD), VERDICT_NO, "/etc/plid.conf:1");
	ends(2, VERDICT_NO, "reload-refused");
	call(3, "reload", "", -1);
	parent_says(at_parent(PARENT_RELOAD), VERDICT_YES, "");
	ends(3, VERDICT_YES, "");
}

/* keys is asked for that record of that domain. */
static void
keys_says(uint32_t algorithm, const char *domain, enum verdict verdict)
{
	struct msg_keys_dkim_public m;
	struct msg_keys_dkim_public_is is = { .verdict = verdict,
	    .selector = STR("s1"), .key = STR("abc") };
	struct chan_msg in;

	CHECK(chan_get(keys[0], buf, msg_keys, KEYS_TYPES, &m, &in) ==
	    KEYS_DKIM_PUBLIC && m.algorithm == algorithm && str_eq(m.domain,
	    (struct str){ domain, strlen(domain) }), "keys");
	is.id = m.id;
	CHECK(chan_put(keys[0], msg_keys, KEYS_TYPES, KEYS_DKIM_PUBLIC_IS,
	    &is, NULL, 0) == CHAN_OK, "is");
}

static void
dkim_show(uint64_t id, const char *domain)
{
	struct msg_admin_call m = { .id = id, .verb = STR("dkim show") };
	struct buf args;

	buf_init(&args, 4096);
	if (domain != NULL)
		admin_put(&args, STR("domain"),
		    (struct str){ domain, strlen(domain) });
	m.args = buf_str(&args);
	CHECK(chan_put(cli, msg_admin, ADMIN_TYPES, ADMIN_CALL, &m, NULL, 0)
	    == CHAN_OK, "call");
	buf_free(&args);
}

TEST(asks_keys_record_by_record)
{
	TEST_BEGIN;
	dkim_show(3, NULL);
	keys_says(DKIM_ED25519, "example.org", VERDICT_YES);
	row_says(3, "name", "s1._domainkey.example.org");
	keys_says(DKIM_RSA, "example.org", VERDICT_YES);
	row_says(3, "value", "v=DKIM1; k=rsa; p=YWJj");
	ends(3, VERDICT_YES, "");
	dkim_show(4, "elsewhere.example");
	keys_says(DKIM_ED25519, "elsewhere.example", VERDICT_NO);
	ends(4, VERDICT_NO, "no-domain");
	/* one that is not made yet */
	dkim_show(7, "example.org");
	keys_says(DKIM_ED25519, "example.org", VERDICT_YES);
	row_says(7, "name", "s1._domainkey.example.org");
	keys_says(DKIM_RSA, "example.org", VERDICT_NO);
	ends(7, VERDICT_YES, "");
	dkim_show(5, "");
	ends(5, VERDICT_YES, "");
	dkim_show(6, "example.org");
	close(keys[0]);
	ends(6, VERDICT_LATER, "keys-away");
}

TEST(says_later_when_they_are_away)
{
	int memfd = memfd_create("cert", 0);

	TEST_BEGIN;
	CHECK(write(memfd, "cert", 4) == 4, "memfd");
	call(1, "user list", "", -1);
	(void)at_store("user list", "x", NULL);
	call(2, "user add", "alice", memfd);
	(void)at_seal();
	close(store[0]);
	ends(1, VERDICT_LATER, "store-away");
	close(seal[0]);
	ends(2, VERDICT_LATER, "seal-away");
	call(3, "user list", "", -1);
	ends(3, VERDICT_LATER, "store-away");
	call(4, "user add", "alice", memfd);
	ends(4, VERDICT_LATER, "seal-away");
	close(memfd);
}

TEST(bounds_calls_and_forgets_callers)
{
	struct chan_msg in;

	TEST_BEGIN;
	for (uint64_t i = 0; i < 32; i++) {
		call(i, "user list", "", -1);
		(void)at_store("user list", "x", NULL);
	}
	call(99, "user list", "", -1);
	ends(99, VERDICT_LATER, "busy");
	CHECK(chan_send(cli, true, STR("nonsense"), NULL, 0) == CHAN_OK, "%s",
	    "send");
	CHECK(chan_recv(cli, true, buf, &in) == CHAN_GONE, "kept it");
	store_ends(1, VERDICT_YES, "");		/* for nobody */
}

#define WITH(t)	cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WITH(passes_calls_to_the_store),
		WITH(asks_seal_about_certificates),
		WITH(asks_the_parent),
		WITH(asks_keys_record_by_record),
		WITH(says_later_when_they_are_away),
		WITH(bounds_calls_and_forgets_callers),
	};

	if (argc != 2)
		return 1;
	path = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
