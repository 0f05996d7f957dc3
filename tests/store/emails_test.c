/* emails_test.c - what a JMAP server asks: emails, what became of them since,
 * threads, mailboxes that are gone, blobs. */

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;
static struct bound alice, bob;
static uint64_t inbox, archive, bobs;
static struct buf out;
static bool more;

static const char mail[] = "Subject: [...]\r\n\r\nbody\r\n";

enum { HEAD = 18, MAIL = sizeof(mail) - 1 };

/* refs: letters, a key each. */
static uint64_t
post(const char *local, const char *refs)
{
	struct msg_target t = { 0 };
	int child = rig_child(&rig);
	struct buf keys;

	buf_init(&keys, REFS_MAX * 8);
	for (; *refs != '\0'; refs++)
		field_put_u64(&keys, 0xffff000000000000 | (uint64_t)*refs);
	t = rig_target(&rig, child, local);
	rig_deliver_refs(&rig, child, &t, 1, 0, 1, (struct str){ mail, MAIL },
	    HEAD, buf_str(&keys));
	assert_int_equal(rig_delivered(&rig, child, 1, 10000), VERDICT_YES);
	buf_free(&keys);
	close(child);
	return t.account;
}

static uint64_t
box_id(int fd, const char *name)
{
	struct rig_box b;

	assert_true(rig_list(&rig, fd, name, &b));
	return b.id;
}

static int
begin(void **state)
{
	(void)state;
	buf_init(&out, 2 << 20);
	rig_folder(&rig);
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	rig_user(&rig, "bob@example.org", "0", false);
	assert_true(rig_bind(&rig, post("alice", "a"), &alice));
	assert_true(rig_bind(&rig, post("bob", "a"), &bob));
	inbox = box_id(alice.read, "INBOX");
	archive = box_id(alice.read, "Archive");
	bobs = box_id(bob.read, "INBOX");
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	rig_stop(&rig);
	rig_remove(&rig);
	buf_free(&out);
	return 0;
}

static enum verdict
ask(int fd, unsigned type, const void *m)
{
	buf_clear(&out);
	return rig_read(&rig, fd, type, m, &out, &more);
}

static uint64_t
state(int fd)
{
	struct str in;
	uint64_t n = 0;

	assert_int_equal(ask(fd, READ_STATE, NULL), VERDICT_YES);
	in = buf_str(&out);
	assert_true(field_take_u64(&in, &n) && in.len == 0);
	return n;
}

struct email {
	uint64_t email, thread, mailbox, modseq;
	uint32_t uid, flags;
};

static bool
take_email(struct str *in, struct email *e)
{
	uint64_t size = 0, date = 0;
	uint32_t head = 0;

	if (in->len == 0)
		return false;
	assert_true(field_take_u64(in, &e->email));
	assert_true(field_take_u64(in, &e->thread) &&
	    field_take_u64(in, &e->mailbox) && field_take_u32(in, &e->uid) &&
	    field_take_u32(in, &e->flags) && field_take_u64(in, &e->modseq) &&
	    field_take_u64(in, &size) && field_take_u64(in, &date) &&
	    field_take_u32(in, &head));
	assert_int_equal(size, MAIL);
	assert_int_equal(date, 1700000000);
	assert_int_equal(head, HEAD);
	return true;
}

/* By its place, or (mailbox 0) by its number; how many there are. */
static size_t
look(int fd, uint64_t mailbox, uint64_t id, struct email *e)
{
	struct msg_read_emails m = { .mailbox = mailbox };
	uint64_t modseq;
	struct buf ids;
	struct str in;
	size_t n = 0;

	buf_init(&ids, 8);
	if (mailbox == 0)
		field_put_u64(&ids, id);
	else
		field_put_u32(&ids, (uint32_t)id);
	m.ids = buf_str(&ids);
	assert_int_equal(ask(fd, READ_EMAILS, &m), VERDICT_YES);
	in = buf_str(&out);
	assert_true(field_take_u64(&in, &modseq));
	while (take_email(&in, e))
		n++;
	buf_free(&ids);
	return n;
}

struct change {
	uint64_t email, thread, mailbox, at;
	uint32_t kind, uid;
};

/* How many, into c; *now: the account's modseq. */
static size_t
changes(uint64_t since, uint64_t after, uint32_t limit, struct change *c,
    size_t room, uint64_t *now)
{
	struct msg_read_changes m = { since, after, limit };
	struct str in;
	size_t n = 0;

	assert_int_equal(ask(alice.read, READ_CHANGES, &m), VERDICT_YES);
	in = buf_str(&out);
	assert_true(field_take_u64(&in, now));
	for (; in.len > 0; n++) {
		assert_true(n < room);
		assert_true(field_take_u64(&in, &c[n].email) &&
		    field_take_u64(&in, &c[n].thread) &&
		    field_take_u32(&in, &c[n].kind) &&
		    field_take_u64(&in, &c[n].mailbox) &&
		    field_take_u32(&in, &c[n].uid) &&
		    field_take_u64(&in, &c[n].at));
	}
	return n;
}

union any_write {
	struct msg_write_done done;
	struct msg_write_copied copied;
	struct msg_write_made made;
	struct msg_write_watch watch;
	struct msg_write_blob_is blob_is;
	struct msg_write_blob_data blob_data;
};

static union any_write
told(int fd, int type)
{
	union any_write m;

	CHECK(chan_wait(&fd, 1, 10000) >= 0, "no answer of type %d", type);
	assert_int_equal(chan_get(fd, rig.wire, msg_write, WRITE_TYPES, &m,
	    &rig.in), type);
	return m;
}

static union any_write
write_and(int fd, unsigned type, const void *m, int answer)
{
	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, type, m, NULL,
	    0), CHAN_OK);
	return told(fd, answer);
}

static struct str
uid_str(char at[4], uint32_t uid)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(uid >> 8 * i & 0xff);
	return (struct str){ at, 4 };
}

static enum verdict
flag(uint32_t uid, uint32_t flags)
{
	char at[4];
	struct msg_write_flags m = { .mailbox = inbox, .op = FLAGS_ADD,
	    .flags = flags, .uids = uid_str(at, uid) };

	return write_and(alice.write, WRITE_FLAGS, &m, WRITE_DONE).done.verdict;
}

static uint32_t
move(uint64_t from, uint32_t uid, uint64_t to, bool stays)
{
	char at[8];
	struct msg_write_copy m = { from, to, !stays, { at, 8 } };
	union any_write is;

	uid_str(at, uid);
	uid_str(at + 4, uid);
	is = write_and(alice.write, WRITE_COPY, &m, WRITE_COPIED);
	assert_int_equal(is.copied.verdict, VERDICT_YES);
	assert_int_equal(is.copied.messages, 1);
	return is.copied.first;
}

static struct msg_write_done
destroy(int fd, uint64_t mailbox, struct str uids)
{
	struct msg_write_expunge m = { mailbox, 1, uids };

	return write_and(fd, WRITE_EXPUNGE, &m, WRITE_DONE).done;
}

/* A move keeps the number, a copy has a new one; what became of each. */
TEST(life_of_an_email)
{
	struct email a, b, c;
	struct change ch[8];
	uint64_t before = state(alice.read), now;
	uint32_t uid, copy;
	char at[4];

	TEST_BEGIN;
	assert_int_equal(look(alice.read, inbox, 1, &a), 1);
	assert_int_equal(a.thread, a.email);
	assert_int_equal(EMAIL_BORN(a.email), a.modseq);
	assert_int_equal(changes(before, 0, 0, ch, 8, &now), 0);
	assert_int_equal(now, before);
	uid = move(inbox, 1, archive, false);
	assert_int_equal(look(alice.read, 0, a.email, &b), 1);
	assert_int_equal(b.email, a.email);
	assert_int_equal(b.mailbox, archive);
	assert_int_equal(b.uid, uid);
	assert_true(b.modseq > a.modseq);
	assert_int_equal(look(alice.read, inbox, 1, &c), 0);
	assert_int_equal(changes(before, 0, 0, ch, 8, &now), 1);
	assert_int_equal(ch[0].kind, EMAIL_UPDATED);
	assert_int_equal(ch[0].mailbox, archive);
	copy = move(archive, uid, inbox, true);
	assert_int_equal(look(alice.read, inbox, copy, &c), 1);
	assert_true(c.email != a.email);
	assert_int_equal(c.thread, a.thread);
	/* destroyed, \Deleted or not; what is not there is told */
	assert_int_equal(destroy(alice.write, inbox, uid_str(at, copy)).verdict,
	    VERDICT_YES);
	assert_int_equal(look(alice.read, 0, c.email, &b), 0);
	assert_int_equal(changes(before, 0, 0, ch, 8, &now), 1);
	assert_int_equal(changes(now - 1, 0, 0, ch, 8, &now), 1);
	assert_int_equal(ch[0].kind, EMAIL_DESTROYED);
	assert_int_equal(ch[0].email, c.email);
	assert_int_equal(destroy(alice.write, inbox, uid_str(at, copy))
	    .modified.len, 4);
	assert_int_equal(destroy(alice.write, inbox, STR("")).verdict,
	    VERDICT_NO);
}

/* In steps of one, each event once, in order, and the same as at once. */
TEST(changes_in_steps)
{
	struct change all[16], one[16];
	uint64_t since = state(alice.read), now, at = since, after = 0;
	struct rig_box b;
	size_t n, i;

	TEST_BEGIN;
	for (i = 0; i < 3; i++)
		post("alice", "");
	assert_true(rig_list(&rig, alice.read, "INBOX", &b));
	assert_int_equal(b.modseq, state(alice.read));
	flag(b.uidnext - 3, FLAG_SEEN);
	flag(b.uidnext - 1, FLAG_FLAGGED);
	move(inbox, b.uidnext - 2, archive, false);
	n = changes(since, 0, 0, all, 16, &now);
	assert_int_equal(n, 3);
	for (i = 0; i < n; i++)
		assert_int_equal(all[i].kind, EMAIL_CREATED);
	/* one by one: made, made, made, and then what was done to them */
	for (i = 0; changes(at, after, 1, one, 1, &now) == 1; i++) {
		assert_true(i < 6);
		assert_true(one[0].at >= at);
		at = one[0].at;
		after = one[0].email;
		if (i < 3)
			assert_int_equal(one[0].email, all[i].email);
		assert_int_equal(one[0].kind, i < 3 ? EMAIL_CREATED :
		    EMAIL_UPDATED);
	}
	assert_int_equal(i, 6);
	assert_int_equal(at, now);
	assert_int_equal(changes(now, 0, 0, one, 16, &now), 0);
}

TEST(not_of_the_past)
{
	struct msg_read_changes m = { state(alice.read) + 1, 0, 0 };

	TEST_BEGIN;
	assert_int_equal(ask(alice.read, READ_CHANGES, &m), VERDICT_NO);
	assert_int_equal(ask(alice.read, READ_BURIED, &m), VERDICT_NO);
	m.since = UINT64_MAX;
	assert_int_equal(ask(alice.read, READ_CHANGES, &m), VERDICT_NO);
	m = (struct msg_read_changes){ 0, UINT64_MAX, UINT32_MAX };
	assert_int_equal(ask(alice.read, READ_CHANGES, &m), VERDICT_YES);
}

/* Another account's numbers say nothing. */
TEST(nobody_elses)
{
	struct email e;
	uint64_t email;
	char at[4];

	TEST_BEGIN;
	assert_int_equal(look(bob.read, bobs, 1, &e), 1);
	email = e.email;
	assert_int_equal(look(alice.read, bobs, 1, &e), 0);
	/* hers may have the same number: it is hers then */
	if (look(alice.read, 0, email, &e) == 1)
		assert_true(e.mailbox != bobs);
	assert_int_equal(look(bob.read, inbox, 2, &e), 0);
	assert_int_equal(look(alice.read, 0, 0, &e), 0);
	assert_int_equal(look(alice.read, 0, UINT64_MAX, &e), 0);
	assert_int_equal(destroy(alice.write, bobs, uid_str(at, 1)).verdict,
	    VERDICT_NO);
	assert_int_equal(look(bob.read, bobs, 1, &e), 1);
}

/* The emails of a thread, as numbers in *out_. */
static size_t
thread_of(int fd, uint64_t thread, uint64_t *emails)
{
	struct msg_read_emails m = { 0 };
	uint64_t modseq, is;
	struct buf ids;
	struct str in;
	uint32_t n = 0;

	buf_init(&ids, 8);
	field_put_u64(&ids, thread);
	m.ids = buf_str(&ids);
	assert_int_equal(ask(fd, READ_THREADS, &m), VERDICT_YES);
	buf_free(&ids);
	in = buf_str(&out);
	assert_true(field_take_u64(&in, &modseq));
	if (in.len == 0)
		return 0;
	assert_true(field_take_u64(&in, &is) && field_take_u32(&in, &n));
	assert_int_equal(is, thread);
	assert_int_equal(in.len, n * 8);
	for (uint32_t i = 0; i < n; i++)
		assert_true(field_take_u64(&in, &emails[i]));
	return n;
}

static struct email
newest(const char *refs)
{
	struct rig_box b;
	struct email e;

	post("alice", refs);
	assert_true(rig_list(&rig, alice.read, "INBOX", &b));
	assert_int_equal(look(alice.read, inbox, b.uidnext - 1, &e), 1);
	return e;
}

TEST(threads)
{
	struct email x = newest("x"), y = newest("yx"), z = newest("z"), w, v;
	uint64_t emails[16];
	char at[4];

	TEST_BEGIN;
	assert_int_equal(x.thread, x.email);
	assert_int_equal(y.thread, x.thread);
	assert_int_equal(z.thread, z.email);
	/* by any key; of two threads the older one, and both stay */
	w = newest("wy");
	assert_int_equal(w.thread, x.thread);
	v = newest("vzw");
	assert_int_equal(v.thread, x.thread);
	assert_int_equal(newest("z").thread, z.thread);
	assert_int_equal(thread_of(alice.read, x.thread, emails), 4);
	assert_int_equal(emails[0], x.email);
	assert_int_equal(emails[3], v.email);
	assert_int_equal(thread_of(alice.read, z.thread, emails), 2);
	/* an email is no thread, unless it began one */
	assert_int_equal(thread_of(alice.read, y.email, emails), 0);
	/* what began it goes: the thread stays */
	destroy(alice.write, inbox, uid_str(at, x.uid));
	assert_int_equal(thread_of(alice.read, x.thread, emails), 3);
	assert_int_equal(newest("qx").thread, x.thread);
	/* bob's keys are his own */
	assert_int_equal(thread_of(bob.read, x.thread, emails), 0);
}

/* More refs than there may be, or half a number: it costs the channel. */
TEST(refs_that_are_none)
{
	struct msg_target t = { 0 };
	int child = rig_child(&rig);
	size_t n = 1;

	TEST_BEGIN;
	assert_int_equal(rig_rcpt(&rig, child, "alice", "example.org", 0, &t,
	    &n), RCPT_OK);
	rig_deliver_refs(&rig, child, &t, 1, 0, 1, (struct str){ mail, MAIL },
	    HEAD, STR("1234567"));
	assert_int_equal(rig_delivered(&rig, child, 1, 10000), -2);
	close(child);
}

static struct msg_write_made
make(const char *name)
{
	struct msg_write_create m = { from_c(name), SPECIAL_NONE };

	return write_and(alice.write, WRITE_CREATE, &m, WRITE_MADE).made;
}

TEST(mailboxes_change)
{
	uint64_t before = state(alice.read), made;
	struct rig_box b;

	TEST_BEGIN;
	made = make("new").mailbox;
	assert_true(rig_list(&rig, alice.read, "new", &b));
	assert_int_equal(b.id, made);
	assert_int_equal(b.born, before + 1);
	assert_int_equal(b.changed, before + 1);
	assert_int_equal(b.modseq, state(alice.read));
	move(inbox, newest("").uid, made, false);
	assert_true(rig_list(&rig, alice.read, "new", &b));
	assert_int_equal(b.changed, b.born);
	assert_true(b.modseq > b.changed);
	write_and(alice.write, WRITE_RENAME, &(struct msg_write_rename){
	    STR("new"), STR("old") }, WRITE_MADE);
	assert_true(rig_list(&rig, alice.read, "old", &b));
	assert_int_equal(b.changed, state(alice.read));
	write_and(alice.write, WRITE_SUBSCRIBE, &(struct msg_write_subscribe){
	    STR("old"), 1 }, WRITE_MADE);
	assert_true(rig_list(&rig, alice.read, "old", &b));
	assert_int_equal(b.changed, state(alice.read));
}

/* It goes, and its emails with it. */
TEST(mailbox_deleted)
{
	uint64_t before, made, modseq, mailbox = 0, at = 0;
	struct change ch[4];
	struct email e;
	struct str in;

	TEST_BEGIN;
	made = box_id(alice.read, "old");
	assert_int_equal(look(alice.read, made, 1, &e), 1);
	before = state(alice.read);
	write_and(alice.write, WRITE_DELETE, &(struct msg_write_delete){
	    STR("old") }, WRITE_MADE);
	assert_int_equal(state(alice.read), before + 1);
	assert_int_equal(look(alice.read, 0, e.email, &e), 0);
	assert_int_equal(look(alice.read, made, 1, &e), 0);
	assert_int_equal(changes(before, 0, 0, ch, 4, &modseq), 1);
	assert_int_equal(ch[0].kind, EMAIL_DESTROYED);
	assert_int_equal(ch[0].email, e.email);
	assert_int_equal(ask(alice.read, READ_BURIED,
	    &(struct msg_read_changes){ before, 0, 0 }), VERDICT_YES);
	in = buf_str(&out);
	assert_true(field_take_u64(&in, &modseq) &&
	    field_take_u64(&in, &mailbox) && field_take_u64(&in, &at));
	assert_int_equal(in.len, 0);
	assert_int_equal(mailbox, made);
	assert_int_equal(at, before + 1);
}

/* INBOX renamed: its emails are in another mailbox, and they are the same. */
TEST(inbox_renamed)
{
	struct email e = newest(""), after;
	struct change ch[64];
	uint64_t before = state(alice.read), now;
	size_t n;

	TEST_BEGIN;
	write_and(alice.write, WRITE_RENAME, &(struct msg_write_rename){
	    STR("INBOX"), STR("moved") }, WRITE_MADE);
	assert_int_equal(look(alice.read, 0, e.email, &after), 1);
	assert_int_equal(after.mailbox, box_id(alice.read, "moved"));
	n = changes(before, 0, 0, ch, 64, &now);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(ch[i].kind, EMAIL_UPDATED);
		assert_int_equal(ch[i].mailbox, after.mailbox);
	}
	assert_int_equal(now, state(alice.read));
}

TEST(watches_all)
{
	struct msg_write_watch m = { 0, state(alice.read) };
	union any_write is;

	TEST_BEGIN;
	assert_int_equal(chan_put(alice.write, msg_write, WRITE_TYPES,
	    WRITE_WATCH_ALL, &m, NULL, 0), CHAN_OK);
	post("bob", "");
	assert_true(chan_wait(&alice.write, 1, 100) < 0);
	post("alice", "");
	is = told(alice.write, WRITE_CHANGED);
	assert_int_equal(is.watch.mailbox, 0);
	assert_int_equal(is.watch.modseq, state(alice.read));
	/* who is behind is told at once, of any mailbox */
	move(inbox, newest("").uid, archive, false);
	is = write_and(alice.write, WRITE_WATCH_ALL, &m, WRITE_CHANGED);
	assert_int_equal(is.watch.modseq, state(alice.read));
}

static union any_write
upload(int fd, const char *text)
{
	struct msg_write_blob m = { strlen(text) };
	int mem = rig_memfd(text, strlen(text));

	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, WRITE_BLOB, &m,
	    &mem, 1), CHAN_OK);
	close(mem);
	return told(fd, WRITE_BLOB_IS);
}

static uint64_t
get(int fd, uint64_t blob, uint64_t email, const char *text)
{
	struct msg_write_blob_get m = { blob, email };
	union any_write is;
	char got[64];

	is = write_and(fd, WRITE_BLOB_GET, &m, text != NULL ?
	    WRITE_BLOB_DATA : WRITE_BLOB_IS);
	if (text == NULL) {
		assert_int_equal(is.blob_is.verdict, VERDICT_NO);
		return 0;
	}
	assert_int_equal(is.blob_data.size, strlen(text));
	assert_int_equal(pread(rig.in.fds[0], got, sizeof(got), 0),
	    strlen(text));
	assert_memory_equal(got, text, strlen(text));
	/* nobody can change it */
	assert_int_equal(ftruncate(rig.in.fds[0], 0), -1);
	close(rig.in.fds[0]);
	return is.blob_data.blob;
}

TEST(blobs)
{
	union any_write is = upload(alice.write, "hello");
	struct msg_write_blob_of of = { is.blob_is.blob, 77 };
	uint64_t first;

	TEST_BEGIN;
	assert_int_equal(is.blob_is.verdict, VERDICT_YES);
	get(alice.write, is.blob_is.blob, 0, "hello");
	get(alice.write, is.blob_is.blob + 2, 0, NULL);
	get(bob.write, is.blob_is.blob, 0, NULL);
	get(alice.write, 0, 77, NULL);
	/* bob cannot say whose text alice's is */
	assert_int_equal(chan_put(bob.write, msg_write, WRITE_TYPES,
	    WRITE_BLOB_OF, &of, NULL, 0), CHAN_OK);
	get(bob.write, 0, 77, NULL);
	get(alice.write, 0, 77, NULL);
	assert_int_equal(chan_put(alice.write, msg_write, WRITE_TYPES,
	    WRITE_BLOB_OF, &of, NULL, 0), CHAN_OK);
	assert_int_equal(get(alice.write, 0, 77, "hello"), of.blob);
	get(bob.write, 0, 77, NULL);
	get(alice.write, 0, 0, NULL);
	/* the oldest makes room */
	first = upload(alice.write, "second").blob_is.blob;
	for (int i = 2; i < BLOBS_MAX; i++)
		assert_int_equal(upload(alice.write, "x").blob_is.verdict,
		    VERDICT_YES);
	get(alice.write, of.blob, 0, "hello");
	upload(alice.write, "one too many");
	get(alice.write, of.blob, 0, NULL);
	get(alice.write, first, 0, "second");
}

/* A blob that is too large; one that could still be changed. */
TEST(blobs_that_are_none)
{
	struct msg_write_blob m = { BLOB_OCTETS_MAX + 1 };
	int mem = memfd_create("m", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	uint64_t before = upload(bob.write, "bob's").blob_is.blob;
	struct bound other;

	TEST_BEGIN;
	assert_int_equal(ftruncate(mem, (off_t)m.size), 0);
	assert_true(rig_bind(&rig, post("bob", ""), &other));
	assert_int_equal(chan_put(other.write, msg_write, WRITE_TYPES,
	    WRITE_BLOB, &m, &mem, 1), CHAN_OK);
	assert_int_equal(chan_wait(&other.write, 1, 10000), 0);
	assert_int_equal(chan_recv(other.write, true, rig.wire, &rig.in),
	    CHAN_GONE);
	assert_int_equal(fcntl(mem, F_ADD_SEALS, F_SEAL_WRITE |
	    F_SEAL_SHRINK | F_SEAL_GROW), 0);
	assert_int_equal(chan_put(bob.write, msg_write, WRITE_TYPES,
	    WRITE_BLOB, &m, &mem, 1), CHAN_OK);
	assert_int_equal(told(bob.write, WRITE_BLOB_IS).blob_is.verdict,
	    VERDICT_NO);
	get(bob.write, before, 0, "bob's");
	close(mem);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(life_of_an_email), RUN(changes_in_steps),
		RUN(not_of_the_past), RUN(nobody_elses), RUN(threads),
		RUN(refs_that_are_none), RUN(mailboxes_change),
		RUN(mailbox_deleted), RUN(inbox_renamed), RUN(watches_all),
		RUN(blobs),
		RUN(blobs_that_are_none),
	};

	program = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, begin, finish);
}
