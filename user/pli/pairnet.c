/*
 * pairnet.c - the box is asked, in a process of its own.
 *
 * Its answer is foreign, and this program has had a passphrase: so a child
 * reads it, in a sandbox, with the code and a verifier and nothing else. It
 * knows the box by the TLS key that the code names.
 */

#include "pli.h"

#include <fcntl.h>
#include <jansson.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec/base64.h"
#include "home/net.h"
#include "os/fd.h"
#include "os/log.h"
#include "os/sandbox.h"
#include "os/signature.h"

enum { ANSWER_MAX = 16384, MEMORY = 256 << 20 };

static bool
find_address(const struct pair_job *job, char address[64])
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
	bool ok;

	if (job->address != NULL)
		hints.ai_flags = AI_NUMERICHOST;
	if (getaddrinfo(job->address != NULL ? job->address : job->host, NULL,
	    &hints, &found) != 0)
		return false;
	ok = getnameinfo(found->ai_addr, found->ai_addrlen, address, 64, NULL,
	    0, NI_NUMERICHOST) == 0;
	freeaddrinfo(found);
	return ok;
}

static void
put_key(struct buf *out, const char *word, const unsigned char key[PLI_KEY])
{
	char text[64];
	size_t n = base64_encode(text, (struct str){ (const char *)key,
	    PLI_KEY });

	buf_add_c(out, word);
	buf_add_mem(out, text, n);
	buf_byte(out, '\n');
}

/* The document counts because who holds the pinned TLS key gave it; its
 * identity key is what counts from then on. */
static bool
put_record(const struct pair_job *job, struct str document, struct buf *out)
{
	struct pli_identity d;

	if (!pli_identity_parse(document, &d) || !signature_identity(&d))
		return false;
	buf_add_c(out, "host ");
	buf_add_c(out, job->host);
	buf_add_c(out, "\nport ");
	buf_add_u64(out, job->port);
	buf_byte(out, '\n');
	if (job->address != NULL) {
		buf_add_c(out, "address ");
		buf_add_c(out, job->address);
		buf_byte(out, '\n');
	}
	put_key(out, "identity ", d.key);
	buf_add_c(out, "serial ");
	buf_add_u64(out, d.serial);
	buf_byte(out, '\n');
	put_key(out, "tls ", d.tls);
	if (d.has_next)
		put_key(out, "tls ", d.tls_next);
	for (size_t i = 0; i < d.seals; i++)
		put_key(out, "seal ", d.seal[i]);
	return !out->failed;
}

static const char *
status_word(enum net_status s)
{
	static const char *const words[] = {
		[NET_OK] = "bad-answer", [NET_LATER] = "unreachable",
		[NET_DENIED] = "refused", [NET_PIN] = "other-key",
		[NET_MISSING] = "no-pairing", [NET_LARGE] = "bad-answer",
		[NET_LIE] = "bad-answer",
	};

	return words[s];
}

/* "ok" and the record, or "no" and a word. */
static void
answer(const struct pair_job *job, enum net_status s, struct str text,
    struct buf *out)
{
	json_t *j = json_loadb(text.len > 0 ? text.ptr : "", text.len, 0, NULL);
	const char *doc = json_string_value(json_object_get(j, "identity"));
	const char *why = json_string_value(json_object_get(j, "error"));

	buf_add_c(out, "ok\n");
	if (s != NET_OK || doc == NULL || !put_record(job, from_c(doc), out)) {
		buf_clear(out);
		buf_add_c(out, "no\n");
		buf_add_c(out, why != NULL ? why : status_word(s));
	}
	json_decref(j);
}

static void
work(const struct pair_job *job, int back)
{
	struct sandbox box = { .may = SANDBOX_CONNECT | SANDBOX_ACCEPT |
	    SANDBOX_CHANNELS, .memory = MEMORY,
	    .files = 64, .ports = { (uint16_t)job->port } };
	static struct record r;
	char address[64];
	struct buf got, out;
	enum net_status s = NET_LATER;

	buf_init(&got, ANSWER_MAX);
	buf_init(&out, ANSWER_MAX);
	log_to(open("/dev/null", O_WRONLY | O_CLOEXEC));
	snprintf(r.host, sizeof(r.host), "%s", job->host);
	snprintf(r.pins, sizeof(r.pins), "sha256//%s", job->pin);
	r.port = job->port;
	json_object_seed(0);
	if (net_begin() && find_address(job, address)) {
		sandbox_enter(&box);
		net_to(&r, address);
		s = net_call(STR("/pli/pair"), "application/json", job->body,
		    &got);
	}
	answer(job, s, buf_str(&got), &out);
	_exit(fd_write(back, buf_str(&out)) ? 0 : 1);
}

static bool
read_all(int fd, struct buf *out)
{
	ssize_t n = 1;

	while (n > 0) {
		char *room = buf_room(out, 4096);

		n = room == NULL ? -1 : read(fd, room, 4096);
		if (n > 0)
			buf_grow(out, (size_t)n);
	}
	return n == 0;
}

static bool
is_word(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.ptr[i] < 'a' || s.ptr[i] > 'z') && s.ptr[i] != '-')
			return false;
	return s.len > 0 && s.len < 32;
}

static int
why_not(struct pli *p, const struct pair_job *job, struct str text)
{
	char key[64];

	if (!str_take_word(&text, STR("no\n")) || !is_word(text))
		text = STR("died");
	snprintf(key, sizeof(key), "pair-%.*s", (int)text.len, text.ptr);
	if (text_of(&p->cli, key)[0] == '\0')
		snprintf(key, sizeof(key), "pair-refused");
	return say(&p->cli, strcmp(key, "pair-unreachable") == 0 ? EXIT_LATER :
	    EXIT_NO, key, job->host, NULL);
}

int
pair_net(struct pli *p, const struct pair_job *job, struct buf *record)
{
	struct buf got;
	struct str text;
	int ends[2], status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		work(job, ends[1]);
	close(ends[1]);
	buf_init(&got, ANSWER_MAX);
	(void)read_all(ends[0], &got);
	close(ends[0]);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	text = buf_str(&got);
	if (str_take_word(&text, STR("ok\n")))
		buf_add(record, text);
	else
		status = why_not(p, job, text);
	buf_free(&got);
	return status;
}
