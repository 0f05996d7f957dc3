/*
 * stolen.c - pli stolen: what to do when a box or a computer is gone.
 *
 * It only says: each step has its command, and which of them are right the
 * owner decides.  What it claims is SECURITY.md's table, no more.
 */

#include "pli.h"

#include <string.h>
#include <unistd.h>

#include "base/wipe.h"

/* $1 of a text and of a command is the address, $2 its domain. */
struct step {
	const char *key;		/* stolen-KEY */
	const char *command;		/* NULL: a fact */
};

static const struct step of_box[] = {
	{ "box-has", NULL },
	{ "box-has-not", NULL },
	{ "box-can", NULL },
	{ "box-stop", "pli stop" },
	{ "box-dns", "dig +short MX $2" },
	{ "box-dkim", "plictl dkim show $2" },
	{ "box-tls", "dig +short TLSA _25._tcp.mx.$2" },
	{ "box-new", "plictl user add $1" },
	{ "box-pair", "pli pair CODE" },
	{ "box-others", "pli pair CODE && pli resync --force" },
	{ "box-devices", "pli device list" },
};

static const struct step of_computer[] = {
	{ "computer-has", NULL },
	{ "computer-open", NULL },
	{ "computer-list", "pli device list" },
	{ "computer-remove", "pli device remove NAME" },
	{ "computer-box", "plictl user device remove $1 NAME" },
	{ "computer-weak", NULL },
	{ "computer-revoke", "pli key revoke revoked.asc --reason "
	"compromised" },
	{ "computer-key", "plictl user cert $1 FILE" },
	{ "computer-past", NULL },
};

static const struct stolen {
	const char *name;
	const struct step *steps;
	size_t n;
} kinds[] = {
	{ "box", of_box, sizeof(of_box) / sizeof(of_box[0]) },
	{ "computer", of_computer,
	    sizeof(of_computer) / sizeof(of_computer[0]) },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), TEXT_MAX = 4096 };

static void
fill(const struct pli *p, struct buf *out, const char *text)
{
	struct str args[2] = { from_c(p->address),
	    from_c(strchr(p->address, '@') + 1) };

	text_put(out, text, args, 2);
}

static void
put_text(const struct pli *p, const struct step *s, size_t number)
{
	char key[64];
	struct buf out;

	snprintf(key, sizeof(key), "stolen-%s", s->key);
	buf_init(&out, TEXT_MAX);
	if (s->command != NULL) {
		buf_add_u64(&out, number);
		buf_add_c(&out, ". ");
	}
	fill(p, &out, text_of(&p->cli, key));
	if (s->command != NULL) {
		buf_add_c(&out, "\n     ");
		fill(p, &out, s->command);
	}
	buf_byte(&out, '\n');
	put_line(buf_str(&out));
	buf_free(&out);
}

static void
put_json(const struct pli *p, const struct stolen *k, const struct step *s,
    bool first)
{
	char key[64];
	struct buf out, text;

	snprintf(key, sizeof(key), "stolen-%s", s->key);
	buf_init(&out, 4 * TEXT_MAX);
	buf_init(&text, TEXT_MAX);
	buf_add_c(&out, first ? "[{\"stolen\":" : ",\n{\"stolen\":");
	json_text(&out, from_c(k->name));
	buf_add_c(&out, ",\"step\":");
	json_text(&out, from_c(s->key));
	buf_add_c(&out, ",\"text\":");
	fill(p, &text, text_of(&p->cli, key));
	json_text(&out, buf_str(&text));
	if (s->command != NULL) {
		buf_clear(&text);
		fill(p, &text, s->command);
		buf_add_c(&out, ",\"command\":");
		json_text(&out, buf_str(&text));
	}
	buf_byte(&out, '}');
	flush(&out);
	buf_free(&text);
}

/* How long the thief has to guess. */
static void
judge(struct pli *p)
{
	char passphrase[SECRET_MAX + 1], key[] = "strength-0", bits[16];
	double b;
	int score;

	if (line_take(p, "stolen-passphrase", false, passphrase) != 0)
		return;
	score = strength(passphrase, p->address, &b);
	wipe(passphrase, sizeof(passphrase));
	key[sizeof(key) - 2] = (char)('0' + score);
	snprintf(bits, sizeof(bits), "%.0f", b);
	tell(&p->cli, key, bits, NULL);
}

/* One step after the other, each when the owner has done it. */
static int
walk(struct pli *p, const struct stolen *k)
{
	char line[64];
	size_t number = 0;

	for (size_t i = 0; i < k->n; i++) {
		const struct step *s = &k->steps[i];

		number += s->command != NULL;
		put_text(p, s, number);
		if (strcmp(s->key, "computer-weak") == 0)
			judge(p);
		if (s->command == NULL)
			continue;
		fputs(text_of(&p->cli, "stolen-next"), stdout);
		putchar(' ');
		fflush(stdout);
		if (fgets(line, sizeof(line), stdin) == NULL)
			return EXIT_NO;
		putchar('\n');
	}
	tell(&p->cli, "stolen-end", NULL, NULL);
	return 0;
}

static void
list(const struct pli *p, const struct stolen *k, bool first)
{
	size_t number = 0;

	if (!p->cli.json)
		tell(&p->cli, k == kinds ? "stolen-box" : "stolen-computer",
		    NULL, NULL);
	for (size_t i = 0; i < k->n; i++) {
		number += k->steps[i].command != NULL;
		if (p->cli.json)
			put_json(p, k, &k->steps[i], first && i == 0);
		else
			put_text(p, &k->steps[i], number);
	}
}

static const struct stolen *
kind_of(const char *word)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, word) == 0)
			return &kinds[i];
	return NULL;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	bool plain = false;
	const struct option options[] = {
		{ "--list", NULL, &plain }, { NULL, NULL, NULL },
	};
	const struct stolen *k = NULL;
	struct words words;

	if (!args_take(c, options, argc, argv, &words, 0, 1) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	if (words.count > 0 && (k = kind_of(words.word[0])) == NULL)
		return say(c, EXIT_NO, "stolen-what", words.word[0], NULL);
	if (k != NULL && !plain && !c->json && isatty(STDIN_FILENO) &&
	    isatty(STDOUT_FILENO))
		return walk(p, k);
	for (size_t i = 0; i < KINDS; i++)
		if (k == NULL || k == &kinds[i])
			list(p, &kinds[i], k != NULL || i == 0);
	if (c->json)
		fputs("]\n", stdout);
	return 0;
}

const struct verb verb_stolen = {
	"stolen", "", "[box|computer] [--list]", run,
	{ "what to do when a box or a computer is gone",
	"que faire quand une boîte ou un ordinateur a disparu" },
	{ "What a thief has, what he has not, what he can still do, and what "
	"to revoke: each\nstep with its command.  On a terminal one step "
	"after the other.  Nothing is done by\nthis command itself.\n\n"
	"  --list                   all steps at once\n\n"
	"examples:\n  pli stolen box\n  pli stolen computer --list\n",
	"Ce qu'un voleur a, ce qu'il n'a pas, ce qu'il peut encore faire, et "
	"ce qu'il faut\nrévoquer : chaque étape avec sa commande.  Sur un "
	"terminal, une étape après l'autre.\nCette commande ne fait rien "
	"elle-même.\n\n"
	"  --list                   toutes les étapes d'un coup\n\n"
	"exemples :\n  pli stolen box\n  pli stolen computer --list\n" },
};
