/* sealed_test.c - a store whose database is sealed: what lies in its folder,
 * and what it says to another key. */

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/memfd.h"
#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;
static uint64_t alice;

static const char mail[] = "Subject: Quellwolkenbank\r\n\r\n"
    "Quellwolkenbank, Quellwolkenbank\r\n";

enum { HEAD = 28, MAIL = sizeof(mail) - 1, MESSAGES = 30 };

static void
post(void)
{
	struct msg_target t;
	int child = rig_child(&rig);

	for (uint64_t i = 1; i <= MESSAGES; i++) {
		size_t n = 1;

		assert_int_equal(rig_rcpt(&rig, child, "alice", "example.org",
		    0, &t, &n), RCPT_OK);
		rig_deliver(&rig, child, &t, i, 0, 1,
		    (struct str){ mail, MAIL }, HEAD);
		assert_int_equal(rig_delivered(&rig, child, i, 20000),
		    VERDICT_YES);
	}
	alice = t.account;
	close(child);
}

static bool
says(const char *path, const char *word)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);
	struct buf b;
	bool found;

	buf_init(&b, 64 << 20);
	assert_true(fd >= 0 && size >= 0);
	assert_true(memfd_read(fd, 0, buf_room(&b, (size_t)size + 1),
	    (size_t)size));
	buf_grow(&b, (size_t)size);
	close(fd);
	found = b.len > 0 && memmem(b.ptr, b.len, word, strlen(word)) != NULL;
	buf_free(&b);
	return found;
}

/* How many files have what a mailbox is full of. */
static unsigned
search(void)
{
	static const char *const words[] = { "Quellwolkenbank", "alice",
	    "example.org", "CREATE TABLE", "INBOX", "SQLite" };
	DIR *d = opendir(rig.dir);
	struct dirent *e;
	unsigned found = 0;
	char path[400];

	while ((e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", rig.dir, e->d_name);
		for (size_t i = 0; e->d_name[0] != '.' &&
		    i < sizeof(words) / sizeof(words[0]); i++)
			found += says(path, words[i]);
	}
	closedir(d);
	return found;
}

/* A worker reads it, in its sandbox. */
static void
read_it(void)
{
	static const char all[] = "\1\0\0\0\2\0\0\0\3\0\0\0";
	struct msg_read_messages m = { .what = READ_BODY,
	    .uids = { all, sizeof(all) - 1 } };
	struct rig_box box;
	struct bound b;
	struct buf out;
	bool more;

	assert_true(rig_bind(&rig, alice, &b));
	assert_true(rig_list(&rig, b.read, "INBOX", &box));
	CHECK(box.messages == MESSAGES, "%u", box.messages);
	m.mailbox = box.id;
	buf_init(&out, 1 << 20);
	assert_int_equal(rig_read(&rig, b.read, READ_MESSAGES, &m, &out,
	    &more), VERDICT_YES);
	CHECK(memmem(out.ptr, out.len, mail + HEAD, MAIL - HEAD) != NULL,
	    "another text");
	buf_free(&out);
	close(b.read);
	close(b.write);
}

TEST(nothing_in_its_folder)
{
	TEST_BEGIN;
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	post();
	read_it();
	assert_int_equal(search(), 0);
	rig_kill(&rig);
	assert_int_equal(search(), 0);
	rig_start(&rig, program, 0);
	read_it();
	rig_stop(&rig);
	assert_int_equal(search(), 0);
}

TEST(another_key)
{
	static const char why[] = "wrong key, or not a mailbox of pli";

	TEST_BEGIN;
	setenv("PLI_TEST_SEALED", "2", 1);
	rig_refused(&rig, program, why);
	setenv("PLI_TEST_SEALED", "1", 1);
	rig_start(&rig, program, 0);
	read_it();
	rig_stop(&rig);
	unsetenv("PLI_TEST_SEALED");
	rig_refused(&rig, program, "why=corrupt");
}

/* And of one that was not sealed. */
TEST(a_plain_one)
{
	struct rig plain;

	TEST_BEGIN;
	rig_folder(&plain);
	unsetenv("PLI_TEST_SEALED");
	rig_start(&plain, program, 0);
	rig_user(&plain, "alice@example.org", "0", false);
	rig_stop(&plain);
	setenv("PLI_TEST_SEALED", "1", 1);
	rig_refused(&plain, program, "wrong key, or not a mailbox of pli");
	rig_remove(&plain);
}

static int
begin(void **state)
{
	(void)state;
	setenv("PLI_TEST_SEALED", "1", 1);
	rig_folder(&rig);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	rig_remove(&rig);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(nothing_in_its_folder), RUN(another_key),
		RUN(a_plain_one),
	};

	if (argc < 2)
		return 1;
	program = argv[1];
	return cmocka_run_group_tests(tests, begin, finish);
}
