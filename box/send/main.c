/*
 * main.c - send: letters to other servers.
 *
 * The master is told by the queue that a connection is wanted, and forks.  A
 * child looks up where to go, connects, and hands over one letter after the
 * other.  What the smart host wants as a password the master reads before the
 * sandbox; a child says it under verified TLS only.
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "codec/base64.h"
#include "os/log.h"
#include "send.h"

#include <sodium.h>

enum {
	MEMORY = 128 << 20,
	FILES = 3 * CHILDREN_MAX,
	SECRET_MAX = 65536,
	SECOND = 1000, MINUTE = 60 * SECOND,
	SESSION_MS = 45 * MINUTE,
	IN_TESTS = 60,			/* times are divided by it */
};

static const struct send_times times = {
	.connect_ms = 30 * SECOND,
	.handshake_ms = 2 * MINUTE,
	.greeting_ms = 5 * MINUTE,
	.command_ms = 5 * MINUTE,
	.data_ms = 2 * MINUTE,
	.text_ms = 3 * MINUTE,
	.final_ms = 10 * MINUTE,
	.dns_ms = 40 * SECOND,
	.session_ms = SESSION_MS,
};

static struct role role;
static struct send_setup setup;
static char secret[SECRET_MAX];

static int
child(struct role *r, struct child *c)
{
	(void)r;
	setup.queue = c->chan[ROLE_QUEUE];
	return send_child(&setup, c);
}

static bool
is_go(const struct chan_msg *in, uint64_t *order)
{
	union msg_send_any m;

	if (field_get(msg_send, SEND_TYPES, in->wire, &m) != SEND_GO ||
	    in->nfds != 0)
		return false;
	*order = m.go.attempt;
	return true;
}

static void
shorten(struct send_times *t)
{
	int *const all[] = { &t->connect_ms, &t->handshake_ms, &t->greeting_ms,
	    &t->command_ms, &t->data_ms, &t->text_ms, &t->final_ms,
	    &t->session_ms };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		*all[i] /= IN_TESTS;
	t->connect_ms *= 4;
}

static bool
is_not_end(unsigned char c)
{
	return c != '\n' && c != '\r';
}

static bool
is_end(unsigned char c)
{
	return !is_not_end(c);
}

static void
bad_secret(const char *why)
{
	log_die("smarthost-unreadable", "why=\"%s\"", why);
}

/* "pin BASE64" */
static bool
take_pin(struct str *in)
{
	struct str rest = *in, line;
	char key[64];
	size_t n = 0;

	if (!str_take_word(&rest, STR("pin ")))
		return false;
	line = str_take_while(&rest, is_not_end);
	(void)str_take_while(&rest, is_end);
	*in = rest;
	if (setup.pins == SMART_PINS_MAX ||
	    base64_decoded_max(line.len) > sizeof(key) ||
	    !base64_decode(key, &n, line) || n != TLS_PIN)
		bad_secret("a pin is the SHA-256 of a key, in base64");
	memcpy(setup.pin[setup.pins++], key, TLS_PIN);
	return true;
}

/* A user, a password, then pins or certificates, if there are any. */
static void
read_secret(void)
{
	struct str in = { secret, 0 }, pem;
	ssize_t n = role.secret < 0 ? -1 :
	    pread(role.secret, secret, sizeof(secret), 0);

	if (n <= 0) {
		log_die("smarthost-unreadable", "errno=%d: the file with its "
		    "user and password", n < 0 ? errno : 0);
	}
	close(role.secret);
	in.len = (size_t)n;
	setup.user = str_take_while(&in, is_not_end);
	(void)str_take_one(&in, is_end);
	(void)str_take_byte(&in, '\n');
	setup.password = str_take_while(&in, is_not_end);
	pem = in;
	(void)str_take_while(&pem, is_end);
	if (setup.user.len == 0 || setup.password.len == 0)
		bad_secret("a user stands on the first line, a password on "
		    "the second");
	while (take_pin(&pem))
		;
	if (pem.len == 0)
		return;
	setup.smart_tls = tls_client_new(pem);
	if (setup.smart_tls == NULL)
		bad_secret("what follows the password is no certificate");
}

static void
prepare(void)
{
	setup.conf = &role.conf;
	setup.times = times;
	if (role.conf.send_loopback)
		shorten(&setup.times);
	setup.tls = tls_client_new(STR(""));
	if (setup.tls == NULL || sodium_init() < 0)
		log_die("send-failed", "why=\"a library does not start\"");
	if (role.conf.smart_user.len > 0 || role.secret >= 0)
		read_secret();
}

int
main(int argc, char **argv)
{
	static struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_FORK | SANDBOX_CONNECT,
		.memory = MEMORY,
		.files = FILES,
	};
	static const struct master_ops ops = {
		.child = child,
		.hand_to = ROLES,
		/* it has a line of the queue, which waits for it */
		.lifetime_ms = SESSION_MS + 5 * MINUTE,
		.order = is_go,
		.orders = ROLE_QUEUE,
	};

	role_begin(&role, ROLE_SEND, argc, argv);
	prepare();
	sandbox.ports[0] = role.conf.send_port;
	if (role.conf.smart.len > 0)
		sandbox.ports[1] = role.conf.smart_port;
	role_enter(&role, &sandbox);
	master_run(&role, &ops);
}
