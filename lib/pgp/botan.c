/*
 * botan.c - whence librnp has its random numbers.
 *
 * librnp asks Botan for a random generator of its own for every key ring:
 * HMAC-DRBG, seeded anew again and again.  That costs a fifth of a message,
 * and opens files when the sandbox is closed.  The kernel's generator is as
 * good.  So an executable that calls botan_begin has a function of the name of
 * Botan's, which comes first, and a generator that is getrandom(2) and nothing
 * else.
 *
 * In some places Botan asks a generator of its own besides, which reads
 * /dev/urandom and keeps it open.  A child that arranges its descriptors anew
 * would have it read "random numbers" from whatever lies there then.  So it is
 * opened early, as descriptor 2, which no child touches.  (librnp's complaints
 * go there, too: what is written to /dev/urandom does no harm.)
 *
 * RSA, as Botan does it, begins threads: no sandbox of ours lets it.  So here
 * is its pool, too, in which all is done by who asks (std::function is four
 * words: two of its own, who copies it, who calls it).
 *
 * The better half of what is left are the two multiplications on Curve25519.
 * OpenSSL's and libsodium's were tried in their place: through their interfaces
 * they are not faster.
 */

#include "pgp/botan.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AT_ONCE = 256 };		/* octets that getrandom gives whole */

struct botan_rng_struct;
typedef int init_fn(struct botan_rng_struct **, const char *);
typedef int get_fn(struct botan_rng_struct *, uint8_t *, size_t);
typedef int destroy_fn(struct botan_rng_struct *);
typedef int custom_fn(struct botan_rng_struct **, const char *, void *,
    int (*)(void *, uint8_t *, size_t),
    int (*)(void *, const uint8_t *, size_t), void (*)(void *));

init_fn botan_rng_init;

static int
get(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	while (n > 0) {
		size_t some = n < AT_ONCE ? n : AT_ONCE;

		if (getrandom(out, some, 0) != (ssize_t)some)
			return -1;
		out += some;
		n -= some;
	}
	return 0;
}

static int
add(void *ctx, const uint8_t *octets, size_t n)
{
	(void)ctx;
	(void)octets;
	(void)n;
	return 0;
}

static void
destroy(void *ctx)
{
	(void)ctx;
}

int
botan_rng_init(struct botan_rng_struct **rng, const char *type)
{
	union { void *found; custom_fn *call; } real = {
		.found = dlsym(RTLD_DEFAULT, "botan_rng_init_custom") };

	(void)type;
	/* not there: librnp was built on something else */
	return real.found == NULL ? -1 :
	    real.call(rng, "getrandom", NULL, get, add, destroy);
}

struct thunk {
	void *own[2];
	void (*copy)(void);
	void (*call)(const struct thunk *);
};

void *pool(void) __asm__("_ZN5Botan11Thread_Pool15global_instanceEv");
void pool_run(void *, const struct thunk *)
    __asm__("_ZN5Botan11Thread_Pool11queue_thunkESt8functionIFvvEE");

void *
pool(void)
{
	static char none;

	return &none;
}

void
pool_run(void *which, const struct thunk *t)
{
	(void)which;
	t->call(t);
}

/* One octet of Botan's own generator. */
static bool
open_own(void)
{
	union { void *found; init_fn *call; } init = {
		.found = dlsym(RTLD_NEXT, "botan_rng_init") };
	union { void *found; get_fn *call; } read = {
		.found = dlsym(RTLD_DEFAULT, "botan_rng_get") };
	union { void *found; destroy_fn *call; } end = {
		.found = dlsym(RTLD_DEFAULT, "botan_rng_destroy") };
	struct botan_rng_struct *rng = NULL;
	uint8_t octet;
	bool ok = init.found != NULL && read.found != NULL &&
	    end.found != NULL && init.call(&rng, "system") == 0 &&
	    read.call(rng, &octet, 1) == 0;

	if (rng != NULL)
		(void)end.call(rng);
	return ok;
}

void
botan_brief(void)
{
	(void)setenv("BOTAN_MLOCK_POOL_SIZE", "8", 1);		/* KiB */
}

bool
botan_begin(void)
{
	struct stat own, real;

	close(STDERR_FILENO);
	return open_own() &&
	    dlsym(RTLD_DEFAULT, "botan_rng_init_custom") != NULL &&
	    fstat(STDERR_FILENO, &own) == 0 &&
	    stat("/dev/urandom", &real) == 0 && own.st_rdev == real.st_rdev;
}
