/* address_test.c - lists as the RFC draws them, and as they come. */

#include "mail/address.h"

#include <string.h>

#include "tests/check.h"

static void
is(struct str value, const char *want)
{
	struct address_list l;
	struct address a;
	struct buf b;

	buf_init(&b, 10000);
	address_begin(&l, value);
	while (address_next(&l, &a)) {
		if (b.len > 0)
			buf_byte(&b, '|');
		address_put_name(&b, &a);
		if (a.kind == ADDRESS_GROUP) {
			buf_byte(&b, ':');
			continue;
		}
		if (a.kind == ADDRESS_GROUP_END) {
			buf_byte(&b, ';');
			continue;
		}
		buf_byte(&b, '<');
		address_put_route(&b, &a);
		buf_byte(&b, '!');
		address_put_local(&b, &a);
		buf_byte(&b, '@');
		address_put_domain(&b, &a);
		buf_byte(&b, '>');
	}
	CHECK(str_eq(buf_str(&b), (struct str){ want, strlen(want) }),
	    "%.*s, not %s", (int)b.len, b.ptr, want);
	buf_free(&b);
}

TEST(reads_what_the_rfc_shows)
{
	TEST_BEGIN;
	is(STR(" John Doe <jdoe@machine.example>"),
	    "John Doe<!jdoe@machine.example>");
	is(STR("Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y>"),
	    "Mary Smith<!mary@x.test>|<!jdoe@example.org>|Who?<!one@y>");
	is(STR("<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <s@e.n>"),
	    "<!boss@nil.test>|Giant; \"Big\" Box<!s@e.n>");
	is(STR("A Group:Ed Jones <c@a.test>,joe@where.test;"),
	    "A Group:|Ed Jones<!c@a.test>|<!joe@where.test>|;");
	is(STR("Undisclosed recipients:;"), "Undisclosed recipients:|;");
	is(STR("Pete(A nice \\) chap) <pete(his account)@silly.test(his "
	    "host)>"), "Pete<!pete@silly.test>");
	is(STR("(Empty list)(start)Hidden recipients  :(nobody(that I "
	    "know))  ;"), "Hidden recipients:|;");
	is(STR("Joe Q. Public <john.q.public@example.com>"),
	    "Joe Q. Public<!john.q.public@example.com>");
	is(STR("John Doe <@a.test,@b.test:jdoe  @\r\n m(c).  example>, , x@y"),
	    "John Doe<@a.test,@b.test!jdoe@m.example>|<!x@y>");
	is(STR("a@b (The Name), \"q\\\"s\"@[1.2.3.4]"),
	    "The Name<!a@b>|<!q\"s@[1.2.3.4]>");
}

TEST(reads_what_comes)
{
	TEST_BEGIN;
	is(STR(""), "");
	is(STR(" , ;,"), "");
	is(STR("x: a@b"), "x:|<!a@b>|;");
	is(STR("jdoe"), "<!jdoe@>");
	is(STR("John Doe"), "John Doe<!@>");
	is(STR("John <a@b, c@d"), "John<!a@b>|<!c@d>");
	is(STR("a@b <c@d> junk, e@f"), "a@b<!c@d>|<!e@f>");
	is(STR("\"open <a@b>"), "<!open <a@b>@>");
	is(STR("(open a@b"), "");
	is(STR("a@b@c"), "<!a@b@c>");
	is(STR("<>"), "<!@>");
	is(STR("\xc3\xa9 <\xc3\xa8@\xc3\xa7>"),
	    "\xc3\xa9<!\xc3\xa8@\xc3\xa7>");
	is(STR("a@b: c, d@e"), "a@b: c<!@>|<!d@e>");
	is(STR("<@a@b>"), "<!@a@b>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(reads_what_the_rfc_shows),
		RUN(reads_what_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
