/* tls_heap_test.c - memory that a fork shares well. */

#include "os/tls_heap.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "tests/check.h"

enum { MANY = 3000, WRITTEN = 40 };

struct made {
	char *at[MANY];
};

static size_t
size_of(size_t i)
{
	return i % 97 == 0 ? 5000 + i : 16 + i % 200;
}

/* Every WRITTEN-th object is one that children write to. */
static void *
make(void *arg)
{
	struct made *m = arg;

	for (size_t i = 0; i < MANY; i++) {
		m->at[i] = OPENSSL_malloc(size_of(i));
		memset(m->at[i], (int)(i % 251), size_of(i));
		if (i % 7 == 0) {
			OPENSSL_free(m->at[i]);
			m->at[i] = OPENSSL_zalloc(size_of(i));
			memset(m->at[i], (int)(i % 251), size_of(i));
		}
	}
	return m;
}

static void
use(void *made)
{
	struct made *m = made;

	for (size_t i = 0; i < MANY; i += WRITTEN)
		m->at[i][0] ^= 1;
}

static bool
is_whole(const char *p, size_t n, int c)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != (char)c)
			return false;
	return true;
}

static int
child(struct made *m)
{
	char *p, *q;

	tls_heap_child();
	use(m);
	q = OPENSSL_malloc(20000);
	memset(q, 7, 20000);
	for (size_t i = 0; i < MANY; i++) {
		p = OPENSSL_realloc(m->at[i], 2 * size_of(i));
		if (i % WRITTEN != 0 &&
		    !is_whole(p, size_of(i), (int)(i % 251)))
			return 1;
		memset(p, 1, 2 * size_of(i));
		OPENSSL_free(p);
	}
	if (!is_whole(q, 20000, 7))
		return 2;
	OPENSSL_free(q);
	tls_heap_rest();
	q = OPENSSL_malloc(20000);
	memset(q, 8, 20000);
	return is_whole(q, 20000, 8) ? 0 : 3;
}

TEST(everything_stays_what_it_was)
{
	struct made m;
	struct tls_heap_play play = { make, use, &m };
	int status;
	pid_t pid;

	TEST_BEGIN;
	tls_heap_begin(&play);
	make(&m);
	for (size_t i = 0; i < MANY; i++) {
		CHECK(is_whole(m.at[i], size_of(i), (int)(i % 251)), "%zu", i);
		CHECK(((uintptr_t)m.at[i] & 15) == 0, "%zu", i);
	}
	pid = fork();
	if (pid == 0)
		_exit(child(&m));
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	for (size_t i = 0; i < MANY; i++) {
		CHECK(is_whole(m.at[i], size_of(i), (int)(i % 251)), "%zu", i);
		OPENSSL_free(m.at[i]);
	}
}

TEST(more_than_its_region)
{
	char *p[64];

	TEST_BEGIN;
	for (int i = 0; i < 64; i++) {
		p[i] = OPENSSL_malloc(1 << 20);
		memset(p[i], i, 1 << 20);
	}
	for (int i = 0; i < 64; i++) {
		CHECK(is_whole(p[i], 1 << 20, i), "%d", i);
		p[i] = OPENSSL_realloc(p[i], (1 << 20) + 1);
		CHECK(is_whole(p[i], 1 << 20, i), "%d", i);
		OPENSSL_free(p[i]);
	}
	assert_null(OPENSSL_malloc(0));
	OPENSSL_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(everything_stays_what_it_was),
		RUN(more_than_its_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
