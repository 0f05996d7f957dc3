/* memfd_test.c - what is settled, and what only looks so. */

#include "os/fd.h"
#include "os/memfd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/check.h"

static int
with_seals(int seals)
{
	int fd = memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	CHECK(fd >= 0 && write(fd, "abc", 3) == 3 &&
	    fcntl(fd, F_ADD_SEALS, seals) == 0, "memfd");
	return fd;
}

TEST(takes_only_what_is_settled)
{
	int all = with_seals(F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
	int some = with_seals(F_SEAL_SHRINK | F_SEAL_GROW);

	TEST_BEGIN;
	CHECK(memfd_is_settled(all, 3), "settled");
	CHECK(!memfd_is_settled(all, 2) && !memfd_is_settled(all, 4), "size");
	CHECK(!memfd_is_settled(all, 0), "nothing");
	CHECK(!memfd_is_settled(some, 3), "can be written");
	CHECK(!memfd_is_settled(-1, 3), "no descriptor");
	close(all);
	close(some);
}

TEST(writes_settles_reads)
{
	int fd = memfd_new("x");
	char back[4] = "";

	TEST_BEGIN;
	CHECK(fd >= 0 && fd_write(fd, STR("ab")) &&
	    fd_write(fd, STR("")) && fd_write(fd, STR("cd")), "write");
	CHECK(!memfd_is_settled(fd, 4), "not yet");
	CHECK(memfd_settle(fd) && memfd_is_settled(fd, 4), "settled");
	CHECK(!fd_write(fd, STR("e")), "for good");
	CHECK(memfd_read(fd, 1, back, 3) && back[0] == 'b' && back[2] == 'd',
	    "read");
	CHECK(memfd_read(fd, 4, back, 0), "nothing is there");
	CHECK(!memfd_read(fd, 2, back, 3), "more than there is");
	CHECK(!fd_write(-1, STR("a")) && !memfd_settle(-1), "no memfd");
	close(fd);
}

TEST(of_octets)
{
	int fd = memfd_of("x", STR("abc")), none = memfd_of("x", STR(""));
	char back[3];

	TEST_BEGIN;
	CHECK(fd >= 0 && memfd_is_settled(fd, 3), "settled");
	CHECK(memfd_read(fd, 0, back, 3) && back[2] == 'c', "read");
	CHECK(none >= 0 && !fd_write(none, STR("a")), "empty, for good");
	close(fd);
	close(none);
}

/* An ordinary file has no seals to ask for: the question fails. */
TEST(an_ordinary_file_is_not)
{
	char name[] = "/tmp/pli-memfd-XXXXXX";
	int fd = mkstemp(name);

	TEST_BEGIN;
	CHECK(fd >= 0 && write(fd, "abc", 3) == 3, "file");
	(void)unlink(name);
	CHECK(!memfd_is_settled(fd, 3), "a file");
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_only_what_is_settled), RUN(writes_settles_reads),
		RUN(of_octets), RUN(an_ordinary_file_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
