/* wrap_test.c - only the key of this boot opens what it wrapped. */

#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "keys.h"
#include "tests/check.h"

static struct keys
booted(unsigned char octet)
{
	struct keys k = { 0 };
	unsigned char key[32];
	struct buf why;
	int fd = memfd_create("boot", MFD_CLOEXEC);

	memset(key, octet, sizeof(key));
	assert_int_equal(write(fd, key, sizeof(key)), sizeof(key));
	buf_init(&why, WHY_MAX);
	assert_true(boot_load(&k, fd, &why));
	buf_free(&why);
	return k;
}

static const struct str letter = STR_INIT("0123456789abcdef0123456789ABCDEF");

static void
comes_back(void **unused)
{
	struct keys k = booted(7), other = booted(8);
	struct buf wrapped, out;

	(void)unused;
	buf_init(&wrapped, WRAPPED_KEY);
	buf_init(&out, LETTER_KEY);
	assert_true(key_wrap(&k, letter, &wrapped));
	assert_int_equal(wrapped.len, WRAPPED_KEY);
	assert_null(memmem(wrapped.ptr, wrapped.len, letter.ptr, 16));
	assert_true(key_unwrap(&k, buf_str(&wrapped), &out));
	assert_true(str_eq(buf_str(&out), letter));
	buf_clear(&out);
	assert_false(key_unwrap(&other, buf_str(&wrapped), &out));
	for (size_t i = 0; i < wrapped.len; i++) {
		wrapped.ptr[i] ^= 4;
		assert_false(key_unwrap(&k, buf_str(&wrapped), &out));
		wrapped.ptr[i] ^= 4;
	}
	buf_free(&wrapped);
	buf_free(&out);
	sodium_free(k.boot);
	sodium_free(other.boot);
}

static void
refuses_sizes(void **unused)
{
	struct keys k = booted(1);
	struct buf out;

	(void)unused;
	buf_init(&out, WRAPPED_KEY);
	assert_false(key_wrap(&k, STR("short"), &out));
	assert_false(key_unwrap(&k, STR(""), &out));
	assert_false(key_unwrap(&k, letter, &out));
	buf_free(&out);
	sodium_free(k.boot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(refuses_sizes),
	};

	return sodium_init() < 0 ? 1 :
	    cmocka_run_group_tests(tests, NULL, NULL);
}
