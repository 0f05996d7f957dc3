/* rig.c - a store of its own, its peers played by the test. */

#include "rig.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"

static const char conf[] = "host mail.example.org\n"
    "domain example.org xn--bcher-kva.example\n";

enum { ENDS = 8 };

void
rig_folder(struct rig *r)
{
	memset(r, 0, sizeof(*r));
	memcpy(r->dir, "/tmp/pli-store-XXXXXX", 22);
	assert_non_null(mkdtemp(r->dir));
	buf_init(&r->rows, 1 << 20);
}

/* Made at each call: a store closes what it is given. */
int
rig_key(void)
{
	static char key[] = "this is no key but for tests, 32";
	const char *last = getenv("PLI_TEST_SEALED");

	key[31] = last == NULL ? '0' : last[0];
	return rig_memfd(key, 32);
}

__attribute__((noreturn))
static void
become(struct rig *r, const char *program, const int *fds)
{
	const bool sealed = getenv("PLI_TEST_SEALED") != NULL;
	char work[80];

	snprintf(work, sizeof(work), "work=%s", r->dir);
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < ENDS; i++)
		dup2(fds[i], 50 + i);
	for (int i = 0; i < ENDS; i++)
		dup2(50 + i, 3 + i);
	if (sealed)
		dup2(rig_key(), 3 + ENDS);
	close_range(3 + ENDS + sealed, ~0U, 0);
	execl(program, "store", "parent=3", "log=4", "conf=5", "mx=6",
	    "seal=7", "auth=8", "control=9", "queue=10", work, r->with_find ?
	    "with=find" : work, sealed ? "dbkey=11" : NULL, (char *)NULL);
	_exit(127);
}

static void
await_ready(struct rig *r)
{
	struct msg_parent_ask m;

	if (chan_wait(&r->parent, 1, 20000) < 0 || chan_get(r->parent,
	    r->wire, msg_parent, PARENT_TYPES, &m, &r->in) != PARENT_READY) {
		rig_log(r);
		fail_msg("the store does not start");
	}
}

static void
launch(struct rig *r, const char *program)
{
	int pair[ENDS][2], fds[ENDS];
	int *ours[] = { &r->parent, &r->logs, NULL, &r->mx, &r->seal,
	    &r->auth, &r->control, &r->queue };

	for (int i = 0; i < ENDS; i++) {
		assert_true(chan_pair(pair[i]));
		fds[i] = pair[i][1];
		if (ours[i] != NULL)
			*ours[i] = pair[i][0];
	}
	close(fds[2]);
	fds[2] = memfd_create("conf", 0);
	assert_int_equal(write(fds[2], conf, sizeof(conf) - 1),
	    sizeof(conf) - 1);
	r->pid = fork();
	if (r->pid == 0)
		become(r, program, fds);
	for (int i = 0; i < ENDS; i++)
		close(fds[i]);
	close(pair[2][0]);
}

void
rig_start(struct rig *r, const char *program, size_t limit)
{
	struct rlimit size = { limit, limit };

	launch(r, program);
	await_ready(r);
	if (limit > 0)
		assert_int_equal(prlimit(r->pid, RLIMIT_FSIZE, &size, NULL),
		    0);
}

static void
let_go(struct rig *r)
{
	const int fds[] = { r->parent, r->logs, r->mx, r->seal, r->auth,
	    r->control, r->queue };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		close(fds[i]);
}

void
rig_refused(struct rig *r, const char *program, const char *why)
{
	bool said = false;
	int status;

	launch(r, program);
	assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1, "%x",
	    (unsigned)status);
	while (chan_recv(r->logs, false, r->wire, &r->in) == CHAN_OK)
		said |= memmem(r->in.wire.ptr, r->in.wire.len, why,
		    strlen(why)) != NULL;
	CHECK(said, "the log does not say: %s", why);
	let_go(r);
}

void
rig_stop(struct rig *r)
{
	int status;

	shutdown(r->parent, SHUT_RDWR);
	assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
	if (status != 0)
		rig_log(r);
	assert_int_equal(status, 0);
	let_go(r);
}

void
rig_kill(struct rig *r)
{
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
	let_go(r);
}

static int
unlink_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
rig_remove(struct rig *r)
{
	nftw(r->dir, unlink_one, 8, FTW_DEPTH | FTW_PHYS);
	buf_free(&r->rows);
}

void
rig_log(struct rig *r)
{
	while (chan_recv(r->logs, false, r->wire, &r->in) == CHAN_OK)
		fprintf(stderr, "log: %.*s\n", (int)r->in.wire.len,
		    r->in.wire.ptr);
}

static enum verdict
admin_answer(struct rig *r)
{
	union {
		struct msg_admin_call call;
		struct msg_admin_row row;
		struct msg_admin_end end;
	} m;

	buf_clear(&r->rows);
	r->row_count = 0;
	for (;;) {
		int type = chan_wait(&r->control, 1, 20000) < 0 ? -1 :
		    chan_get(r->control, r->wire, msg_admin, ADMIN_TYPES, &m,
		    &r->in);

		if (type == ADMIN_ROW) {
			buf_add(&r->rows, m.row.row);
			r->row_count++;
			continue;
		}
		CHECK(type == ADMIN_END, "%d", type);
		r->end = m.end;
		return m.end.verdict;
	}
}

enum verdict
rig_admin(struct rig *r, const char *verb, ...)
{
	struct msg_admin_call m = { ++r->next_id, from_c(verb), STR("") };
	const char *key;
	struct buf args;
	va_list ap;

	buf_init(&args, ADMIN_ARGS_MAX);
	va_start(ap, verb);
	while ((key = va_arg(ap, const char *)) != NULL)
		admin_put(&args, from_c(key), from_c(va_arg(ap,
		    const char *)));
	va_end(ap);
	m.args = buf_str(&args);
	assert_int_equal(chan_put(r->control, msg_admin, ADMIN_TYPES,
	    ADMIN_CALL, &m, NULL, 0), CHAN_OK);
	buf_free(&args);
	return admin_answer(r);
}

struct str
rig_value(struct rig *r, const char *key, size_t n)
{
	struct str in = buf_str(&r->rows), k, v;

	while (admin_take(&in, &k, &v))
		if (str_eq(k, from_c(key)) && n-- == 0)
			return v;
	return STR("");
}

static const char key32[] = "0123456789abcdef0123456789abcdef";

void
rig_user(struct rig *r, const char *name, const char *quota, bool sealed)
{
	enum verdict v = sealed ?
	    rig_admin(r, "user add", "name", name, "quota", quota, "sealed",
	    "1", "cert_use", "USE", "cert_raw", "RAW", "cert_fpr", "ABCD",
	    "cert_uid", "A <a@b>", "cert_algo", "x25519", "cert_created",
	    "1", "cert_expires", "0", "salt", "salt", "iterations", "4096",
	    "stored_key", key32, "server_key", key32, NULL) :
	    rig_admin(r, "user add", "name", name, "quota", quota, "sealed",
	    "0", "salt", "salt", "iterations", "4096", "stored_key", key32,
	    "server_key", key32, NULL);

	CHECK(v == VERDICT_YES, "%.*s", (int)r->end.why.len, r->end.why.ptr);
}

int
rig_child(struct rig *r)
{
	static const struct field_msg table[1] = { FIELD_MSG_CHILD };
	struct msg_child m = { ++r->next_id, STR("192.0.2.7") };
	int pair[2];

	assert_true(chan_pair(pair));
	assert_int_equal(chan_put(r->mx, table, 1, MSG_CHILD, &m, &pair[1],
	    1), CHAN_OK);
	close(pair[1]);
	return pair[0];
}

void
rig_ask(int child, const char *local, const char *domain, uint64_t size)
{
	struct msg_store_rcpt m = { from_c(local), from_c(domain), size };

	assert_int_equal(chan_put(child, msg_store, STORE_TYPES, STORE_RCPT,
	    &m, NULL, 0), CHAN_OK);
}

enum rcpt_reason
rig_told(struct rig *r, int child, struct msg_target *t, size_t *n)
{
	union {
		struct msg_store_rcpt_is is;
		struct msg_store_cert_is other;
	} a;
	size_t most = n == NULL ? 0 : *n, got = 0;

	assert_int_equal(chan_get(child, r->wire, msg_store, STORE_TYPES, &a,
	    &r->in), STORE_RCPT_IS);
	for (; got < most && a.is.targets.len > 0; got++)
		assert_true(msg_target_take(&a.is.targets, &t[got]));
	if (n != NULL)
		*n = got + a.is.targets.len / TARGET_SIZE;
	return a.is.reason;
}

enum rcpt_reason
rig_rcpt(struct rig *r, int child, const char *local, const char *domain,
    uint64_t size, struct msg_target *t, size_t *n)
{
	rig_ask(child, local, domain, size);
	return rig_told(r, child, t, n);
}

struct msg_target
rig_target(struct rig *r, int child, const char *local)
{
	struct msg_target t;
	size_t n = 1;

	assert_int_equal(rig_rcpt(r, child, local, "example.org", 0, &t, &n),
	    RCPT_OK);
	return t;
}

uint64_t
rig_account(struct rig *r, const char *local)
{
	int child = rig_child(r);
	struct msg_target t = rig_target(r, child, local);

	close(child);
	return t.account;
}

int
rig_memfd(const void *text, size_t n)
{
	int fd = memfd_create("m", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_int_equal(write(fd, text, n), n);
	assert_int_equal(fcntl(fd, F_ADD_SEALS,
	    F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW), 0);
	return fd;
}

void
rig_deliver(struct rig *r, int from, const struct msg_target *t, uint64_t group,
    uint32_t part, uint32_t parts, struct str text, uint32_t head_len)
{
	rig_deliver_refs(r, from, t, group, part, parts, text, head_len,
	    STR(""));
}

void
rig_deliver_refs(struct rig *r, int from, const struct msg_target *t,
    uint64_t group, uint32_t part, uint32_t parts, struct str text,
    uint32_t head_len, struct str refs)
{
	struct msg_store_deliver m = { t->ticket, group, part, parts,
	    t->account, t->cert, head_len, text.len, 1700000000, refs, 0 };
	int fd = rig_memfd(text.ptr, text.len);

	(void)r;
	assert_int_equal(chan_put(from, msg_store, STORE_TYPES, STORE_DELIVER,
	    &m, &fd, 1), CHAN_OK);
	close(fd);
}

int
rig_delivered(struct rig *r, int child, uint64_t group, int ms)
{
	union {
		struct msg_store_delivered is;
		struct msg_store_rcpt_is other;
	} m;
	int type;

	if (chan_wait(&child, 1, ms) < 0)
		return -1;
	type = chan_get(child, r->wire, msg_store, STORE_TYPES, &m, &r->in);
	if (type < 0)
		return -2;
	CHECK(type == STORE_DELIVERED && m.is.group == group, "%d", type);
	return (int)m.is.verdict;
}

bool
rig_bind(struct rig *r, uint64_t account, struct bound *b)
{
	struct msg_store_bind m = { ++r->next_id, account,
	    BIND_SESSION, STR("") };
	struct msg_store_bound is;

	assert_int_equal(chan_put(r->auth, msg_store, STORE_TYPES, STORE_BIND,
	    &m, NULL, 0), CHAN_OK);
	if (chan_get(r->auth, r->wire, msg_store, STORE_TYPES, &is, &r->in) !=
	    STORE_BOUND)
		return false;
	assert_int_equal(is.id, m.id);
	*b = (struct bound){ r->in.fds[0], r->in.fds[1] };
	return true;
}

int
rig_sender(struct rig *r, uint64_t account)
{
	struct msg_store_bind m = { ++r->next_id, account, BIND_SENDER,
	    STR("") };
	struct msg_store_bound is;

	assert_int_equal(chan_put(r->auth, msg_store, STORE_TYPES, STORE_BIND,
	    &m, NULL, 0), CHAN_OK);
	if (chan_get(r->auth, r->wire, msg_store, STORE_TYPES, &is, &r->in) !=
	    STORE_BOUND_SENDER)
		return -1;
	assert_int_equal(is.id, m.id);
	return r->in.fds[0];
}

int
rig_web(struct rig *r, uint64_t account, struct bound *b)
{
	struct msg_store_bind m = { ++r->next_id, account, BIND_WEB,
	    STR("") };
	struct msg_store_bound is;

	assert_int_equal(chan_put(r->auth, msg_store, STORE_TYPES, STORE_BIND,
	    &m, NULL, 0), CHAN_OK);
	assert_int_equal(chan_get(r->auth, r->wire, msg_store, STORE_TYPES,
	    &is, &r->in), STORE_BOUND_WEB);
	*b = (struct bound){ r->in.fds[0], r->in.fds[1] };
	close(r->in.fds[3]);
	return r->in.fds[2];
}

enum verdict
rig_read(struct rig *r, int fd, unsigned type, const void *msg,
    struct buf *out, bool *more)
{
	union {
		struct msg_read_answer big;
		struct msg_read_inline inl;
	} m;
	int got;

	assert_int_equal(chan_put(fd, msg_read, READ_TYPES, type, msg, NULL,
	    0), CHAN_OK);
	got = chan_get(fd, r->wire, msg_read, READ_TYPES, &m, &r->in);
	if (got == READ_DATA) {
		char *room = buf_room(out, m.big.size);

		assert_non_null(room);
		assert_int_equal(pread(r->in.fds[0], room, m.big.size, 0),
		    m.big.size);
		buf_grow(out, m.big.size);
		close(r->in.fds[0]);
		*more = m.big.more != 0;
		return m.big.verdict;
	}
	CHECK(got == READ_INLINE, "%d", got);
	buf_add(out, m.inl.data);
	*more = m.inl.more != 0;
	return m.inl.verdict;
}

bool
rig_list(struct rig *r, int fd, const char *name, struct rig_box *b)
{
	uint32_t subscribed, n;
	struct buf out;
	struct str in;
	bool more, found = false;

	buf_init(&out, 1 << 20);
	assert_int_equal(rig_read(r, fd, READ_LIST, NULL, &out, &more),
	    VERDICT_YES);
	in = buf_str(&out);
	while (!found && in.len > 0) {
		field_take_u64(&in, &b->id);
		field_take_u32(&in, &b->uidvalidity);
		field_take_u32(&in, &b->uidnext);
		field_take_u64(&in, &b->modseq);
		field_take_u32(&in, &b->messages);
		field_take_u32(&in, &b->unseen);
		field_take_u64(&in, &b->octets);
		field_take_u32(&in, &b->special);
		field_take_u32(&in, &subscribed);
		field_take_u32(&in, &b->first_recent);
		field_take_u64(&in, &b->born);
		field_take_u64(&in, &b->changed);
		assert_true(field_take_u32(&in, &n) && n <= in.len);
		found = str_eq((struct str){ in.ptr, n }, from_c(name));
		in.ptr += n;
		in.len -= n;
	}
	buf_free(&out);
	return found;
}
