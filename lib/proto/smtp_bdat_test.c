/* smtp_bdat_test.c - chunks, and that nothing in them is a command. */

#include "proto/smtp_bdat.h"

#include "base/buf.h"
#include "tests/check.h"
#include "tests/pieces.h"

static void
chunk(struct smtp_bdat *b, struct str in, uint64_t octets, bool last,
    struct str text, struct str rest)
{
	smtp_bdat_chunk(b, octets, last);
	CHECK(str_eq(smtp_bdat_take(b, &in), text), "%.*s", (int)text.len,
	    text.ptr);
	CHECK(str_eq(in, rest), "%.*s", (int)rest.len, rest.ptr);
}

TEST(takes_what_was_announced)
{
	struct smtp_bdat b;

	TEST_BEGIN;
	smtp_bdat_begin(&b);
	chunk(&b, STR("a\r\n.\r\nBDAT 3\r\n"), 6, false, STR("a\r\n.\r\n"),
	    STR("BDAT 3\r\n"));
	CHECK(!smtp_bdat_is_whole(&b), "more to come");
	chunk(&b, STR("..\r\nQUIT"), 4, false, STR("..\r\n"), STR("QUIT"));
	chunk(&b, STR("QUIT"), 0, true, STR(""), STR("QUIT"));
	CHECK(smtp_bdat_is_whole(&b), "whole");
	CHECK(b.text.fault == SMTP_FAULT_NONE, "%d", b.text.fault);
	CHECK(b.text.octets == 10, "%d", (int)b.text.octets);
}

TEST(joins_chunks)
{
	struct smtp_bdat b;

	TEST_BEGIN;
	smtp_bdat_begin(&b);
	chunk(&b, STR("a\r"), 2, false, STR("a\r"), STR(""));
	chunk(&b, STR("\nb"), 2, true, STR("\nb"), STR(""));
	CHECK(smtp_bdat_is_whole(&b), "whole");
	CHECK(b.text.fault == SMTP_FAULT_NONE, "a CRLF over two chunks");
}

TEST(sees_faults)
{
	struct smtp_bdat b;

	TEST_BEGIN;
	smtp_bdat_begin(&b);
	chunk(&b, STR("a\r"), 2, true, STR("a\r"), STR(""));
	CHECK(smtp_bdat_is_whole(&b), "whole");
	CHECK(b.text.fault == SMTP_FAULT_BARE_CR, "%d", b.text.fault);
	smtp_bdat_begin(&b);
	chunk(&b, STR("a\n.\n"), 4, true, STR("a\n.\n"), STR(""));
	CHECK(smtp_bdat_is_whole(&b), "whole");
	CHECK(b.text.fault == SMTP_FAULT_BARE_LF, "%d", b.text.fault);
	smtp_bdat_begin(&b);
	chunk(&b, STR("a"), UINT64_MAX, true, STR("a"), STR(""));
	CHECK(!smtp_bdat_is_whole(&b), "far from whole");
}

/* Chunks of 7, 0 and 4 octets; then four that are none of theirs. */
TEST(takes_the_same_in_pieces)
{
	static const uint64_t sizes[] = { 7, 0, 4 };
	const struct str text = STR("a\r\n.\r\n." "\r\n\r\n" "QUIT");
	struct smtp_bdat b;
	struct pieces p;
	struct buf got;

	TEST_BEGIN;
	buf_init(&got, 100);
	EACH_SPLIT(p, text) {
		struct str piece = STR("");

		buf_clear(&got);
		smtp_bdat_begin(&b);
		for (size_t i = 0; i < 3; i++) {
			smtp_bdat_chunk(&b, sizes[i], i == 2);
			while (b.left > 0 && (piece.len > 0 ||
			    pieces_next(&p, &piece)))
				buf_add(&got, smtp_bdat_take(&b, &piece));
		}
		CHECK(piece.len + p.rest.len == 4, "%zu, %zu", p.first,
		    p.step);
		pieces_drop(&p);
		CHECK(str_eq(buf_str(&got), (struct str){ text.ptr, 11 }),
		    "%.*s", (int)got.len, got.ptr);
		CHECK(smtp_bdat_is_whole(&b) && b.text.fault ==
		    SMTP_FAULT_NONE, "%d", b.text.fault);
	}
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(takes_what_was_announced),
		RUN(joins_chunks),
		RUN(sees_faults),
		RUN(takes_the_same_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
