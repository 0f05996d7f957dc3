/* letterbox_test.c - what goes in comes out; what was changed does not. */

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/check.h"
#include "os/letterbox.h"

static struct letter_out out;
static struct letter_in in;
static char text[100000];

static int
write_letter(size_t n, size_t step, unsigned char key[LETTER_KEY_OCTETS])
{
	int fd = memfd_create("letter", MFD_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 23);
	letter_create(&out, fd, key);
	for (size_t at = 0; at < n; at += step)
		letter_add(&out, (struct str){ text + at,
		    n - at < step ? n - at : step });
	assert_true(letter_close(&out));
	assert_int_equal(out.octets, n);
	assert_int_equal(lseek(fd, 0, SEEK_END), out.size);
	return fd;
}

/* How many octets come out right before the end, or -1. */
static long
read_letter(int fd, uint64_t size, const unsigned char *key)
{
	struct str s;
	size_t n = 0;
	enum letter_status st;

	if (!letter_open(&in, fd, size, key))
		return -1;
	while ((st = letter_next(&in, &s)) == LETTER_OK) {
		if (n + s.len > sizeof(text) ||
		    memcmp(text + n, s.ptr, s.len) != 0)
			return -1;
		n += s.len;
	}
	letter_wipe(&in);
	return st == LETTER_END ? (long)n : -1;
}

static void
comes_back(void **unused)
{
	static const size_t sizes[] = { 0, 1, 16383, 16384, 16385, 32768,
	    99999 };
	unsigned char key[LETTER_KEY_OCTETS];

	(void)unused;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int fd = write_letter(sizes[i], 777, key);

		assert_int_equal(read_letter(fd, out.size, key), sizes[i]);
		close(fd);
	}
}

static void
cut_or_changed(void **unused)
{
	unsigned char key[LETTER_KEY_OCTETS], octet;
	int fd = write_letter(50000, 50000, key);
	uint64_t size = out.size;

	(void)unused;
	for (uint64_t cut = 1; cut < size; cut += 997)
		assert_int_equal(read_letter(fd, size - cut, key), -1);
	/* at the border of a piece as well */
	assert_int_equal(read_letter(fd, LETTER_HEADER + LETTER_PIECE +
	    LETTER_MORE_OCTETS, key), -1);
	assert_int_equal(read_letter(fd, size + 1, key), -1);
	for (off_t at = 0; at < (off_t)size; at += 1009) {
		assert_int_equal(pread(fd, &octet, 1, at), 1);
		octet ^= 1;
		assert_int_equal(pwrite(fd, &octet, 1, at), 1);
		assert_int_equal(read_letter(fd, size, key), -1);
		octet ^= 1;
		assert_int_equal(pwrite(fd, &octet, 1, at), 1);
	}
	key[3] ^= 1;
	assert_int_equal(read_letter(fd, size, key), -1);
	close(fd);
}

static void
nothing_legible(void **unused)
{
	unsigned char key[LETTER_KEY_OCTETS];
	int fd = write_letter(50000, 5000, key);
	char *all = mmap(NULL, out.size, PROT_READ, MAP_SHARED, fd, 0);

	(void)unused;
	assert_true(all != MAP_FAILED);
	assert_null(memmem(all, out.size, "abcdefgh", 8));
	munmap(all, out.size);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(cut_or_changed),
		cmocka_unit_test(nothing_legible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
