/*
 * taken.c - a child of mx, mxtls, submit or send that an attacker has taken
 * over.
 *
 * Installed in that role's place, it starts as that role does, gets the
 * channels that the topology gives to it, and then does with them what the
 * tester at its socket says, one line each:
 *
 *	has ROLE			yes | no
 *	rcpt LOCAL DOMAIN		is VERDICT REASON [TICKET ACCOUNT CERT]…
 *	deliver TICKET CERT HEX		clear text straight to the store
 *	seal TICKET ACCOUNT CERT ASIS HEX	a message by way of seal
 *	sign SCHEME HEX			a signature from keys
 *	raw ROLE HEX			any bytes as a message
 *	flood ROLE COUNT HEX		many, without reading an answer
 *	bytes N				take from the budget of all children
 *	login USER PASSWORD		by auth: yes | no; its channel is kept
 *	may LOCAL DOMAIN		may the user send from there? a verdict
 *	dkim DOMAIN HEX			a signature for mail of a domain
 *
 * In the place of send (taken_send.c), to the queue:
 *
 *	id				the number that its master gave it
 *	ready NUMBER
 *	hear				to DOMAIN | letter ID from WHOM N
 *					RCPT… | no-more
 *	result LETTER RCPT VERDICT
 *	next
 *	scribble			into the letter: sealed | written
 *	strays				sockets that are not its own
 *
 * Answers: "delivered VERDICT", "failed VERDICT", "signed LENGTH",
 * "message TYPE", "gone" (the channel was closed), "silent".
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/msg_auth.h"
#include "ipc/msg_keys.h"
#include "ipc/msg_seal.h"
#include "ipc/msg_store.h"
#include "taken.h"

enum { LINE = 200000 };

static char in_buf[IPC_MAX];
FILE *out;

static enum role_id
role_of(const char *name)
{
	return role_by_name((struct str){ name, strlen(name) });
}

static int
nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

static struct str
unhex(char *hex)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++)
		hex[i] = (char)(nibble(hex[2 * i]) << 4 |
		    nibble(hex[2 * i + 1]));
	return (struct str){ hex, n };
}

static int
memfd_of(struct str text)
{
	int fd = memfd_create("taken", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || write(fd, text.ptr, text.len) != (ssize_t)text.len ||
	    fcntl(fd, F_ADD_SEALS,
	    F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) != 0)
		_exit(3);
	return fd;
}

/* What comes next on the channels, in words. */
static void
say_answer(struct child *c, enum role_id a, enum role_id b)
{
	int fds[2] = { c->chan[a], c->chan[b] };
	int i = chan_wait(fds, a == b ? 1 : 2, PATIENCE_MS);
	enum role_id from = i == 0 ? a : b;
	union {
		struct msg_store_delivered delivered;
		struct msg_seal_failed failed;
		struct msg_keys_signed is_signed;
	} m;
	struct chan_msg in;

	if (i < 0) {
		fputs("silent\n", out);
		return;
	}
	if (chan_recv(fds[i], true, in_buf, &in) != CHAN_OK) {
		fputs("gone\n", out);
		return;
	}
	chan_close_fds(&in);
	if (from == ROLE_STORE && field_get(msg_store, STORE_TYPES, in.wire,
	    &m) == STORE_DELIVERED)
		fprintf(out, "delivered %u\n", m.delivered.verdict);
	else if (from == ROLE_SEAL && field_get(msg_seal, SEAL_TYPES, in.wire,
	    &m) == SEAL_FAILED)
		fprintf(out, "failed %u\n", m.failed.verdict);
	else if (from == ROLE_KEYS && field_get(msg_keys, KEYS_TYPES, in.wire,
	    &m) == KEYS_SIGNED)
		fprintf(out, "signed %zu\n", m.is_signed.signature.len);
	else
		fprintf(out, "message %d\n", field_type_of(in.wire));
}

static void
do_rcpt(struct child *c, char **w)
{
	struct msg_store_rcpt m = { { w[1], strlen(w[1]) },
	    { w[2], strlen(w[2]) }, 0 };
	struct msg_store_rcpt_is is;
	struct msg_target target;
	struct chan_msg in;
	struct str t;

	(void)chan_put(c->chan[ROLE_STORE], msg_store, STORE_TYPES, STORE_RCPT,
	    &m, NULL, 0);
	if (chan_get(c->chan[ROLE_STORE], in_buf, msg_store, STORE_TYPES, &is,
	    &in) != STORE_RCPT_IS) {
		fputs("gone\n", out);
		return;
	}
	fprintf(out, "is %u %u", is.verdict, is.reason);
	t = is.targets;
	while (msg_target_take(&t, &target))
		fprintf(out, " %llu %llu %u",
		    (unsigned long long)target.ticket,
		    (unsigned long long)target.account, target.cert);
	fputc('\n', out);
}

static uint32_t
head_len(struct str text)
{
	const char *end = memmem(text.ptr, text.len, "\r\n\r\n", 4);

	return end == NULL ? (uint32_t)text.len :
	    (uint32_t)(end - text.ptr) + 4;
}

static void
do_deliver(struct child *c, char **w)
{
	struct str text = unhex(w[3]);
	struct msg_store_deliver m = {
		.ticket = strtoull(w[1], NULL, 10), .group = 1, .part = 1,
		.parts = 1, .cert = (uint32_t)strtoul(w[2], NULL, 10),
		.head_len = head_len(text), .size = text.len, .date = 1,
	};
	int fd = memfd_of(text);

	(void)chan_put(c->chan[ROLE_STORE], msg_store, STORE_TYPES,
	    STORE_DELIVER, &m, &fd, 1);
	close(fd);
	say_answer(c, ROLE_STORE, ROLE_STORE);
}

static void
do_seal(struct child *c, char **w)
{
	struct str text = unhex(w[5]);
	struct msg_seal_message m = {
		.group = 1, .as_is = (uint32_t)strtoul(w[4], NULL, 10),
		.head_len = head_len(text), .size = text.len, .date = 1,
		.outer = STR("From: a@a.example\r\n"), .stamp = STR("t=1"),
	};
	int fd = memfd_of(text);
	struct buf targets;

	buf_init(&targets, 64);
	field_put_u64(&targets, strtoull(w[1], NULL, 10));
	field_put_u64(&targets, strtoull(w[2], NULL, 10));
	field_put_u32(&targets, (uint32_t)strtoul(w[3], NULL, 10));
	m.targets = buf_str(&targets);
	if (m.as_is != 0)
		m.outer = STR("");
	(void)chan_put(c->chan[ROLE_SEAL], msg_seal, SEAL_TYPES, SEAL_MESSAGE,
	    &m, &fd, 1);
	close(fd);
	buf_free(&targets);
	say_answer(c, ROLE_STORE, ROLE_SEAL);
}

static void
do_sign(struct child *c, char **w)
{
	struct msg_keys_sign m = { (uint32_t)strtoul(w[1], NULL, 0),
	    unhex(w[2]) };

	(void)chan_put(c->chan[ROLE_KEYS], msg_keys, KEYS_TYPES, KEYS_SIGN, &m,
	    NULL, 0);
	say_answer(c, ROLE_KEYS, ROLE_KEYS);
}

static void
do_login(struct child *c, char **w)
{
	union {
		struct msg_auth_ok ok;
		struct msg_auth_failed failed;
	} m;
	struct msg_auth_start start = { .mech = AUTH_PLAIN };
	struct chan_msg in;
	struct buf plain;
	int got;

	buf_init(&plain, 1024);
	buf_byte(&plain, '\0');
	buf_add_c(&plain, w[1]);
	buf_byte(&plain, '\0');
	buf_add_c(&plain, w[2]);
	start.initial = buf_str(&plain);
	(void)chan_put(c->chan[ROLE_AUTH], msg_auth, AUTH_TYPES, AUTH_START,
	    &start, NULL, 0);
	buf_free(&plain);
	got = chan_get(c->chan[ROLE_AUTH], in_buf, msg_auth, AUTH_TYPES, &m,
	    &in);
	if (got == AUTH_SENDER)
		c->chan[ROLE_STORE] = in.fds[0];
	if (got == AUTH_WEB)
		c->chan[ROLE_STORE] = in.fds[2];
	fputs(got == AUTH_SENDER || got == AUTH_WEB ? "yes\n" : "no\n",
	    out);
}

static void
do_may(struct child *c, char **w)
{
	struct msg_store_may_send m = { { w[1], strlen(w[1]) },
	    { w[2], strlen(w[2]) } };
	struct msg_store_may_send_is is;
	struct chan_msg in;

	(void)chan_put(c->chan[ROLE_STORE], msg_store, STORE_TYPES,
	    STORE_MAY_SEND, &m, NULL, 0);
	if (chan_get(c->chan[ROLE_STORE], in_buf, msg_store, STORE_TYPES, &is,
	    &in) != STORE_MAY_SEND_IS)
		fputs("gone\n", out);
	else
		fprintf(out, "%u\n", is.verdict);
}

static void
do_dkim(struct child *c, char **w)
{
	struct msg_keys_sign_dkim m = { 1, DKIM_RSA,
	    { w[1], strlen(w[1]) }, unhex(w[2]) };

	(void)chan_put(c->chan[ROLE_KEYS], msg_keys, KEYS_TYPES,
	    KEYS_SIGN_DKIM, &m, NULL, 0);
	say_answer(c, ROLE_KEYS, ROLE_KEYS);
}

static void
do_raw(struct child *c, char **w)
{
	enum role_id to = role_of(w[1]);

	(void)chan_send(c->chan[to], true, unhex(w[2]), NULL, 0);
	say_answer(c, to, to);
}

static void
do_flood(struct child *c, char **w)
{
	enum role_id to = role_of(w[1]);
	unsigned long most = strtoul(w[2], NULL, 10), sent = 0;
	struct str wire = unhex(w[3]);

	while (sent < most && chan_send(c->chan[to], false, wire, NULL, 0)
	    != CHAN_GONE)
		sent++;
	fprintf(out, "sent %lu\n", sent);
}

static void
do_has(struct child *c, char **w)
{
	fputs(c->chan[role_of(w[1])] >= 0 ? "yes\n" : "no\n", out);
}

static void
do_bytes(struct child *c, char **w)
{
	fputs(child_bytes(c, strtoll(w[1], NULL, 10)) ? "yes\n" : "no\n", out);
}

static const struct verb verbs[] = {
	{ "has", 2, do_has }, { "rcpt", 3, do_rcpt },
	{ "deliver", 4, do_deliver }, { "seal", 6, do_seal },
	{ "sign", 3, do_sign }, { "raw", 3, do_raw },
	{ "flood", 4, do_flood }, { "bytes", 2, do_bytes },
	{ "login", 3, do_login }, { "may", 3, do_may }, { "dkim", 3, do_dkim },
};

static void
obey(struct child *c, const struct verb *v, size_t verbs_count, size_t n,
    char **w)
{
	for (size_t i = 0; i < verbs_count; i++)
		if (n == v[i].words && strcmp(w[0], v[i].verb) == 0)
			v[i].run(c, w);
}

static int
taken(struct role *r, struct child *c)
{
	static char line[LINE];
	FILE *in;

	if (c->sock < 0)
		c->sock = call_home(r);
	in = fdopen(c->sock, "r");
	out = fdopen(dup(c->sock), "w");
	if (in == NULL || out == NULL)
		return 1;
	fputs("taken\n", out);
	fflush(out);
	while (fgets(line, sizeof(line), in) != NULL) {
		char *w[8] = { NULL }, *save = NULL;
		size_t n = 0;

		for (char *t = strtok_r(line, " \n", &save);
		    t != NULL && n < 8; t = strtok_r(NULL, " \n", &save))
			w[n++] = t;
		if (n > 0) {
			obey(c, verbs, sizeof(verbs) / sizeof(verbs[0]), n, w);
			obey(c, send_verbs, send_verbs_count, n, w);
		}
		fflush(out);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static struct master_ops ops = {
		.child = taken, .hand_to = ROLES, .orders = ROLE_QUEUE,
	};
	static struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_MEMFD | SANDBOX_FORK |
		    SANDBOX_ACCEPT, .files = 4096,
	};
	const char *name = strrchr(argv[0], '/');
	enum role_id which = role_of(name == NULL ? argv[0] : name + 1);
	struct role r;

	role_begin(&r, which, argc, argv);
	if (which == ROLE_SEND) {
		ops.order = is_go;
		sandbox.may = SANDBOX_CHANNELS | SANDBOX_FORK | SANDBOX_CONNECT;
		sandbox.ports[0] = r.conf.send_port;
	}
	role_enter(&r, &sandbox);
	master_run(&r, &ops);
}
