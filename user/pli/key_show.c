/* key_show.c - pli key show. */

#include "pli.h"

#include <string.h>
#include <time.h>

#include "base/wipe.h"

static void
put_date(const struct pli *p, uint64_t seconds, char out[32])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (seconds == 0)
		snprintf(out, 32, "%s", text_of(&p->cli, "never"));
	else if (gmtime_r(&t, &tm) == NULL ||
	    strftime(out, 32, "%Y-%m-%d", &tm) == 0)
		snprintf(out, 32, "?");
}

static void
line(const struct pli *p, const char *key, struct str value)
{
	printf("%-12s  ", text_of(&p->cli, key));
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		putchar(c < ' ' || c == 0x7f ? '?' : c);
	}
	putchar('\n');
}

static void
json(const char *key, struct str value, char after)
{
	printf("\"%s\":\"", key);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	printf("\"%c", after);
}

static void
show(const struct pli *p)
{
	const struct msg_agent_status_is *m = &p->got.status_is;
	char created[32], expires[32];

	if (p->cli.json) {
		putchar('{');
		json("address", m->address, ',');
		json("name", m->user_id, ',');
		json("fingerprint", m->fingerprint, ',');
		json("encryption", m->algorithm, ',');
		printf("\"created\":%ju,\"expires\":%ju}\n",
		    (uintmax_t)m->created, (uintmax_t)m->expires);
		return;
	}
	put_date(p, m->created, created);
	put_date(p, m->expires, expires);
	line(p, "show-address", m->address);
	line(p, "show-user-id", m->user_id);
	line(p, "show-fingerprint", m->fingerprint);
	line(p, "show-algorithm", m->algorithm);
	line(p, "show-created", from_c(created));
	line(p, "show-expires", from_c(expires));
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static const struct option none[] = { { NULL, NULL, NULL } };
	char passphrase[SECRET_MAX + 1] = "";
	struct msg_agent_ask m = { .id = 3 };
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 0))
		return EXIT_NO;
	status = agent_unlock(p, passphrase);
	wipe(passphrase, sizeof(passphrase));
	if (status == 0)
		status = agent_ask(p, AGENT_STATUS, &m, NULL, AGENT_STATUS_IS,
		    NULL, "");
	if (status == 0)
		show(p);
	agent_end(p);
	return status;
}

const struct verb verb_key_show = {
	"key", "show", "", run,
	{ "what the key is, and until when it is good",
	"ce qu'est la clé, et jusqu'à quand elle vaut" },
	{ "examples:\n  pli key show\n"
	"  pli -j key show --account alice@example.org\n",
	"exemples :\n  pli key show\n"
	"  pli -j key show --account alice@example.org\n" },
};
