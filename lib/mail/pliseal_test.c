/* pliseal_test.c - fields that are made, read again, and refused. */

#include "mail/pliseal.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static const unsigned char hash[PLISEAL_HASH] = { 1, 2, 3 };
static const unsigned char sig[PLISEAL_SIGNATURE] = { 250, 251, 252 };

static struct str
value_of(const struct buf *field)
{
	static const size_t name = sizeof("Pli-Seal:") - 1;

	return (struct str){ field->ptr + name, field->len - name };
}

TEST(is_made_as_drawn)
{
	static const char want[] =
	    "Pli-Seal: v=1; t=1790000000; with=esmtps; from=a@example.net;\r\n"
	    " h=AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;\r\n"
	    " s=+vv8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAA\r\n AAAAAAAAAAA==\r\n";
	struct buf stamp, out;

	TEST_BEGIN;
	buf_init(&stamp, PLISEAL_STAMP_MAX);
	buf_init(&out, PLISEAL_FIELD_MAX);
	CHECK(pliseal_stamp(&stamp, STR("t=1790000000; with=esmtps; "
	    "from=a@example.net")), "stamp");
	pliseal_put(&out, buf_str(&stamp), hash, sig);
	CHECK(str_eq(buf_str(&out), from_c(want)), "%.*s", (int)out.len,
	    out.ptr);
	buf_clear(&out);
	pliseal_signed(&out, buf_str(&stamp), hash);
	CHECK(str_eq(buf_str(&out), STR("pli-seal-v1\nt=1790000000;with=esmtps;"
	    "from=a@example.net\n"
	    "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
	    "%.*s", (int)out.len, out.ptr);
	buf_free(&stamp);
	buf_free(&out);
}

static void
check_lines(struct str field)
{
	while (field.len > 0) {
		const char *end = memchr(field.ptr, '\n', field.len);
		size_t n;

		CHECK(end != NULL && end[-1] == '\r', "line end");
		n = (size_t)(end + 1 - field.ptr);
		CHECK(n <= 80 && n > 3, "a line of %zu", n);
		field.ptr += n;
		field.len -= n;
	}
}

TEST(comes_back_whatever_its_length)
{
	static char text[PLISEAL_STAMP_MAX + 1];
	static struct pliseal p;
	struct buf out;
	size_t length = 0;

	TEST_BEGIN;
	for (size_t n = 2; n <= sizeof(text); n++) {
		memset(text, 'x', n);
		text[1] = '=';
		if (n > 100)
			memcpy(text + n - 50, ";y=", 3);
		if (n > PLISEAL_STAMP_MAX) {
			buf_init(&out, PLISEAL_FIELD_MAX);
			CHECK(!pliseal_stamp(&out, (struct str){ text, n }),
			    "too long");
			buf_free(&out);
			break;
		}
		buf_init(&out, PLISEAL_FIELD_MAX);
		pliseal_put(&out, (struct str){ text, n }, sig, sig);
		length = out.len;
		buf_clear(&out);
		pliseal_put(&out, (struct str){ text, n }, hash, sig);
		CHECK(!out.failed && out.len == length, "%zu", n);
		check_lines(buf_str(&out));
		CHECK(pliseal_parse(&p, value_of(&out)), "%zu", n);
		CHECK(str_eq((struct str){ p.stamp, p.stamp_len },
		    (struct str){ text, n }), "%zu", n);
		CHECK(memcmp(p.hash, hash, sizeof(hash)) == 0, "hash");
		CHECK(memcmp(p.signature, sig, sizeof(sig)) == 0, "signature");
		buf_free(&out);
	}
}

#define H "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define S "+vv8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
    "AAAAAAAAAAAAAAAAAAAAAAAAAA=="

static const struct {
	const char *value;
	bool ok;
} values[] = {
	{ " v=1; t=1; h=" H "; s=" S "\r\n", true },
	{ "v=1;t=1;h=" H ";s=" S, true },
	{ "v=1;t=;h=" H ";s=" S, true },
	{ "v=1;h=" H ";h=" H ";s=" S, true },	/* the stamp may say h= */
	{ "v=1;h=" H ";s=" S, false },		/* no stamp */
	{ "v=2;t=1;h=" H ";s=" S, false },
	{ "v=1;t=1;s=" S ";h=" H, false },
	{ "v=1;t=1;h=" H ";s=" S ";", false },
	{ "v=1;t=1;h=" H ";s=" S ";x=1", false },
	{ "v=1;t=1;;h=" H ";s=" S, false },
	{ "v=1;T=1;h=" H ";s=" S, false },
	{ "v=1;t;h=" H ";s=" S, false },
	{ "v=1;t=\xc3\xa9;h=" H ";s=" S, false },
	{ "v=1;t=1;h=QQ==" ";s=" S, false },
	{ "", false },
	{ "v=1", false },
};

TEST(refuses_what_is_none)
{
	static struct pliseal p;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		CHECK(pliseal_parse(&p, from_c(values[i].value)) ==
		    values[i].ok, "%s", values[i].value);
}

TEST(finds_items)
{
	struct str value, stamp = STR("t=1;from=a=b;from=c;x=");

	TEST_BEGIN;
	CHECK(pliseal_item(stamp, STR("from"), &value) &&
	    str_eq(value, STR("a=b")), "from");
	CHECK(pliseal_item(stamp, STR("x"), &value) && value.len == 0, "x");
	CHECK(!pliseal_item(stamp, STR("y"), &value), "y");
	CHECK(!pliseal_item(STR(""), STR("y"), &value), "nothing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(is_made_as_drawn),
		RUN(comes_back_whatever_its_length),
		RUN(refuses_what_is_none),
		RUN(finds_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
