/* mime_test.c - parts, their ranges, and the limits. */

#include "mail/mime.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static struct arena arena;
static struct mime mime;

static size_t
lines(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == '\n';
	return n;
}

/* "multipart/mixed[2](text/plain,…)", checking ranges on the way. */
static size_t
draw(const struct mime_part *p, char *out, size_t room)
{
	size_t n = (size_t)snprintf(out, room, "%.*s/%.*s:%zu+%zu",
	    (int)p->type.type.len, p->type.type.ptr,
	    (int)p->type.subtype.len, p->type.subtype.ptr, p->header.len,
	    p->body.len);

	CHECK(p->body.ptr == p->header.ptr + p->header.len, "gap");
	CHECK(p->lines == lines(p->body), "%zu lines, not %zu", p->lines,
	    lines(p->body));
	if (p->child == NULL)
		return n;
	n += (size_t)snprintf(out + n, room - n, "(");
	for (const struct mime_part *c = p->child; c; c = c->next) {
		CHECK(c->header.ptr >= p->body.ptr, "starts too early");
		CHECK(c->body.ptr + c->body.len <= p->body.ptr + p->body.len,
		    "ends too late");
		n += draw(c, out + n, room - n);
		n += (size_t)snprintf(out + n, room - n,
		    c->next != NULL ? ", " : ")");
	}
	return n;
}

static void
is(struct str message, const char *want)
{
	char got[2048];

	arena_reset(&arena);
	CHECK(mime_parse(&mime, message, &arena), "full");
	draw(mime.root, got, sizeof(got));
	CHECK(strcmp(got, want) == 0, "%s\nnot %s", got, want);
}

#define MIXED	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

TEST(finds_parts)
{
	TEST_BEGIN;
	is(STR("A: b\r\n\r\nhi\r\n"), "text/plain:8+4");
	is(STR(MIXED "pre\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: a/c\r\n"
	    "\r\ntwo\r\n\r\n--b--\r\nepi\r\n"),
	    "multipart/mixed:45+62(text/plain:2+3, a/c:21+5)");
	CHECK(str_eq(mime.root->preamble, STR("pre")), "preamble");
	CHECK(str_eq(mime.root->epilogue, STR("epi\r\n")), "epilogue");
	CHECK(mime.root->closed, "closed");
	CHECK(mime_child(mime.root, 2)->type.subtype.ptr[0] == 'c', "child");
	CHECK(mime_child(mime.root, 3) == NULL, "child 3");
	CHECK(mime_child(mime.root, 0) == NULL, "child 0");
	is(STR("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n"
	    "--b --\n2\n--b-- \t\n"),
	    "multipart/mixed:43+24(text/plain:1+10)");
}

TEST(matches_whole_boundaries_only)
{
	TEST_BEGIN;
	is(STR(MIXED "--b1\r\n--b\r\n\r\n--b0\r\n --b\r\n--\r\n--b--x\r\n"
	    "--b--\r\n"), "multipart/mixed:45+44(text/plain:2+22)");
	is(STR("Content-Type: multipart/mixed; boundary=b--\r\n\r\n--b--\r\n"
	    "\r\nx\r\n--b----\r\n"),
	    "multipart/mixed:47+21(text/plain:2+1)");
}

TEST(nests)
{
	TEST_BEGIN;
	is(STR(MIXED "--b\r\nContent-Type: multipart/digest; boundary=c\r\n"
	    "\r\n--c\r\n\r\nSubject: x\r\n\r\ny\r\n--b\r\n\r\nz\r\n--b--"),
	    "multipart/mixed:45+90(multipart/digest:46+22("
	    "message/rfc822:2+15(text/plain:14+1)), text/plain:2+1)");
	CHECK(!mime.root->child->closed, "closed");
	is(STR("Content-Type: message/rfc822\r\n\r\n" MIXED
	    "--b\r\n\r\nx\r\n--b--\r\n"),
	    "message/rfc822:32+62(multipart/mixed:45+17(text/plain:2+1))");
	is(STR("Content-Type: message/rfc822\r\nContent-Transfer-Encoding:"
	    " base64\r\n\r\nQQ==\r\n"), "message/rfc822:67+6");
	/* a header without an end, and one with nothing after it */
	is(STR(MIXED "--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n"
	    "--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n"
	    "--b--\r\n"),
	    "multipart/mixed:45+95(message/rfc822:32+6(text/plain:6+0), "
	    "message/rfc822:32+8(text/plain:8+0))");
}

TEST(takes_what_is_broken)
{
	TEST_BEGIN;
	is(STR(""), "text/plain:0+0");
	is(STR("hello"), "text/plain:0+5");
	is(STR("A: b"), "text/plain:4+0");
	is(STR("Content-Type: multipart/mixed\r\n\r\n--b\r\n"),
	    "multipart/mixed:33+5");
	is(STR(MIXED), "multipart/mixed:45+0");
	is(STR(MIXED "--b--\r\n--b\r\n"), "multipart/mixed:45+12");
	is(STR(MIXED "--b\r\n--b\r\n--b"),
	    "multipart/mixed:45+13(text/plain:0+0, text/plain:0+0, "
	    "text/plain:0+0)");
	is(STR("Content-Type: message/rfc822"),
	    "message/rfc822:28+0(text/plain:0+0)");
	is(STR("Content-Type: multipart/mixed; boundary=b\r\n"
	    "--b\r\n\r\nx\r\n--b--\r\n"),
	    "multipart/mixed:43+17(text/plain:2+1)");
	is(STR("Content-Type: nonsense\r\n\r\n"), "text/plain:26+0");
	CHECK(mime.root->type_implied, "implied");
}

TEST(knows_its_limits)
{
	struct str part = STR("--b\r\n\r\n");
	char *text = malloc(200000);
	size_t n = sizeof(MIXED) - 1;
	struct mime_part *p;
	unsigned depth = 0;

	TEST_BEGIN;
	memcpy(text, MIXED, n);
	for (int i = 0; i < 5000; i++, n += part.len)
		memcpy(text + n, part.ptr, part.len);
	arena_reset(&arena);
	CHECK(mime_parse(&mime, (struct str){ text, n }, &arena), "full");
	CHECK(mime.parts == MIME_PARTS_MAX, "%zu parts", mime.parts);
	CHECK(mime.limited, "limited");
	for (p = mime.root->child; p->next != NULL; p = p->next)
		;
	CHECK(p->body.ptr + p->body.len == text + n, "the rest is text");

	n = 0;
	for (int i = 0; i < 1000; i++)
		n += (size_t)snprintf(text + n, 100,
		    "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n"
		    "--b%d\r\n", i, i);
	arena_reset(&arena);
	CHECK(mime_parse(&mime, (struct str){ text, n }, &arena), "full");
	CHECK(mime.limited, "limited");
	for (p = mime.root; p != NULL; p = p->child)
		depth++;
	CHECK(depth == MIME_DEPTH_MAX + 1, "%u deep", depth);

	arena_reset(&arena);
	struct arena small;
	arena_init(&small, 3000);
	CHECK(!mime_parse(&mime, (struct str){ text, n }, &small), "fits");
	arena_reset(&small);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(finds_parts),
		RUN(matches_whole_boundaries_only),
		RUN(nests),
		RUN(takes_what_is_broken),
		RUN(knows_its_limits),
	};
	int failed;

	arena_init(&arena, 1 << 22);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_reset(&arena);
	return failed;
}
