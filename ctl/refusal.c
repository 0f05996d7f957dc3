/* refusal.c - why the box refused, in words. */

#include "plictl.h"

/* Words that say the same. */
static struct str
same_as(struct str why)
{
	static const struct { struct str word, same; } words[] = {
		{ STR_INIT("alias-exists"), STR_INIT("exists") },
		{ STR_INIT("bad-quota"), STR_INIT("bad-argument") },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(why, words[i].word))
			return words[i].same;
	return why;
}

int
say_refusal(const struct cli *c, enum verdict verdict, const char *subject)
{
	struct str why = same_as(c->end.why), detail = c->end.detail;
	int status = verdict == VERDICT_LATER ? EXIT_LATER : EXIT_NO;
	char word[80], about[WHY_MAX + 1];

	snprintf(word, sizeof(word), "why-%.*s", (int)why.len,
	    why.len > 0 ? why.ptr : "");
	if (detail.len == 0)
		detail = from_c(subject != NULL ? subject : "");
	snprintf(about, sizeof(about), "%.*s", (int)detail.len, detail.ptr);
	if (text_of(c, word)[0] != '\0')
		return say(c, status, word, about, subject);
	return say(c, status, verdict == VERDICT_LATER ? "why-other-later" :
	    "why-other", word + 4, about);
}
