/* secret.c - passwords, and what the store keeps of them. */

#include "cli/cli.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/wipe.h"
#include "os/crypt.h"

enum { LETTERS = 28, GROUP = 4, SALT = 16 };

void
password_make(char out[PASSWORD_MAX + 1])
{
	/* no i, l, o, u: they are taken for others */
	static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
	unsigned char random[LETTERS];
	size_t n = 0;

	crypt_random(random, sizeof(random));
	for (size_t i = 0; i < LETTERS; i++) {
		if (i > 0 && i % GROUP == 0)
			out[n++] = '-';
		out[n++] = letters[random[i] & 31];
	}
	out[n] = '\0';
	wipe(random, sizeof(random));
}

void
password_verifier(struct buf *args, struct str password)
{
	struct crypt_verifier v;
	char salt[SALT];

	crypt_random(salt, sizeof(salt));
	crypt_verifier(&v, password, (struct str){ salt, SALT },
	    CRYPT_ITERATIONS);
	admin_put(args, STR("salt"), (struct str){ salt, SALT });
	admin_put_u64(args, STR("iterations"), CRYPT_ITERATIONS);
	admin_put(args, STR("stored_key"),
	    (struct str){ (char *)v.stored_key, CRYPT_HASH });
	admin_put(args, STR("server_key"),
	    (struct str){ (char *)v.server_key, CRYPT_HASH });
	wipe(&v, sizeof(v));
}

static int
take_line(const struct cli *c, const struct secret *s, FILE *f,
    const char *from, char *out)
{
	char line[SECRET_LINE_MAX + 3];
	size_t n;

	/* not through stdio's own buffer, which nobody wipes */
	setvbuf(f, NULL, _IONBF, 0);
	if (fgets(line, sizeof(line), f) == NULL)
		return say(c, EXIT_NO, s->empty, from, NULL);
	n = strcspn(line, "\r\n");
	if ((n == 0 && !s->may_be_empty) || n > s->most) {
		wipe(line, sizeof(line));
		return say(c, EXIT_NO, n == 0 ? s->empty : s->too_long, from,
		    NULL);
	}
	memcpy(out, line, n);
	out[n] = '\0';
	wipe(line, sizeof(line));
	return 0;
}

int
secret_file(const struct cli *c, const struct secret *s, const char *path,
    char *out)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	int status;

	if (f == NULL)
		return say(c, EXIT_NO, "file-unreadable", path,
		    strerror(errno));
	status = take_line(c, s, f, path, out);
	if (f != stdin)
		fclose(f);
	return status;
}

int
secret_ask(const struct cli *c, const struct secret *s, const char *key,
    bool echo, char *out)
{
	FILE *tty = fopen("/dev/tty", "r+e");
	struct termios was, quiet;
	bool set;
	int status;

	if (tty == NULL)
		return say(c, EXIT_NO, s->no_terminal, NULL, NULL);
	fprintf(tty, "%s ", text_of(c, key));
	fflush(tty);
	set = !echo && tcgetattr(fileno(tty), &was) == 0;
	if (set) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
	}
	status = take_line(c, s, tty, "/dev/tty", out);
	if (set) {
		(void)tcsetattr(fileno(tty), TCSAFLUSH, &was);
		fputc('\n', tty);
	}
	fclose(tty);
	return status;
}
