/* html_test.c - what stays of foreign HTML, and what does not. */

#include "html/html.h"

#include <stdlib.h>
#include <string.h>

#include "html/names.h"
#include "html/value.h"
#include "tests/check.h"

static const char png[] = "data:image/png;base64,AA==";

static bool
cid(void *ctx, struct str id, struct buf *url)
{
	(void)ctx;
	if (!str_eq(id, STR("a@b")))
		return false;
	buf_add_c(url, png);
	return true;
}

static void
check(bool images, const char *in, const char *want)
{
	struct html_options o = { .images = images, .cid = cid };
	struct html_found found;
	struct buf out;

	buf_init(&out, HTML_OUT_MAX);
	assert_int_equal(html_clean(from_c(in), &o, &out, &found), HTML_OK);
	CHECK(str_eq(buf_str(&out), from_c(want)), "%s\n  is   %.*s\n  want %s",
	    in, (int)out.len, out.ptr, want);
	buf_free(&out);
}

TEST(stays)
{
	TEST_BEGIN;
	check(false, "<p>a <b>b</b> &lt;c&gt;", "<p>a <b>b</b> &lt;c&gt;</p>");
	check(false, "<h1 align=center>x</h1>",
	    "<h1 align=\"center\">x</h1>");
	check(false, "<table width=100%><tr><td colspan=2>x",
	    "<table width=\"100%\"><tbody><tr><td colspan=\"2\">x</td></tr>"
	    "</tbody></table>");
	check(false, "<pre>\n\n x</pre>", "<pre>\n\n x</pre>");
	check(false, "<p style='Color: red; font-family: \"A B\", serif'>x",
	    "<p style=\"color:red;font-family:'A B', serif\">x</p>");
	check(false, "<unknown>x</unknown>y", "xy");
	check(false, "<form action=x><input name=y>z</form>", "z");
}

TEST(goes)
{
	TEST_BEGIN;
	check(false, "a<script>alert(1)</script>b", "ab");
	check(false, "a<style>p{}</style>b<!-- c -->", "ab");
	check(false, "<svg><p>x</p></svg>", "<p>x</p>");
	check(false, "<math><mi>x</mi></math>y", "y");
	check(false, "<p onclick=alert(1) id=x class=y name=z>t", "<p>t</p>");
	check(false, "<iframe src=http://x>y</iframe>z", "z");
	check(false, "<meta http-equiv=refresh content=0>z", "z");
	check(false, "<template><b>x</b></template>y", "y");
	check(false, "<p style='position:fixed;top:0'>x", "<p>x</p>");
	check(false, "<p style='background:url(http://x/)'>x", "<p>x</p>");
	check(false, "<p style='width:expression(alert(1))'>x", "<p>x</p>");
	check(false, "<p style='color:\\72 ed'>x", "<p>x</p>");
	check(false, "<td background=http://x>y", "y");
}

TEST(links)
{
	TEST_BEGIN;
	check(false, "<a href='https://x/?a&b' title=lies>x</a>",
	    "<a href=\"https://x/?a&amp;b\" title=\"https://x/?a&amp;b\""
	    " target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>");
	check(false, "<a href='java\nscript:alert(1)'>x</a>", "<a>x</a>");
	check(false, "<a href=' JavaScript:x'>x</a>", "<a>x</a>");
	check(false, "<a href='/relative'>x</a>", "<a>x</a>");
	check(false, "<a href='data:text/html,x'>x</a>", "<a>x</a>");
}

TEST(pictures)
{
	TEST_BEGIN;
	check(false, "<img src=http://x/y.gif alt=z>", "<img alt=\"z\">");
	check(true, "<img src=http://x/y.gif alt=z>",
	    "<img src=\"http://x/y.gif\" referrerpolicy=\"no-referrer\""
	    " alt=\"z\">");
	check(false, "<img src='cid:a@b'>",
	    "<img src=\"data:image/png;base64,AA==\">");
	check(false, "<img src='cid:other'>", "<img>");
	check(false, "<img src='data:image/svg+xml;base64,AA'>", "<img>");
	check(false, "<img srcset='http://x 2x' onerror=alert(1)>", "<img>");
}

static char *
repeated(const char *word, size_t n)
{
	size_t len = strlen(word);
	char *all = malloc(n * len + 1);

	assert_non_null(all);
	for (size_t i = 0; i < n; i++)
		memcpy(all + i * len, word, len);
	all[n * len] = '\0';
	return all;
}

TEST(hostile)
{
	static const char *const words[] = {
		"<div>", "<b><div></b>", "<div></b>", "<font a=b>",
		"<a b=<a b=", "<a b=\"<a b='", "<svg><g>",
	};
	struct html_options o = { .images = false };
	struct html_found found;
	struct buf out;
	char *in, *attributes;

	TEST_BEGIN;
	buf_init(&out, HTML_OUT_MAX);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		in = repeated(words[i], 20000);
		CHECK(html_clean(from_c(in), &o, &out, &found) ==
		    HTML_TOO_DEEP, "%s", words[i]);
		free(in);
	}
	attributes = repeated(" a=b", 5000);
	memcpy(attributes, "<p ", 3);
	assert_int_equal(html_scan(from_c(attributes)), HTML_TOO_DEEP);
	free(attributes);
	in = repeated("x", HTML_MAX + 1);
	assert_int_equal(html_scan(from_c(in)), HTML_TOO_BIG);
	free(in);
	/* cells and paragraphs that nobody closes are common */
	in = repeated("<p>a<li>b<tr><td>c<br>", 10000);
	assert_int_equal(html_scan(from_c(in)), HTML_OK);
	free(in);
	buf_free(&out);
}

static void
reads(const char *in, const char *want)
{
	struct buf out;

	buf_init(&out, HTML_OUT_MAX);
	assert_int_equal(html_text(from_c(in), false, &out), HTML_OK);
	CHECK(str_eq(buf_str(&out), from_c(want)), "%s\n  is   %.*s\n  want %s",
	    in, (int)out.len, out.ptr, want);
	buf_free(&out);
}

TEST(text)
{
	char *deep, *all;
	size_t n;

	TEST_BEGIN;
	reads("<p>a\n  b<p>c<br>d<br><br>e", "a b\n\nc\nd\n\ne\n");
	reads("<ul><li>a<li>b</ul>", "- a\n- b\n");
	reads("<pre>a\n  b</pre>", "a\n  b\n");
	reads("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc\n");
	reads("<title>t</title>x<script>y</script>&amp;", "x&\n");
	reads("<img alt=picture>", "picture\n");
	reads("", "");
	/* too deep for a tree */
	deep = repeated("<div>", 600);
	n = strlen(deep) + 200;
	all = malloc(n);
	assert_non_null(all);
	snprintf(all, n, "%s<style>p</style>a&lt;&#233;<P title=\">\">b"
	    "<!-- c --> 1 < 2", deep);
	reads(all, "a<\xc3\xa9\n\nb 1 < 2\n");
	free(all);
	free(deep);
}

/* Whatever is in a list must be found in it. */
TEST(lists)
{
	TEST_BEGIN;
	assert_int_equal(html_element(STR("var")), ELEMENT_KEEP);
	assert_int_equal(html_element(STR("a")), ELEMENT_KEEP);
	assert_int_equal(html_element(STR("wbr")), ELEMENT_VOID);
	assert_int_equal(html_element(STR("xmp")), ELEMENT_DROP);
	assert_int_equal(html_element(STR("applet")), ELEMENT_DROP);
	assert_int_equal(html_element(STR("")), ELEMENT_OPEN);
	assert_true(html_property(STR("background")));
	assert_true(html_property(STR("word-wrap")));
	assert_false(html_property(STR("position")));
	assert_true(html_is_block(STR("ul")));
	assert_int_equal(html_attribute(STR("img"), STR("href")), VALUE_DROP);
	assert_int_equal(html_attribute(STR("td"), STR("width")), VALUE_WORD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(stays), RUN(goes), RUN(links), RUN(pictures),
		RUN(hostile), RUN(text), RUN(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
