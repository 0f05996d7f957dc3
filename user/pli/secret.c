/* secret.c - passphrases: asked, judged, never shown. */

#include "pli.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <zxcvbn.h>

#include "base/wipe.h"

enum {
	JUDGED_MAX = 100,	/* octets: zxcvbn's time grows with the cube */
	SCORE_ENOUGH = 3,
	TRIES = 3,
};

/* zxcvbn's own steps: 10^3, 10^6, 10^8, 10^10 guesses. */
int
strength(const char *passphrase, const char *address, double *bits)
{
	static const double steps[] = { 9.97, 19.93, 26.58, 33.22 };
	char cut[JUDGED_MAX + 1], word[JUDGED_MAX + 1];
	const char *known[] = { "pli", word, NULL };
	int score = 0;

	snprintf(cut, sizeof(cut), "%.*s", JUDGED_MAX, passphrase);
	snprintf(word, sizeof(word), "%.*s", JUDGED_MAX, address);
	*bits = ZxcvbnMatch(cut, known, NULL);
	while (score < 4 && *bits >= steps[score])
		score++;
	wipe(cut, sizeof(cut));
	return score;
}

static int
take_line(struct pli *p, FILE *f, const char *from, bool empty,
    char out[SECRET_MAX + 1])
{
	char line[SECRET_MAX + 3];
	size_t n;

	/* not through stdio's own buffer, which nobody wipes */
	setvbuf(f, NULL, _IONBF, 0);
	if (fgets(line, sizeof(line), f) == NULL)
		return say(p, EXIT_NO, "passphrase-empty", from, NULL);
	n = strcspn(line, "\r\n");
	if ((n == 0 && !empty) || n > SECRET_MAX) {
		wipe(line, sizeof(line));
		return say(p, EXIT_NO, n == 0 ? "passphrase-empty" :
		    "passphrase-long", from, NULL);
	}
	memcpy(out, line, n);
	out[n] = '\0';
	wipe(line, sizeof(line));
	return 0;
}

static int
from_file(struct pli *p, const char *path, char out[SECRET_MAX + 1])
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	int status;

	if (f == NULL)
		return say(p, EXIT_NO, "file-unreadable", path,
		    strerror(errno));
	status = take_line(p, f, path, false, out);
	if (f != stdin)
		fclose(f);
	return status;
}

int
line_take(struct pli *p, const char *key, bool echo, char out[SECRET_MAX + 1])
{
	FILE *tty = fopen("/dev/tty", "r+e");
	struct termios was, quiet;
	bool set;
	int status;

	if (tty == NULL)
		return say(p, EXIT_NO, "no-terminal", NULL, NULL);
	fprintf(tty, "%s ", text_of(p, key));
	fflush(tty);
	set = !echo && tcgetattr(fileno(tty), &was) == 0;
	if (set) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
	}
	status = take_line(p, tty, "/dev/tty",
	    strcmp(key, "ask-key-passphrase") == 0, out);
	if (set) {
		(void)tcsetattr(fileno(tty), TCSAFLUSH, &was);
		fputc('\n', tty);
	}
	fclose(tty);
	return status;
}

int
passphrase_take(struct pli *p, const char *key, char out[SECRET_MAX + 1])
{
	if (p->passphrase_file != NULL)
		return from_file(p, p->passphrase_file, out);
	return line_take(p, key, false, out);
}

/* true: it is taken. */
static bool
judge(struct pli *p, const char *passphrase, bool weak)
{
	char key[] = "strength-0", bits[16];
	double b;
	int score = strength(passphrase, p->address, &b);

	key[sizeof(key) - 2] = (char)('0' + score);
	snprintf(bits, sizeof(bits), "%.0f", b);
	if (score >= SCORE_ENOUGH || weak) {
		if (p->passphrase_file == NULL)
			tell(p, key, bits, NULL);
		return true;
	}
	say(p, EXIT_NO, key, bits, NULL);
	if (ask_yes(p, "weak-anyway", NULL))
		return true;
	return false;
}

int
passphrase_new(struct pli *p, const char *file, bool weak,
    char out[SECRET_MAX + 1])
{
	char again[SECRET_MAX + 1];
	int status, same;

	if (file != NULL) {
		status = from_file(p, file, out);
		if (status != 0)
			return status;
		return judge(p, out, weak) ? 0 :
		    say(p, EXIT_NO, "weak-refused", NULL, NULL);
	}
	for (int i = 0; i < TRIES; i++) {
		status = line_take(p, "ask-new", false, out);
		if (status != 0)
			return status;
		if (!judge(p, out, weak))
			continue;
		status = line_take(p, "ask-again", false, again);
		same = strcmp(out, again);
		wipe(again, sizeof(again));
		if (status != 0)
			return status;
		if (same == 0)
			return 0;
		say(p, EXIT_NO, "not-the-same", NULL, NULL);
	}
	return say(p, EXIT_NO, "no-passphrase", NULL, NULL);
}
