/* dkim_sign_test.c - which fields are signed, in which order, in what form.
 * Signatures themselves: tests/dkim. */

#include "mail/dkim_sign.h"

#include <string.h>

#include "mail/header.h"
#include "tests/check.h"

static const struct dkim_sign sign = {
	.algorithm = STR_INIT("ed25519-sha256"),
	.domain = STR_INIT("example.org"), .selector = STR_INIT("pe1"),
	.time = 1790000000,
};

static bool
holds(const struct buf *b, const char *what)
{
	return memmem(b->ptr, b->len, what, strlen(what)) != NULL;
}

static bool
starts(const struct buf *b, const char *what)
{
	return b->len >= strlen(what) && memcmp(b->ptr, what, strlen(what)) ==
	    0;
}

TEST(takes_fields_from_below)
{
	struct buf out;

	TEST_BEGIN;
	buf_init(&out, 4096);
	dkim_content(&out, STR("A: 1\r\nB:  x\r\nA: 2\r\nA: 3\r\n\r\n"),
	    STR("A : b:a: a : \r\n a:c:A"), STR(" v=1; b="));
	CHECK(str_eq(buf_str(&out), STR("a:3\r\nb:x\r\na:2\r\na:1\r\n"
	    "dkim-signature:v=1; b=")), "%.*s", (int)out.len, out.ptr);
	buf_free(&out);
}

TEST(signs_what_is_seen)
{
	static const struct str header = STR_INIT("Received: x\r\n"
	    "From: a@example.org\r\nTo: b\r\nX: y\r\nSubject: s\r\n"
	    "List-Id: <l>\r\n\r\n");
	struct buf field, content;

	TEST_BEGIN;
	buf_init(&field, DKIM_FIELD_MAX);
	buf_init(&content, 4096);
	assert_true(dkim_sign_begin(&sign, header, &field, &content));
	CHECK(holds(&field, "h=from:from:sender:reply-to:"), "%.*s",
	    (int)field.len, field.ptr);
	CHECK(holds(&field, "list-id;"), "list-id");
	CHECK(!holds(&field, "received"), "received");
	CHECK(starts(&content, "from:a@example.org\r\nsubject:s\r\nto:b\r\n"
	    "list-id:<l>\r\ndkim-signature:v=1; a=ed25519-sha256; c=relaxed/"
	    "relaxed; d=example.org; s=pe1; t=1790000000; h=from:from:"),
	    "%.*s", (int)content.len, content.ptr);
	CHECK(memcmp(content.ptr + content.len - 3, " b=", 3) == 0, "b=");
	buf_free(&field);
	buf_free(&content);
}

/* One field, in short lines. */
TEST(is_one_field)
{
	char signature[256] = "";
	struct header h;
	struct header_field f;
	struct buf field, content;
	size_t column = 0;

	TEST_BEGIN;
	buf_init(&field, DKIM_FIELD_MAX);
	buf_init(&content, 4096);
	assert_true(dkim_sign_begin(&sign, STR("From: x\r\n"), &field,
	    &content));
	dkim_sign_end(&field, (struct str){ signature, sizeof(signature) });
	header_begin(&h, buf_str(&field));
	assert_true(header_next(&h, &f));
	assert_int_equal(h.rest.len, 0);
	for (size_t i = 0; i < field.len; i++) {
		column = field.ptr[i] == '\n' ? 0 : column + 1;
		CHECK(column <= 78, "%.*s", (int)i, field.ptr);
	}
	buf_free(&field);
	buf_free(&content);
}

TEST(has_limits)
{
	struct buf header, field, content;

	TEST_BEGIN;
	buf_init(&header, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buf_add(&header, STR("To: x\r\nResent-To: y\r\n"));
	buf_init(&field, DKIM_FIELD_MAX);
	buf_init(&content, 1 << 16);
	assert_true(dkim_sign_begin(&sign, buf_str(&header), &field,
	    &content));
	buf_free(&content);
	buf_init(&content, 64);
	buf_clear(&field);
	assert_false(dkim_sign_begin(&sign, buf_str(&header), &field,
	    &content));
	buf_free(&content);
	buf_free(&field);
	buf_init(&field, 100);
	buf_init(&content, 1 << 16);
	assert_false(dkim_sign_begin(&sign, STR("From: x\r\n"), &field,
	    &content));
	buf_free(&content);
	buf_free(&field);
	buf_free(&header);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_fields_from_below),
		RUN(signs_what_is_seen),
		RUN(is_one_field),
		RUN(has_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
