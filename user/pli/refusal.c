/* refusal.c - why something was refused, in words. */

#include "pli.h"

#include <string.h>

int
agent_say(const struct pli *p, const char *subject)
{
	const struct msg_agent_refused *m = &p->got.refused;
	int status = m->verdict == 1 ? EXIT_LATER : EXIT_NO;
	char word[80], about[80];

	snprintf(word, sizeof(word), "why-%.*s", (int)m->why.len,
	    m->why.len > 0 ? m->why.ptr : "");
	snprintf(about, sizeof(about), "%.*s", (int)m->detail.len,
	    m->detail.len > 0 ? m->detail.ptr : "");
	/* twelve words, but not these, or not twelve */
	if (strcmp(word, "why-words") == 0 && about[0] == '0')
		return say(&p->cli, status, "why-words-count", NULL, NULL);
	if (strcmp(word, "why-words") == 0 && about[0] != '\0')
		return say(&p->cli, status, "why-words-one", about, NULL);
	if (text_of(&p->cli, word)[0] != '\0')
		return say(&p->cli, status, word, subject, about);
	return say(&p->cli, status, "why-other", word + 4, about);
}

int
home_say(const struct cli *c, enum verdict v, const char *subject)
{
	char word[80], about[80];

	(void)subject;
	snprintf(word, sizeof(word), "home-%.*s", (int)c->end.why.len,
	    c->end.why.len > 0 ? c->end.why.ptr : "");
	snprintf(about, sizeof(about), "%.*s", (int)c->end.detail.len,
	    c->end.detail.len > 0 ? c->end.detail.ptr : "");
	return say(c, v == VERDICT_LATER ? EXIT_LATER : EXIT_NO,
	    text_of(c, word)[0] != '\0' ? word : "home-refused", word + 5,
	    about);
}
