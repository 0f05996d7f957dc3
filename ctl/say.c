/* say.c - what is told to the operator. */

#include "plictl.h"

#include <string.h>
#include <unistd.h>

#include "base/verdict.h"
#include "codec/utf8.h"
#include "texts.h"

enum { SAID_MAX = 8192 };

const char *
text_of(const struct cli *c, const char *key)
{
	const char *t = text_find(texts, texts_count, from_c(key), c->lang);

	return t != NULL ? t : "";
}

static void
put(const struct cli *c, struct buf *out, const char *key, const char *a,
    const char *b)
{
	struct str args[2] = { from_c(a != NULL ? a : ""),
	    from_c(b != NULL ? b : "") };

	text_put(out, text_of(c, key), args, 2);
}

/* {"error":"no-user","about":"bob","text":"…"} */
static void
print_json(const char *key, struct str about, struct str text)
{
	struct buf out;

	buf_init(&out, SAID_MAX);
	buf_add_c(&out, "{\"error\":");
	json_text(&out, from_c(key));
	buf_add_c(&out, ",\"about\":");
	json_text(&out, about);
	buf_add_c(&out, ",\"text\":");
	json_text(&out, text);
	buf_add_c(&out, "}\n");
	fwrite(out.ptr, 1, out.len, stderr);
	buf_free(&out);
}

static void
print_plain(struct str text)
{
	struct buf out;

	buf_init(&out, 2 * SAID_MAX);
	buf_add_c(&out, "plictl: ");
	utf8_plain(&out, text);
	buf_byte(&out, '\n');
	fwrite(out.ptr, 1, out.len, stderr);
	buf_free(&out);
}

int
say(const struct cli *c, int status, const char *key, const char *a,
    const char *b)
{
	struct buf out;

	buf_init(&out, SAID_MAX);
	put(c, &out, key, a, b);
	if (c->json)
		print_json(key, from_c(a != NULL ? a : ""), buf_str(&out));
	else
		print_plain(buf_str(&out));
	buf_free(&out);
	return status;
}

void
tell(const struct cli *c, const char *key, const char *a, const char *b)
{
	struct buf out;

	buf_init(&out, SAID_MAX);
	put(c, &out, key, a, b);
	buf_byte(&out, '\n');
	flush(&out);
}

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
say_refusal(const struct cli *c, enum verdict verdict, struct str why,
    struct str detail, const char *subject)
{
	int status = verdict == VERDICT_LATER ? EXIT_LATER : EXIT_NO;
	char word[80], about[WHY_MAX + 1];

	why = same_as(why);
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

bool
ask(const struct cli *c, const char *key, const char *a)
{
	struct buf out;
	char line[16] = "";
	bool yes;

	buf_init(&out, SAID_MAX);
	put(c, &out, key, a, NULL);
	buf_add_c(&out, " ");
	flush(&out);
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	line[strcspn(line, "\n")] = '\0';
	yes = strcmp(line, "yes") == 0 || (c->lang == LANG_FR &&
	    strcmp(line, "oui") == 0);
	return yes;
}
