/* imap_fetch_test.c - what is asked for, and how the answer names it. */

#include "proto/imap_fetch.h"

#include <string.h>

#include "tests/check.h"

static const struct {
	const char *args, *want;	/* NULL: syntax */
} cases[] = {
	{ "1 FLAGS", "FLAGS" },
	{ "1 (UID FLAGS)", "UID FLAGS" },
	{ "1 ALL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE" },
	{ "1 fast", "FLAGS INTERNALDATE RFC822.SIZE" },
	{ "1 FULL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY" },
	{ "1 (rfc822 rfc822.header RFC822.TEXT BODYSTRUCTURE)",
	    "RFC822 RFC822.HEADER RFC822.TEXT BODYSTRUCTURE" },
	{ "1 BODY[]", "BODY[]!" },
	{ "1 BODY.PEEK[]", "BODY[]" },
	{ "1 BODY.PEEK[]<0.10>", "BODY[]<0>" },
	{ "1 BODY.PEEK[1]", "BODY[1]" },
	{ "1 BODY.PEEK[1.2.3]<7.1>", "BODY[1.2.3]<7>" },
	{ "1 body.peek[1.mime]", "BODY[1.MIME]" },
	{ "1 BODY.PEEK[2.HEADER]", "BODY[2.HEADER]" },
	{ "1 BODY.PEEK[TEXT]", "BODY[TEXT]" },
	{ "1 (BODY.PEEK[HEADER.FIELDS (Date \"From\")] UID)",
	    "BODY[HEADER.FIELDS (Date From)] UID" },
	{ "1 BODY.PEEK[1.HEADER.FIELDS.NOT (a)]<0.5>",
	    "BODY[1.HEADER.FIELDS.NOT (a)]<0>" },
	{ "1 BODY.PEEK[HEADER.FIELDS ({3}\r\na b)]",
	    "BODY[HEADER.FIELDS (\"a b\")]" },
	{ "1 BODY", "BODY" },
	{ "1 (FLAGS MODSEQ)", "FLAGS MODSEQ" },
	{ "1 FLAGS (CHANGEDSINCE 7)", "FLAGS MODSEQ" },
	{ "1 (MODSEQ UID) (changedsince 7 vanished)", "MODSEQ UID" },
	{ "1 FAST (VANISHED CHANGEDSINCE 1)",
	    "FLAGS INTERNALDATE RFC822.SIZE MODSEQ" },
	{ "1 FLAGS (VANISHED)", NULL },
	{ "1 FLAGS ()", NULL },
	{ "1 FLAGS (CHANGEDSINCE)", NULL },
	{ "1 FLAGS (CHANGEDSINCE x)", NULL },
	{ "1 FLAGS (CHANGEDSINCE 7) ", NULL },
	{ "1 FLAGS (CHANGEDSINCE 7", NULL },
	{ "1 ()", NULL },
	{ "1", NULL },
	{ "1 ", NULL },
	{ "1 (ALL)", NULL },
	{ "1 ALL FAST", NULL },
	{ "1 (FLAGS", NULL },
	{ "1 FLAGS)", NULL },
	{ "1 (FLAGS  UID)", NULL },
	{ "1 BODY.PEEK", NULL },
	{ "1 BODY[", NULL },
	{ "1 BODY[]<1>", NULL },
	{ "1 BODY[]<1.0>", NULL },
	{ "1 BODY[]<4294967296.1>", NULL },
	{ "1 BODY[0]", NULL },
	{ "1 BODY[1.]", NULL },
	{ "1 BODY[1..2]", NULL },
	{ "1 BODY[MIME]", NULL },
	{ "1 BODY[HEADER.FIELDS]", NULL },
	{ "1 BODY[HEADER.FIELDS ()]", NULL },
	{ "1 BODY[HEADERS]", NULL },
	{ "1 RFC822.PEEK", NULL },
};

TEST(fetches_as_listed)
{
	struct arena a;

	TEST_BEGIN;
	arena_init(&a, 1 << 16);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *args = cases[i].args;
		struct imap_fetch f;
		bool ok = imap_fetch_parse((struct str){ args, strlen(args) },
		    &a, &f);
		struct buf out;

		CHECK(ok == (cases[i].want != NULL), "%s", args);
		if (!ok)
			continue;
		buf_init(&out, 4096);
		for (struct imap_item *it = f.items; it != NULL;
		    it = it->next) {
			if (out.len > 0)
				buf_byte(&out, ' ');
			imap_item_put(&out, it);
			if (!it->peek && it->is == ITEM_SECTION)
				buf_byte(&out, '!');
		}
		CHECK(out.len == strlen(cases[i].want) &&
		    memcmp(out.ptr, cases[i].want, out.len) == 0, "%s: %.*s",
		    args, (int)out.len, out.ptr);
		buf_free(&out);
	}
	arena_reset(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { RUN(fetches_as_listed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
