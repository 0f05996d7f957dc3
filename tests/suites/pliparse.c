/*
 * pliparse.c - our parsers, spoken to by tests/suites/test_*.py.
 *
 * usage: pliparse KIND < VECTORS
 *
 * Vectors are a decimal length, a line feed and so many octets, one after the
 * other.  A line of JSON answers each; strings are hex.  Kinds: mime, address,
 * content_type, date, unstructured, addr_spec.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/word2047.h"
#include "mail/addr_spec.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/pgpmime.h"
#include "mail/protect.h"

enum { MOST = 1 << 27 };

static struct arena arena;
static struct buf buf;

static void
put(struct str s)
{
	putchar('"');
	for (size_t i = 0; i < s.len; i++)
		printf("%02x", (unsigned char)s.ptr[i]);
	putchar('"');
}

/* Many programs put encoded words in parameters; IMAP clients cope. */
static void
put_words(struct str s, bool decode)
{
	buf_clear(&buf);
	if (decode)
		word2047_decode(s, &buf);
	else
		buf_add(&buf, s);
	put(buf_str(&buf));
}

static void
put_type(const struct param_field *f)
{
	printf("\"type\":");
	put(f->type);
	printf(",\"subtype\":");
	put(f->subtype);
	printf(",\"params\":[");
	for (size_t i = 0; i < f->params; i++) {
		struct str name = f->param[i].name, value, charset;
		const char *star = name.len > 0
		    ? memchr(name.ptr, '*', name.len) : NULL;

		if (star != NULL)
			name.len = (size_t)(star - name.ptr);
		if (!param_get(f, name, &arena, &value, &charset)) {
			value = f->param[i].value;
			charset = STR("");
		}
		printf("%s[", i > 0 ? "," : "");
		put(name);
		putchar(',');
		put_words(value, charset.len == 0);
		putchar(',');
		put(charset);
		putchar(']');
	}
	putchar(']');
}

static void
put_part(const struct mime_part *p, const char *start)
{
	putchar('{');
	put_type(&p->type);
	printf(",\"kind\":%d,\"implied\":%s,\"header\":[%zu,%zu],"
	    "\"body\":[%zu,%zu],\"lines\":%zu,\"encoding\":",
	    p->kind, p->type_implied ? "true" : "false",
	    (size_t)(p->header.ptr - start), p->header.len,
	    (size_t)(p->body.ptr - start), p->body.len, p->lines);
	put(p->encoding);
	printf(",\"children\":[");
	for (const struct mime_part *c = p->child; c != NULL; c = c->next) {
		put_part(c, start);
		if (c->next != NULL)
			putchar(',');
	}
	printf("]}");
}

/* Does protect lead there and back? */
static bool
comes_back(struct str s)
{
	struct protect_in in = { .header = { s.ptr, header_len(s) } };
	struct buf outer, inner, back;
	bool same;

	buf_init(&outer, MOST);
	buf_init(&inner, MOST);
	buf_init(&back, MOST);
	same = protect_header(&in, &outer, &inner);
	buf_add_mem(&inner, s.ptr + in.header.len, s.len - in.header.len);
	same = same && protect_restore(buf_str(&inner), &back) &&
	    str_eq(buf_str(&back), s);
	buf_free(&outer);
	buf_free(&inner);
	buf_free(&back);
	return same;
}

static void
mime(struct str s)
{
	struct mime m;

	if (!mime_parse(&m, s, &arena)) {
		printf("null\n");
		return;
	}
	printf("{\"limited\":%s,\"back\":%s,\"sole\":%s,\"root\":",
	    m.limited ? "true" : "false", comes_back(s) ? "true" : "false",
	    pgpmime_is_sole(s) ? "true" : "false");
	put_part(m.root, s.ptr);
	printf("}\n");
}

static void
put_decoded(void (*part)(struct buf *, const struct address *),
    const struct address *a)
{
	struct buf raw;

	buf_init(&raw, MOST);
	buf_clear(&buf);
	part(&raw, a);
	word2047_decode(buf_str(&raw), &buf);
	put(buf_str(&buf));
	buf_free(&raw);
}

static void
address(struct str s)
{
	struct address_list l;
	struct address a;
	bool first = true;

	putchar('[');
	address_begin(&l, s);
	while (address_next(&l, &a)) {
		printf("%s[%d,", first ? "" : ",", a.kind);
		first = false;
		put_decoded(address_put_name, &a);
		putchar(',');
		put_decoded(address_put_local, &a);
		putchar(',');
		put_decoded(address_put_domain, &a);
		putchar(']');
	}
	printf("]\n");
}

static void
content_type(struct str s)
{
	struct param_field f;
	bool full, fine;

	fine = param_field_parse(&f, s, true, &arena, &full);
	/* some of the vectors are Content-Disposition */
	if (!fine && memchr(s.ptr, '/', s.len) == NULL)
		fine = param_field_parse(&f, s, false, &arena, &full);
	if (!fine) {
		printf("null\n");
		return;
	}
	putchar('{');
	put_type(&f);
	printf("}\n");
}

static void
date(struct str s)
{
	struct date d;

	if (date_parse(s, &d))
		printf("[%lld,%d]\n", (long long)date_seconds(&d), d.zone);
	else
		printf("null\n");
}

static void
unstructured(struct str s)
{
	struct buf plain;

	buf_init(&plain, MOST);
	buf_clear(&buf);
	header_unfold(s, &plain);
	word2047_decode(buf_str(&plain), &buf);
	put(buf_str(&buf));
	putchar('\n');
	buf_free(&plain);
}

static void
addr_spec(struct str s)
{
	printf("%d\n", addr_spec_check(s));
}

static const struct { const char *name; void (*run)(struct str); } kinds[] = {
	{ "mime", mime }, { "address", address }, { "date", date },
	{ "content_type", content_type }, { "unstructured", unstructured },
	{ "addr_spec", addr_spec },
};

static void
run_all(void (*run)(struct str))
{
	unsigned long n;

	while (scanf("%lu", &n) == 1 && n < MOST && getchar() == '\n') {
		/* of its exact size, for the sanitizers */
		char *text = malloc(n > 0 ? n : 1);

		if (text == NULL || fread(text, 1, n, stdin) != n)
			exit(1);
		run((struct str){ text, n });
		arena_reset(&arena);
		free(text);
	}
}

int
main(int argc, char **argv)
{
	arena_init(&arena, MOST);
	buf_init(&buf, MOST);
	for (size_t i = 0; argc == 2 && i < sizeof(kinds) / sizeof(kinds[0]);
	    i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		run_all(kinds[i].run);
		buf_free(&buf);
		return 0;
	}
	fprintf(stderr, "usage: pliparse KIND < VECTORS\n");
	return 2;
}
