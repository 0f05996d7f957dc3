/* secret.c - passphrases: asked, judged, never shown. */

#include "pli.h"

#include <string.h>

#include <zxcvbn.h>

#include "base/wipe.h"

enum {
	JUDGED_MAX = 100,	/* octets: zxcvbn's time grows with the cube */
	SCORE_ENOUGH = 3,
	TRIES = 3,
};

/* zxcvbn's own steps: 10^3, 10^6, 10^8, 10^10 guesses. */
int
strength(const char *chosen, const char *address, double *bits)
{
	static const double steps[] = { 9.97, 19.93, 26.58, 33.22 };
	char cut[JUDGED_MAX + 1], word[JUDGED_MAX + 1];
	const char *known[] = { "pli", word, NULL };
	int score = 0;

	snprintf(cut, sizeof(cut), "%.*s", JUDGED_MAX, chosen);
	snprintf(word, sizeof(word), "%.*s", JUDGED_MAX, address);
	*bits = ZxcvbnMatch(cut, known, NULL);
	while (score < 4 && *bits >= steps[score])
		score++;
	wipe(cut, sizeof(cut));
	return score;
}

static const struct secret passphrase = { .empty = "passphrase-empty",
    .too_long = "passphrase-long", .no_terminal = "no-terminal",
    .most = SECRET_MAX };

int
line_take(struct pli *p, const char *key, bool echo, char out[SECRET_MAX + 1])
{
	struct secret s = passphrase;

	s.may_be_empty = strcmp(key, "ask-key-passphrase") == 0;
	return secret_ask(&p->cli, &s, key, echo, out);
}

int
passphrase_take(struct pli *p, const char *key, char out[SECRET_MAX + 1])
{
	if (p->passphrase_file != NULL)
		return secret_file(&p->cli, &passphrase, p->passphrase_file,
		    out);
	return line_take(p, key, false, out);
}

/* true: it is taken. */
static bool
judge(struct pli *p, const char *chosen, bool weak)
{
	char key[] = "strength-0", bits[16];
	double b;
	int score = strength(chosen, p->address, &b);

	key[sizeof(key) - 2] = (char)('0' + score);
	snprintf(bits, sizeof(bits), "%.0f", b);
	if (score >= SCORE_ENOUGH || weak) {
		if (p->passphrase_file == NULL)
			tell(&p->cli, key, bits, NULL);
		return true;
	}
	say(&p->cli, EXIT_NO, key, bits, NULL);
	if (ask_yes(&p->cli, "weak-anyway", NULL))
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
		status = secret_file(&p->cli, &passphrase, file, out);
		if (status != 0)
			return status;
		return judge(p, out, weak) ? 0 :
		    say(&p->cli, EXIT_NO, "weak-refused", NULL, NULL);
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
		say(&p->cli, EXIT_NO, "not-the-same", NULL, NULL);
	}
	return say(&p->cli, EXIT_NO, "no-passphrase", NULL, NULL);
}
