/*
 * htmlclean.c - what html.h makes of a text; asked by test_html.py.
 *
 * usage: htmlclean < VECTORS, as pliparse takes them.
 *
 * A line of JSON for each: { "status", "clean", "again", "text" }, in hex.
 */

#include <stdio.h>
#include <stdlib.h>

#include "html/html.h"

static void
put_hex(const char *name, struct str s)
{
	printf(",\"%s\":\"", name);
	for (size_t i = 0; i < s.len; i++)
		printf("%02x", (unsigned char)s.ptr[i]);
	putchar('"');
}

static void
answer(struct str in)
{
	struct html_options o = { .images = true };
	struct html_found found;
	struct buf once, twice, text;

	buf_init(&once, HTML_OUT_MAX);
	buf_init(&twice, HTML_OUT_MAX);
	buf_init(&text, HTML_OUT_MAX);
	printf("{\"status\":%d", (int)html_clean(in, &o, &once, &found));
	(void)html_clean(buf_str(&once), &o, &twice, &found);
	(void)html_text(in, false, &text);
	put_hex("clean", buf_str(&once));
	put_hex("again", buf_str(&twice));
	put_hex("text", buf_str(&text));
	puts("}");
	buf_free(&once);
	buf_free(&twice);
	buf_free(&text);
}

int
main(void)
{
	size_t n;

	while (scanf("%zu", &n) == 1 && getchar() == '\n') {
		char *in = malloc(n + 1);

		if (in == NULL || fread(in, 1, n, stdin) != n)
			return 1;
		answer((struct str){ in, n });
		free(in);
	}
	return 0;
}
