/* cert_test.c - certificates of many kinds, and what is sealed to them. */

#include "pgp/cert.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/pgppacket.h"
#include "tests/check.h"

#define NOW	UINT64_C(1775000000)	/* April 2026 */
#define NEVER	UINT64_C(4000000000)

static struct cert_info info;

static struct str
slurp(const char *name)
{
	static char text[CERT_FILE_MAX + 2];
	char path[512];
	FILE *f;
	size_t n;

	/* from where the compiler was: the folder tests run in */
	snprintf(path, sizeof(path), "%.*s../../tests/data/pgp/%s",
	    (int)(strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__, name);
	f = fopen(path, "rb");
	CHECK(f != NULL, "%s", path);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return (struct str){ text, n };
}

static const struct {
	const char *file;
	enum cert_status want;
	const char *user_id, *algorithm;
} cases[] = {
	{ "alice.asc", CERT_OK, "Alice <alice@example.org>",
	    "ECDH Curve25519" },
	{ "alice.pgp", CERT_OK, "Alice <alice@example.org>",
	    "ECDH Curve25519" },
	{ "rsa2048.asc", CERT_OK, "rsa2048 <rsa2048@example.org>",
	    "RSA 2048" },
	{ "rsa4096.asc", CERT_OK, "rsa4096 <rsa4096@example.org>",
	    "RSA 4096" },
	{ "nistp256.asc", CERT_OK, "nistp256 <nistp256@example.org>",
	    "ECDH NIST P-256" },
	{ "rotated.asc", CERT_OK, "Rotated <rotated@example.org>",
	    "ECDH Curve25519" },
	{ "old.asc", CERT_EXPIRED, "Old <old@example.org>",
	    "ECDH Curve25519" },
	{ "subold.asc", CERT_EXPIRED, "Subold <subold@example.org>",
	    "ECDH Curve25519" },
	{ "weak.asc", CERT_WEAK, NULL, NULL },
	{ "signer.asc", CERT_NO_ENCRYPTION, NULL, NULL },
	{ "revoked.asc", CERT_REVOKED, NULL, NULL },
	{ "several.asc", CERT_SEVERAL, NULL, NULL },
	{ "secret.asc", CERT_SECRET, NULL, NULL },
	{ "secret.pgp", CERT_SECRET, NULL, NULL },
	{ "v6.asc", CERT_VERSION, NULL, NULL },
	{ "README.md", CERT_EMPTY, NULL, NULL },
};

TEST(looks_at_files)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum cert_status got = cert_check(slurp(cases[i].file), NOW,
		    &info);

		CHECK(got == cases[i].want, "%s: %s", cases[i].file,
		    cert_word(got));
		if (cases[i].user_id == NULL)
			continue;
		CHECK(strcmp(info.user_id, cases[i].user_id) == 0, "%s",
		    info.user_id);
		CHECK(strcmp(info.algorithm, cases[i].algorithm) == 0, "%s",
		    info.algorithm);
		CHECK(strlen(info.fingerprint) == 40, "%s", info.fingerprint);
		CHECK(info.use_len > 100 && info.use_len < 4096, "%zu",
		    info.use_len);
		CHECK(info.created == 1767225600, "%ju",
		    (uintmax_t)info.created);
	}
}

TEST(refuses_what_is_damaged)
{
	static char text[CERT_FILE_MAX + 1];
	struct str file = slurp("alice.pgp");

	TEST_BEGIN;
	CHECK(cert_check(STR(""), NOW, &info) == CERT_EMPTY, "nothing");
	for (size_t n = 0; n < file.len; n++)
		CHECK(cert_check((struct str){ file.ptr, n }, NOW, &info) !=
		    CERT_OK, "cut at %zu", n);
	memset(text, 0x99, sizeof(text));
	CHECK(cert_check((struct str){ text, sizeof(text) }, NOW, &info) ==
	    CERT_BIG, "too big");
	memcpy(text, file.ptr, file.len);
	for (size_t at = 3; at < 70; at++) {	/* in the key, in its name */
		text[at] ^= 1;
		CHECK(cert_check((struct str){ text, file.len }, NOW, &info)
		    != CERT_OK, "flipped at %zu", at);
		text[at] ^= 1;
	}
}

static bool
into_buf(void *ctx, const void *octets, size_t n)
{
	buf_add_mem(ctx, octets, n);
	return !((struct buf *)ctx)->failed;
}

static bool
refuse(void *ctx, const void *octets, size_t n)
{
	(void)ctx;
	(void)octets;
	(void)n;
	return false;
}

static struct cert *
load(const char *file)
{
	enum cert_status why = cert_check(slurp(file), NOW, &info);
	struct cert *c;

	CHECK(why == CERT_OK || why == CERT_EXPIRED, "%s", file);
	c = cert_load((struct str){ info.use, info.use_len }, NOW, &why);
	CHECK(c != NULL, "%s: %s", file, cert_word(why));
	return c;
}

TEST(seals)
{
	static const char *const files[] = { "alice.asc", "rsa2048.asc",
	    "rsa4096.asc", "nistp256.asc", "rotated.asc", "old.asc",
	    "subold.asc" };
	static char text[200000];
	struct buf out;

	TEST_BEGIN;
	memset(text, 'x', sizeof(text));
	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct cert *c = load(files[i]);

		for (size_t n = 1; n <= sizeof(text); n *= 7) {
			buf_clear(&out);
			CHECK(cert_seal(c, (struct str){ text, n }, into_buf,
			    &out), "%s %zu", files[i], n);
			CHECK(pgppacket_is_encrypted(buf_str(&out)),
			    "%s %zu", files[i], n);
			CHECK(out.len > n && out.len < n + 2000, "%zu",
			    out.len);
			CHECK(memmem(out.ptr, out.len, "xxxxxxxx", 8) == NULL,
			    "in clear");
		}
		CHECK(!cert_seal(c, STR("x"), refuse, NULL), "no room");
		cert_free(c);
	}
	buf_free(&out);
}

TEST(serves_expired_ones_never_revoked_ones)
{
	enum cert_status why;
	struct cert *c = load("old.asc");

	TEST_BEGIN;
	/* the subkey ends before its primary does */
	CHECK(cert_expires(c) == 1767225600 + 10 * 86400, "%ju",
	    (uintmax_t)cert_expires(c));
	cert_free(c);
	c = cert_load((struct str){ info.use, info.use_len }, NEVER, &why);
	CHECK(c != NULL, "%s", cert_word(why));
	cert_free(c);
	c = load("alice.asc");
	CHECK(cert_expires(c) == 0, "%ju", (uintmax_t)cert_expires(c));
	cert_free(c);
	c = cert_load(STR("\xc6\x01\x04"), NOW, &why);
	CHECK(c == NULL && why == CERT_BROKEN, "%s", cert_word(why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(looks_at_files),
		RUN(refuses_what_is_damaged),
		RUN(seals),
		RUN(serves_expired_ones_never_revoked_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
