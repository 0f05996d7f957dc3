/* qp_test.c - escapes, soft breaks, and what is neither. */

#include "codec/qp.h"

#include <string.h>

#include "tests/check.h"
#include "tests/pieces.h"

static void
decodes(struct str in, struct str want)
{
	struct pieces p;

	EACH_SPLIT(p, in) {
		struct qp_dec d = { 0 };
		struct str piece;
		char out[1024];
		size_t n = 0;

		while (pieces_next(&p, &piece))
			n += qp_dec_feed(&d, out + n, piece);
		n += qp_dec_end(&d, out + n);
		CHECK(str_eq((struct str){ out, n }, want),
		    "%zu, %zu: %.*s -> %.*s", p.first, p.step, (int)in.len,
		    in.ptr, (int)n, out);
	}
}

TEST(decodes_as_the_rfc_says)
{
	TEST_BEGIN;
	decodes(STR("a=20b=3D=E9"), STR("a b=\xe9"));
	decodes(STR("a=e9"), STR("a\xe9"));
	decodes(STR("soft =\r\nbreak=  \t\r\n!=\nx"), STR("soft break!x"));
	decodes(STR("tail  \t\r\nx \ny"), STR("tail\r\nx\ny"));
	decodes(STR("in  side"), STR("in  side"));
	decodes(STR("end   "), STR("end"));
	decodes(STR("end="), STR("end"));
}

TEST(lets_nonsense_stand)
{
	char wide[300];

	TEST_BEGIN;
	decodes(STR("=zz=4=x=4"), STR("=zz=4=x=4"));
	decodes(STR("=4=41=4"), STR("=4A=4"));
	decodes(STR("== =41"), STR("== A"));
	decodes(STR("= x"), STR("= x"));
	decodes(STR("=\rx"), STR("x"));
	memset(wide, ' ', sizeof(wide));
	wide[299] = 'x';
	decodes((struct str){ wide, 300 }, (struct str){ wide, 300 });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(decodes_as_the_rfc_says),
		RUN(lets_nonsense_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
