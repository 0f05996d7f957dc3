/*
 * botan.c - what librnp's cryptography does in this program.
 *
 * librnp asks Botan for a random generator of its own for every key ring:
 * HMAC-DRBG, seeded anew again and again.  That costs a fifth of a message,
 * and opens files when the sandbox is closed.  The kernel's generator is as
 * good, and Botan has a wrapper of it.  So this executable has a function of
 * the name of Botan's, which comes first.
 *
 * The better half of what is left are the two multiplications on Curve25519.
 * OpenSSL's and libsodium's were tried in their place: through their interfaces
 * they are not faster.
 */

#include <dlfcn.h>

#include "seal.h"

struct botan_rng_struct;
typedef int init_fn(struct botan_rng_struct **, const char *);
typedef int get_fn(struct botan_rng_struct *, uint8_t *, size_t);
typedef int destroy_fn(struct botan_rng_struct *);

init_fn botan_rng_init;

int
botan_rng_init(struct botan_rng_struct **rng, const char *type)
{
	union { void *found; init_fn *call; } real = {
		.found = dlsym(RTLD_NEXT, "botan_rng_init") };

	(void)type;
	if (real.found == NULL)
		log_die("no-botan", "librnp was built on something else");
	return real.call(rng, "system");
}

/* Before the sandbox: the generator opens /dev/urandom at its first octet. */
void
botan_begin(void)
{
	union { void *found; get_fn *call; } get = {
		.found = dlsym(RTLD_DEFAULT, "botan_rng_get") };
	union { void *found; destroy_fn *call; } destroy = {
		.found = dlsym(RTLD_DEFAULT, "botan_rng_destroy") };
	struct botan_rng_struct *rng = NULL;
	uint8_t octet;

	if (get.found == NULL || destroy.found == NULL ||
	    botan_rng_init(&rng, "system") != 0 ||
	    get.call(rng, &octet, 1) != 0)
		log_die("no-random", "Botan gives no random numbers");
	(void)destroy.call(rng);
}
