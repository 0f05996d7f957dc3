/* boxnet.c - the box is asked, in a process of its own, which has no channel to
 * the agent. */

#include "boxnet.h"

#include <fcntl.h>
#include <jansson.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wipe.h"
#include "home/net.h"
#include "os/fd.h"
#include "os/log.h"
#include "os/sandbox.h"
#include "os/signature.h"
#include "proto/pli_identity.h"

enum { MEMORY = 256 << 20, BACK = 3 };

static bool
find_address(const struct record *r, char address[64])
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
	const char *name = r->address[0] != '\0' ? r->address : r->host;
	bool ok;

	if (r->address[0] != '\0')
		hints.ai_flags = AI_NUMERICHOST;
	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return false;
	ok = getnameinfo(found->ai_addr, found->ai_addrlen, address, 64, NULL,
	    0, NI_NUMERICHOST) == 0;
	freeaddrinfo(found);
	return ok;
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

/* What take makes of it, after "ok"; or "no" and a word. */
static void
answer(const struct box_job *job, enum net_status s, struct str text,
    struct buf *out)
{
	json_t *j = json_loadb(text.len > 0 ? text.ptr : "", text.len,
	    JSON_REJECT_DUPLICATES, NULL);
	const char *why = json_string_value(json_object_get(j, "error"));

	buf_add_c(out, "ok\n");
	if (s != NET_OK || !job->take(job, j, out) || out->failed) {
		buf_clear(out);
		buf_add_c(out, "no\n");
		buf_add_c(out, why != NULL ? why : status_word(s));
	}
	json_decref(j);
}

static enum net_status
ask_once(const struct box_job *job, struct buf *got)
{
	static const struct str none = { NULL, 0 };

	if (job->method == BOX_DELETE)
		return net_delete(job->path, got);
	return net_call(job->path, "application/json",
	    job->method == BOX_POST ? job->body : none, got);
}

/* The box's document: another TLS key counts if the identity key says so. */
static bool
renew(struct record *r, bool stranger)
{
	static const char path[] = "/.well-known/pli";
	struct pli_identity d;
	struct buf text;
	bool ok;

	buf_init(&text, PLI_IDENTITY_MAX);
	ok = r->has_identity && (stranger ? net_stranger(path, &text) :
	    net_call(from_c(path), NULL, (struct str){ NULL, 0 }, &text)) ==
	    NET_OK && pli_identity_parse(buf_str(&text), &d) &&
	    signature_identity(&d) && record_renew(r, &d);
	buf_free(&text);
	return ok;
}

static enum net_status
ask(struct box_job *job, const char *address, struct buf *got)
{
	enum net_status s;

	net_to(&job->record, address);
	if (job->newest && renew(&job->record, false))
		net_to(&job->record, address);
	s = ask_once(job, got);
	if (s == NET_PIN && renew(&job->record, true)) {
		net_to(&job->record, address);
		s = ask_once(job, got);
	}
	return s;
}

static void
work(const struct box_job *asked, int back)
{
	static struct box_job job;
	struct sandbox box = { .may = SANDBOX_CONNECT | SANDBOX_ACCEPT |
	    SANDBOX_CHANNELS, .memory = MEMORY, .files = 64,
	    .ports = { (uint16_t)asked->record.port } };
	char address[64];
	struct buf got, out;
	enum net_status s = NET_LATER;

	if (dup2(back, BACK) != BACK || close_range(BACK + 1, ~0U, 0) != 0)
		_exit(1);
	job = *asked;
	buf_init(&got, BOX_ANSWER_MAX);
	buf_init(&out, BOX_ANSWER_MAX);
	log_to(open("/dev/null", O_WRONLY | O_CLOEXEC));
	json_object_seed(0);
	if (net_begin() && find_address(&job.record, address)) {
		sandbox_enter(&box);
		s = ask(&job, address, &got);
	}
	answer(&job, s, buf_str(&got), &out);
	_exit(fd_write(BACK, buf_str(&out)) ? 0 : 1);
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
why_not(struct pli *p, const struct box_job *job, struct str text)
{
	char key[64];

	if (!str_take_word(&text, STR("no\n")) || !is_word(text))
		text = STR("died");
	snprintf(key, sizeof(key), "pair-%.*s", (int)text.len, text.ptr);
	if (text_of(&p->cli, key)[0] == '\0')
		snprintf(key, sizeof(key), "pair-refused");
	return say(&p->cli, strcmp(key, "pair-unreachable") == 0 ||
	    strcmp(key, "pair-later") == 0 ? EXIT_LATER : EXIT_NO, key,
	    job->record.host, NULL);
}

int
box_ask(struct pli *p, const struct box_job *job, struct buf *got)
{
	struct buf said;
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
	buf_init(&said, BOX_ANSWER_MAX);
	(void)read_all(ends[0], &said);
	close(ends[0]);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	text = buf_str(&said);
	if (str_take_word(&text, STR("ok\n")))
		buf_add(got, text);
	else
		status = why_not(p, job, text);
	buf_free(&said);
	return status;
}

static int
get(struct pli *p, unsigned kind, struct record *r,
    bool (*take)(struct record *, struct str))
{
	struct msg_agent_get m = { .id = 4, .kind = kind };
	int status = agent_ask(p, AGENT_GET, &m, NULL, AGENT_VALUE_IS, NULL,
	    p->address);

	if (status == 0 && !take(r, p->got.value_is.value))
		status = say(&p->cli, EXIT_NO, "not-paired", p->address, NULL);
	wipe(p->in, sizeof(p->in));
	return status;
}

int
box_record(struct pli *p, struct record *r)
{
	int status;

	memset(r, 0, sizeof(*r));
	status = get(p, CONTAINER_BOX, r, record_box);
	return status != 0 ? status :
	    get(p, CONTAINER_DEVICE, r, record_device);
}
