/* imap_frame_test.c - commands that arrive whole, and octet by octet. */

#include "proto/imap_frame.h"

#include "tests/check.h"
#include "tests/pieces.h"

/* What there is of it, elsewhere in memory each time. */
static enum imap_frame_is
next(struct imap_frame *f, struct str have, uint64_t *n)
{
	char *exact = pieces_exact(have);
	enum imap_frame_is is;

	have.ptr = exact;
	is = imap_frame_next(f, have, n);
	free(exact);
	return is;
}

/* All of `in`, piece by piece; literals of up to most octets are taken. */
static enum imap_frame_is
run(struct str in, struct pieces *p, uint64_t *n, unsigned *literals)
{
	struct imap_frame f;
	struct str ignored;

	imap_frame_begin(&f);
	*literals = 0;
	for (;;) {
		enum imap_frame_is is = next(&f, str_before(in, p->rest), n);

		if (is == FRAME_LITERAL && *n < 1000) {
			(*literals)++;
			imap_frame_accept(&f, (size_t)*n);
		} else if (is != FRAME_MORE || !pieces_next(p, &ignored)) {
			pieces_drop(p);
			return is;
		}
	}
}

static const struct {
	struct str in;
	enum imap_frame_is is;
	uint64_t n;
	unsigned literals;
} cases[] = {
	{ STR_INIT("a NOOP\r\nb"), FRAME_DONE, 8, 0 },
	{ STR_INIT("\r\n"), FRAME_DONE, 2, 0 },
	{ STR_INIT("a NOOP\nb NOOP\r\n"), FRAME_BARE, 7, 0 },
	{ STR_INIT("\n"), FRAME_BARE, 1, 0 },
	{ STR_INIT("a NOOP\r"), FRAME_MORE, 0, 0 },
	{ STR_INIT("a LOGIN {3}\r\na\nb {1+}\r\nx\r\n"), FRAME_DONE, 26, 2 },
	{ STR_INIT("a LOGIN {3}\r\n}\r\n\r\n"), FRAME_DONE, 18, 1 },
	{ STR_INIT("a X {5}\r\n{1}\r\n\r\n"), FRAME_DONE, 16, 1 },
	{ STR_INIT("a X {9223372036854775808}\r\n"), FRAME_LITERAL,
	    1ull << 63, 0 },
	{ STR_INIT("a X {0}\r\n\r\n"), FRAME_DONE, 11, 1 },
};

TEST(frames_as_listed)
{
	struct pieces p;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		EACH_SPLIT(p, cases[i].in) {
			unsigned literals;
			uint64_t n = 0;
			enum imap_frame_is is = run(cases[i].in, &p, &n,
			    &literals);

			CHECK(is == cases[i].is, "%zu by %zu: %d", i, p.step,
			    is);
			CHECK(literals == cases[i].literals, "%zu by %zu: %u",
			    i, p.step, literals);
			CHECK(is == FRAME_MORE || n == cases[i].n,
			    "%zu by %zu: %zu", i, p.step, (size_t)n);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(frames_as_listed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
