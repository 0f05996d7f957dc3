/* say.c - what is told to the owner. */

#include "pli.h"

#include <string.h>
#include <unistd.h>

#include "codec/utf8.h"
#include "texts.h"

enum { SAID_MAX = 8192 };

const char *
text_of(const struct pli *p, const char *key)
{
	const char *t = text_find(texts, texts_count, from_c(key), p->lang);

	return t != NULL ? t : "";
}

static void
put(const struct pli *p, struct buf *out, const char *key, const char *a,
    const char *b)
{
	struct str args[2] = { from_c(a), from_c(b) };

	text_put(out, text_of(p, key), args, 2);
}

static void
print(FILE *f, struct str text)
{
	struct buf out;

	buf_init(&out, SAID_MAX);
	utf8_plain(&out, text);
	fwrite(out.ptr, 1, out.len, f);
	fputc('\n', f);
	buf_free(&out);
}

void
put_line(struct str text)
{
	print(stdout, text);
}

int
say(const struct pli *p, int status, const char *key, const char *a,
    const char *b)
{
	struct buf out;

	buf_init(&out, SAID_MAX);
	put(p, &out, key, a, b);
	fputs("pli: ", stderr);
	print(stderr, buf_str(&out));
	buf_free(&out);
	return status;
}

void
tell(const struct pli *p, const char *key, const char *a, const char *b)
{
	struct buf out;

	buf_init(&out, SAID_MAX);
	put(p, &out, key, a, b);
	print(stdout, buf_str(&out));
	buf_free(&out);
}

int
say_refusal(const struct pli *p, const char *subject)
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
		return say(p, status, "why-words-count", NULL, NULL);
	if (strcmp(word, "why-words") == 0 && about[0] != '\0')
		return say(p, status, "why-words-one", about, NULL);
	if (text_of(p, word)[0] != '\0')
		return say(p, status, word, subject, about);
	return say(p, status, "why-other", word + 4, about);
}

bool
ask_yes(const struct pli *p, const char *key, const char *a)
{
	char line[16] = "";
	struct buf out;

	if (!isatty(STDIN_FILENO))
		return false;
	buf_init(&out, SAID_MAX);
	put(p, &out, key, a, NULL);
	fwrite(out.ptr, 1, out.len, stdout);
	buf_free(&out);
	putchar(' ');
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	line[strcspn(line, "\n")] = '\0';
	return strcmp(line, "yes") == 0 ||
	    (p->lang == LANG_FR && strcmp(line, "oui") == 0);
}
