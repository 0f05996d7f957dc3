/* rig.c - seal as a process, and those around it played by a test. */

#include "rig.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/verdict.h"
#include "pgp/cert.h"
#include "tests/check.h"

static const char *const names[RIG_ENDS] = {
	"parent", "log", "mx", "store", "keys", "scan", "control",
};

static char wire[IPC_MAX];

static void
run(const char *path, int conf, int far[RIG_ENDS])
{
	char *argv[RIG_ENDS + 3], text[RIG_ENDS + 1][24];
	static char name[] = "seal";

	for (int i = 0; i < RIG_ENDS; i++)
		dup2(far[i], 60 + i);
	dup2(conf, 60 + RIG_ENDS);
	argv[0] = name;
	for (int i = 0; i <= RIG_ENDS; i++) {
		dup2(60 + i, 3 + i);
		snprintf(text[i], sizeof(text[i]), "%s=%d",
		    i == RIG_ENDS ? "conf" : names[i], 3 + i);
		argv[i + 1] = text[i];
	}
	argv[RIG_ENDS + 2] = NULL;
	close_range(4 + RIG_ENDS, ~0U, 0);
	execv(path, argv);
	_exit(127);
}

void
rig_start(struct rig *r, const char *path)
{
	static const struct str conf =
	    STR_INIT("host mail.example.org\ndomain example.org\n");
	int text = rig_memfd(conf, false), far[RIG_ENDS], pair[2];

	memset(r, 0, sizeof(*r));
	buf_init(&r->use, CERT_USE_MAX);
	for (int i = 0; i < RIG_ENDS; i++) {
		CHECK(chan_pair(pair), "socketpair");
		r->end[i] = pair[0];
		far[i] = pair[1];
	}
	r->pid = fork();
	if (r->pid == 0)
		run(path, text, far);
	close(text);
	for (int i = 0; i < RIG_ENDS; i++)
		close(far[i]);
	r->child = -1;
	rig_child(r);
}

void
rig_stop(struct rig *r)
{
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
	for (int i = 0; i < RIG_ENDS; i++)
		close(r->end[i]);
	close(r->child);
	buf_free(&r->use);
}

void
rig_child(struct rig *r)
{
	static const struct field_msg table[1] = { FIELD_MSG_CHILD };
	struct msg_child m = { 7, STR("192.0.2.1") };
	int pair[2];

	if (r->child >= 0)
		close(r->child);
	CHECK(chan_pair(pair), "socketpair");
	CHECK(chan_put(r->end[RIG_MX], table, 1, MSG_CHILD, &m, &pair[1], 1)
	    == CHAN_OK, "mint");
	close(pair[1]);
	r->child = pair[0];
}

void
rig_new_edge(struct rig *r, enum rig_end end, const char *name)
{
	struct msg_parent_edge m = { { name, strlen(name) } };
	int pair[2];

	close(r->end[end]);
	CHECK(chan_pair(pair), "socketpair");
	CHECK(chan_put(r->end[RIG_PARENT], msg_parent, PARENT_TYPES,
	    PARENT_EDGE, &m, &pair[1], 1) == CHAN_OK, "edge");
	close(pair[1]);
	r->end[end] = pair[0];
}

void
rig_file(struct buf *out, const char *path)
{
	char full[512];
	struct stat st;
	char *room;
	int fd;

	/* from where the compiler was: the folder tests run in */
	snprintf(full, sizeof(full), "%.*s../data/pgp/%s",
	    (int)(strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__, path);
	fd = open(path[0] == '/' ? path : full, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && fstat(fd, &st) == 0, "%s", full);
	buf_init(out, (size_t)st.st_size + 1);
	room = buf_room(out, (size_t)st.st_size);
	CHECK(read(fd, room, (size_t)st.st_size) == st.st_size, "read");
	buf_grow(out, (size_t)st.st_size);
	close(fd);
}

void
rig_cert(struct rig *r, const char *path)
{
	static struct cert_info info;
	enum cert_status status;
	struct buf file;

	rig_file(&file, path);
	status = cert_check(buf_str(&file), (uint64_t)time(NULL), &info);
	CHECK(status == CERT_OK || status == CERT_EXPIRED, "%s: %s", path,
	    cert_word(status));
	buf_clear(&r->use);
	buf_add_mem(&r->use, info.use, info.use_len);
	buf_free(&file);
}

int
rig_memfd(struct str text, bool sealed)
{
	int fd = memfd_create("mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	CHECK(write(fd, text.ptr, text.len) == (ssize_t)text.len, "write");
	(void)lseek(fd, 0, SEEK_SET);
	if (sealed)
		fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK |
		    F_SEAL_GROW);
	return fd;
}

void
rig_message(struct rig *r, uint64_t group, struct str text, uint32_t head_len,
    unsigned targets, uint32_t cert)
{
	struct msg_seal_message m = { .group = group, .as_is = head_len > 0,
	    .head_len = head_len, .size = text.len, .date = 1775000000,
	    .outer = STR("From: a@example.net\r\nSubject: [...]\r\n"),
	    .stamp = STR("t=1775000000; with=esmtps; from=a@example.net"),
	    .refs = STR("12345678abcdefgh") };
	int fd = rig_memfd(text, true);
	struct buf packed;

	if (m.as_is)
		m.outer = STR("");
	buf_init(&packed, GROUP_TARGETS_MAX * TARGET_SIZE);
	for (unsigned i = 0; i < targets; i++)
		msg_target_put(&packed, &(struct msg_target){ 100 + i, 1 + i,
		    cert });
	m.targets = buf_str(&packed);
	CHECK(chan_put(r->child, msg_seal, SEAL_TYPES, SEAL_MESSAGE, &m, &fd,
	    1) == CHAN_OK, "send");
	buf_free(&packed);
	close(fd);
}

static void
answer_cert(struct rig *r, const struct msg_store_cert *q)
{
	struct msg_store_cert_is is = { q->account, q->cert,
	    r->refuse_cert ? VERDICT_NO : VERDICT_YES,
	    r->refuse_cert ? STR("") : buf_str(&r->use) };

	r->certs_asked++;
	CHECK(chan_put(r->end[RIG_STORE], msg_store, STORE_TYPES,
	    STORE_CERT_IS, &is, NULL, 0) == CHAN_OK, "cert");
}

static void
answer_keys(struct rig *r)
{
	union { struct msg_keys_sign_seal sign; char room[512]; } got;
	struct msg_keys_signed is = { .verdict = VERDICT_YES };
	struct chan_msg in;

	CHECK(chan_get(r->end[RIG_KEYS], wire, msg_keys, KEYS_TYPES, &got, &in)
	    == KEYS_SIGN_SEAL, "keys");
	CHECK(str_take_word(&got.sign.content, STR("pli-seal-v1\n")), "text");
	r->signed_texts++;
	is.id = got.sign.id;
	is.signature = (struct str){ (char *)r->signature, 64 };
	CHECK(chan_put(r->end[RIG_KEYS], msg_keys, KEYS_TYPES, KEYS_SIGNED,
	    &is, NULL, 0) == CHAN_OK, "signed");
}

/* true: a delivery. */
static bool
play_store(struct rig *r, struct rig_got *out)
{
	union {
		struct msg_store_deliver deliver;
		struct msg_store_cert cert;
		char room[512];
	} got;
	struct chan_msg in;

	switch (chan_get(r->end[RIG_STORE], wire, msg_store, STORE_TYPES, &got,
	    &in)) {
	case STORE_CERT:
		answer_cert(r, &got.cert);
		return false;
	case STORE_DELIVER:
		out->deliver = got.deliver;
		/* it is passed on as it came */
		CHECK(str_eq(got.deliver.refs, STR("12345678abcdefgh")),
		    "refs");
		out->fd = in.fds[0];
		return true;
	default:
		CHECK(false, "store");
		return false;
	}
}

static enum rig_event
take_other(struct rig *r, int which, struct rig_got *out)
{
	struct chan_msg in;

	switch (which) {
	case 2:
		return chan_get(r->child, wire, msg_seal, SEAL_TYPES,
		    &out->failed, &in) == SEAL_FAILED ? RIG_FAILED :
		    RIG_CHILD_DROPPED;
	case 3:
		CHECK(chan_get(r->end[RIG_SCAN], wire, msg_scan, SCAN_TYPES,
		    &out->scan, &in) == SCAN_MESSAGE, "scan");
		chan_close_fds(&in);
		return RIG_ASKS_SCAN;
	case 4:
		CHECK(chan_get(r->end[RIG_CONTROL], wire, msg_seal, SEAL_TYPES,
		    &out->cert, &in) == SEAL_CERT_IS, "control");
		return RIG_CERT_IS;
	default:
		return RIG_SILENT;
	}
}

enum rig_event
rig_next(struct rig *r, struct rig_got *out, int timeout_ms)
{
	for (;;) {
		int fds[] = { r->mute_store ? -1 : r->end[RIG_STORE],
		    r->mute_keys ? -1 : r->end[RIG_KEYS], r->child,
		    r->end[RIG_SCAN], r->end[RIG_CONTROL] };
		int which = chan_wait(fds, 5, timeout_ms);

		if (which == 1)
			answer_keys(r);
		else if (which != 0)
			return take_other(r, which, out);
		else if (play_store(r, out))
			return RIG_DELIVERED;
	}
}

void
rig_read(struct rig_got *got, struct buf *out)
{
	size_t n = (size_t)got->deliver.size;
	char *room;

	buf_init(out, n + 1);
	room = buf_room(out, n);
	CHECK(room != NULL && pread(got->fd, room, n, 0) == (ssize_t)n,
	    "read");
	CHECK(lseek(got->fd, 0, SEEK_END) == (off_t)n, "size");
	CHECK((fcntl(got->fd, F_GET_SEALS) & F_SEAL_WRITE) != 0, "seals");
	buf_grow(out, n);
	close(got->fd);
}
