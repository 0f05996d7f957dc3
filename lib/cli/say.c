/* say.c - what is told to people. */

#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

#include "codec/utf8.h"

enum { SAID_MAX = 8192 };

const char *
text_of(const struct cli *c, const char *key)
{
	struct str k = from_c(key);
	const char *t = text_find(c->program->texts, c->program->texts_count,
	    k, c->lang);

	if (t == NULL)
		t = text_find(c->program->texts_more,
		    c->program->texts_more_count, k, c->lang);
	if (t == NULL)
		t = text_find(cli_texts, cli_texts_count, k, c->lang);
	return t != NULL ? t : "";
}

static void
put(const struct cli *c, struct buf *out, const char *key, const char *a,
    const char *b)
{
	struct str args[] = { from_c(a != NULL ? a : ""),
	    from_c(b != NULL ? b : ""), from_c(c->program->name) };

	text_put(out, text_of(c, key), args, 3);
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
print(FILE *f, const char *before, struct str text)
{
	struct buf out;

	buf_init(&out, 2 * SAID_MAX);
	buf_add_c(&out, before);
	utf8_plain(&out, text);
	buf_byte(&out, '\n');
	fwrite(out.ptr, 1, out.len, f);
	buf_free(&out);
}

void
put_line(struct str text)
{
	print(stdout, "", text);
}

int
say(const struct cli *c, int status, const char *key, const char *a,
    const char *b)
{
	char before[32];
	struct buf out;

	buf_init(&out, SAID_MAX);
	put(c, &out, key, a, b);
	snprintf(before, sizeof(before), "%s: ", c->program->name);
	if (c->json)
		print_json(key, from_c(a != NULL ? a : ""), buf_str(&out));
	else
		print(stderr, before, buf_str(&out));
	buf_free(&out);
	return status;
}

void
tell(const struct cli *c, const char *key, const char *a, const char *b)
{
	struct buf out;

	buf_init(&out, SAID_MAX);
	put(c, &out, key, a, b);
	put_line(buf_str(&out));
	buf_free(&out);
}

bool
ask_yes(const struct cli *c, const char *key, const char *a)
{
	char line[16] = "";
	struct buf out;

	if (!isatty(STDIN_FILENO))
		return false;
	buf_init(&out, SAID_MAX);
	put(c, &out, key, a, NULL);
	buf_byte(&out, ' ');
	flush(&out);
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	line[strcspn(line, "\n")] = '\0';
	return strcmp(line, "yes") == 0 ||
	    (c->lang == LANG_FR && strcmp(line, "oui") == 0);
}
