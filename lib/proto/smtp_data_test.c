/* smtp_data_test.c - where a message ends, in pieces of every size. */

#include "proto/smtp_data.h"

#include <string.h>

#include "tests/check.h"
#include "tests/pieces.h"

#define FAULT(x)	SMTP_FAULT_##x

static const struct {
	struct str in, text, rest;
	bool done;
	enum smtp_fault fault;
} cases[] = {
#define CASE(in, text, rest, done, fault) \
	{ STR_INIT(in), STR_INIT(text), STR_INIT(rest), done, FAULT(fault) }
	CASE(".\r\n", "", "", true, NONE),
	CASE("a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n", true, NONE),
	CASE("\r\n.\r\n.\r\n", "\r\n", ".\r\n", true, NONE),
	CASE("..\r\n.a\r\n...\r\n.\r\n", ".\r\na\r\n..\r\n", "", true, NONE),
	CASE("a..\r\nb.\r\n.\r\n", "a..\r\nb.\r\n", "", true, NONE),
	CASE("a", "a", "", false, NONE),
	CASE("a\r\n.", "a\r\n", "", false, NONE),
	CASE("a\r\n.\r", "a\r\n", "", false, NONE),
	CASE("a.\r\n", "a.\r\n", "", false, NONE),
	/* what smugglers send is never the end */
	CASE("a\n.\n", "a\n.\n", "", false, BARE_LF),
	CASE("a\r.\r", "a\r.\r", "", false, BARE_CR),
	CASE("a\r.\r\n", "a\r.\r\n", "", false, BARE_CR),
	CASE("a\n.\r", "a\n.\r", "", false, BARE_LF),
	CASE("a\n.\r\n", "a\n.\r\n", "", false, BARE_LF),
	CASE("a\r\n.\n", "a\r\n\n", "", false, BARE_LF),
	CASE("a\r\r\n.\r\n", "a\r\r\n", "", true, BARE_CR),
	CASE("a\r\n.\r\r\nb", "a\r\n\r\nb", "", false, BARE_CR),
	CASE("a\r\n.\rb", "a\r\nb", "", false, BARE_CR),
	CASE("a\r\n\0.\r\n", "a\r\n\0.\r\n", "", false, NUL),
	CASE("a\r\n.\0\r\n", "a\r\n\0\r\n", "", false, NUL),
	CASE("a\0\r\n.\r\n", "a\0\r\n", "", true, NUL),
	CASE("a\r\0\n.\r\n", "a\r\0\n.\r\n", "", false, BARE_CR),
	CASE("a\n.\r\nb\r\n.\r\nc", "a\n.\r\nb\r\n", "c", true, BARE_LF),
};

/* Runs lie in the piece that they are taken from, in order. */
static struct str
take(struct smtp_data *d, struct str *piece)
{
	struct str before = *piece, run = smtp_data_take(d, piece);

	CHECK(run.len <= before.len - piece->len &&
	    run.ptr + run.len == piece->ptr, "no run of the piece");
	return run;
}

/* Feed the text piece by piece; *left: what follows its end. */
static struct str
decode(struct smtp_data *d, struct pieces *p, char *out, size_t *left)
{
	struct str text = { out, 0 }, piece = STR("");

	while (!d->done && pieces_next(p, &piece))
		while (piece.len > 0 && !d->done) {
			struct str run = take(d, &piece);

			memcpy(out + text.len, run.ptr, run.len);
			text.len += run.len;
		}
	*left = piece.len + p->rest.len;
	pieces_drop(p);
	return text;
}

TEST(ends_where_it_should)
{
	struct pieces p;
	char out[64];
	size_t left;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	EACH_SPLIT(p, cases[i].in) {
		struct smtp_data d;
		struct str text;

		smtp_data_begin(&d, true);
		text = decode(&d, &p, out, &left);
		CHECK(d.done == cases[i].done, "%zu: %zu, %zu", i, p.first,
		    p.step);
		CHECK(left == (d.done ? cases[i].rest.len : 0), "%zu: %zu, %zu",
		    i, p.first, p.step);
		CHECK(str_eq(text, cases[i].text), "%zu: %zu, %zu: %.*s", i,
		    p.first, p.step, (int)text.len, out);
		CHECK(d.octets == text.len, "%zu: counted %d", i,
		    (int)d.octets);
		CHECK((d.fault == SMTP_FAULT_NONE) ==
		    (cases[i].fault == SMTP_FAULT_NONE),
		    "%zu: %zu, %zu: fault %d", i, p.first, p.step, d.fault);
	}
}

TEST(leaves_what_follows)
{
	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str in = cases[i].in;
		struct smtp_data d;

		smtp_data_begin(&d, true);
		while (in.len > 0 && !d.done)
			smtp_data_take(&d, &in);
		CHECK(str_eq(in, cases[i].rest), "%zu", i);
	}
}

TEST(bounds_lines)
{
	static char long_line[SMTP_TEXT_MAX + 8];
	struct smtp_data d;

	TEST_BEGIN;
	memset(long_line, 'x', sizeof(long_line));
	for (size_t n = SMTP_TEXT_MAX - 4; n < SMTP_TEXT_MAX + 4; n++) {
		struct str in = { long_line, n }, end = STR("\r\n.\r\n");

		smtp_data_begin(&d, true);
		smtp_data_take(&d, &in);
		while (end.len > 0)
			smtp_data_take(&d, &end);
		CHECK(d.done, "%zu", n);
		CHECK((d.fault == SMTP_FAULT_LONG_LINE) ==
		    (n + 2 > SMTP_TEXT_MAX), "%zu", n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(ends_where_it_should),
		RUN(leaves_what_follows),
		RUN(bounds_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
