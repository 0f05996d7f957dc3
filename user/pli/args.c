/* args.c - words and options after the verb. */

#include "pli.h"

#include <string.h>
#include <time.h>

enum { DAY = 86400 };

static bool
complain(const struct pli *p, const char *key, const char *what)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", p->verb->noun,
	    p->verb->word[0] != '\0' ? " " : "", p->verb->word);
	say(p, EXIT_NO, key, what, name);
	return false;
}

/* "--name=VALUE" is as good as "--name VALUE". */
static bool
take_option(struct pli *p, const struct option *options, int argc,
    char **argv, int *i)
{
	const char *arg = argv[*i];

	for (const struct option *o = options; o->name != NULL; o++) {
		size_t n = strlen(o->name);

		if (o->flag != NULL && strcmp(arg, o->name) == 0) {
			*o->flag = true;
			return true;
		}
		if (o->value == NULL || strncmp(arg, o->name, n) != 0 ||
		    (arg[n] != '\0' && arg[n] != '='))
			continue;
		if (arg[n] == '=') {
			*o->value = arg + n + 1;
			return true;
		}
		if (*i + 1 == argc)
			return complain(p, "option-value", arg);
		*o->value = argv[++*i];
		return true;
	}
	return complain(p, "option-unknown", arg);
}

bool
args_take(struct pli *p, const struct option *options, int argc, char **argv,
    const char **word, size_t least, size_t most)
{
	size_t n = 0;

	for (int i = 0; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1] != '\0') {
			if (!take_option(p, options, argc, argv, &i))
				return false;
		} else if (n == most) {
			return complain(p, "word-many", argv[i]);
		} else {
			word[n++] = argv[i];
		}
	}
	return n >= least || complain(p, "word-few", p->verb->usage);
}

/* A day of the calendar, in whole. */
static bool
take_date(struct str in, uint64_t *expires)
{
	struct tm tm = { .tm_hour = 12 };
	uint64_t y, m, d;
	time_t t;

	if (!str_take_u64(&in, &y) || !str_take_byte(&in, '-') ||
	    !str_take_u64(&in, &m) || !str_take_byte(&in, '-') ||
	    !str_take_u64(&in, &d) || in.len > 0 || y < 2000 || y > 2106 ||
	    m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	tm.tm_year = (int)y - 1900;
	tm.tm_mon = (int)m - 1;
	tm.tm_mday = (int)d;
	t = timegm(&tm);
	*expires = (uint64_t)t;
	return t > 0;
}

static bool
take_span(struct str in, uint64_t now, uint64_t *expires)
{
	static const struct { char unit; uint64_t days; } units[] = {
		{ 'd', 1 }, { 'm', 30 }, { 'y', 365 } };
	uint64_t n;

	if (!str_take_u64(&in, &n) || n == 0 || n > 36500)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (in.len == 1 && in.ptr[0] == units[i].unit) {
			*expires = now + n * units[i].days * DAY;
			return true;
		}
	return false;
}

bool
args_expiry(struct pli *p, const char *text, uint64_t *expires)
{
	uint64_t now = (uint64_t)time(NULL);

	*expires = 0;
	if (strcmp(text, "never") == 0)
		return true;
	if ((take_span(from_c(text), now, expires) ||
	    take_date(from_c(text), expires)) && *expires > now)
		return true;
	say(p, EXIT_NO, "bad-expiry", text, NULL);
	return false;
}
