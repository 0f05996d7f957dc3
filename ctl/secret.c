/* secret.c - passwords, and what the store keeps of them. */

#include "plictl.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/ascii.h"
#include "base/wipe.h"

enum { LETTERS = 28, GROUP = 4, SALT = 16 };

bool
password_make(char out[PASSWORD_MAX + 1])
{
	/* no i, l, o, u: they are taken for others */
	static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
	unsigned char random[LETTERS];
	size_t n = 0;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	for (size_t i = 0; i < LETTERS; i++) {
		if (i > 0 && i % GROUP == 0)
			out[n++] = '-';
		out[n++] = letters[random[i] & 31];
	}
	out[n] = '\0';
	wipe(random, sizeof(random));
	return true;
}

/* RFC 8265 would fold other characters; these are themselves in all forms. */
static int
judge(struct cli *c, const char *p)
{
	size_t n = strlen(p);

	for (size_t i = 0; i < n; i++)
		if (!is_print((unsigned char)p[i]))
			return say(c, EXIT_NO, "password-characters", NULL,
			    NULL);
	if (n < PASSWORD_MIN)
		return say(c, EXIT_NO, "password-short", NULL, NULL);
	return 0;
}

int
password_read(struct cli *c, const char *file, char out[PASSWORD_MAX + 1])
{
	char line[PASSWORD_MAX + 3];
	bool std = strcmp(file, "-") == 0;
	FILE *f = std ? stdin : fopen(file, "re");
	size_t n;
	bool got;

	if (f == NULL)
		return say(c, EXIT_NO, "file-unreadable", file,
		    strerror(errno));
	/* not through stdio's own buffer, which nobody wipes */
	setvbuf(f, NULL, _IONBF, 0);
	got = fgets(line, sizeof(line), f) != NULL;
	if (!std)
		fclose(f);
	if (!got)
		return say(c, EXIT_NO, "password-empty", file, NULL);
	n = strcspn(line, "\r\n");
	if (n > PASSWORD_MAX) {
		wipe(line, sizeof(line));
		return say(c, EXIT_NO, "password-long", file, NULL);
	}
	memcpy(out, line, n);
	out[n] = '\0';
	wipe(line, sizeof(line));
	return judge(c, out);
}

static bool
hmac(const unsigned char key[VERIFIER_KEY], struct str text,
    unsigned char out[VERIFIER_KEY])
{
	return HMAC(EVP_sha256(), key, VERIFIER_KEY,
	    (const unsigned char *)text.ptr, text.len, out, NULL) != NULL;
}

static bool
hash(unsigned char io[VERIFIER_KEY])
{
	return EVP_Digest(io, VERIFIER_KEY, io, NULL, EVP_sha256(), NULL) == 1;
}

bool
password_verifier_of(struct buf *args, struct str password, struct str salt,
    unsigned rounds)
{
	unsigned char salted[VERIFIER_KEY], stored[VERIFIER_KEY],
	    server[VERIFIER_KEY];
	bool ok = PKCS5_PBKDF2_HMAC(password.ptr, (int)password.len,
	    (const unsigned char *)salt.ptr, (int)salt.len, (int)rounds,
	    EVP_sha256(), sizeof(salted), salted) == 1 &&
	    hmac(salted, STR("Client Key"), stored) && hash(stored) &&
	    hmac(salted, STR("Server Key"), server);

	if (ok) {
		admin_put(args, STR("salt"), salt);
		admin_put_u64(args, STR("iterations"), rounds);
		admin_put(args, STR("stored_key"),
		    (struct str){ (char *)stored, sizeof(stored) });
		admin_put(args, STR("server_key"),
		    (struct str){ (char *)server, sizeof(server) });
	}
	wipe(salted, sizeof(salted));
	wipe(stored, sizeof(stored));
	wipe(server, sizeof(server));
	return ok;
}

bool
password_verifier(struct buf *args, struct str password)
{
	char salt[SALT];

	return getrandom(salt, sizeof(salt), 0) == (ssize_t)sizeof(salt) &&
	    password_verifier_of(args, password,
	    (struct str){ salt, sizeof(salt) }, SCRAM_ROUNDS);
}

int
password_take(struct cli *c, const char *file, struct buf *args,
    char out[PASSWORD_MAX + 1], bool *made)
{
	int status = 0;

	*made = file == NULL;
	if (*made ? !password_make(out) :
	    (status = password_read(c, file, out)) != 0)
		return status != 0 ? status :
		    say(c, EXIT_LATER, "no-random", NULL, NULL);
	if (!password_verifier(args, from_c(out)))
		return say(c, EXIT_LATER, "no-random", NULL, NULL);
	return 0;
}

void
password_tell(struct cli *c, const char *name,
    const char password[PASSWORD_MAX + 1])
{
	struct buf out;

	if (!c->json) {
		tell(c, "password-is", name, password);
		return;
	}
	buf_init(&out, PASSWORD_MAX + FILE_NAME_MAX);
	buf_add_c(&out, "{\"name\":");
	json_text(&out, from_c(name));
	buf_add_c(&out, ",\"password\":");
	json_text(&out, from_c(password));
	buf_add_c(&out, "}\n");
	flush(&out);
}
