/* status_test.c - facts, and what would pass for some. */

#include "sync/status.h"

#include "ipc/field.h"
#include "tests/check.h"

static struct buf out, sigs;

static void
is(const char *want)
{
	CHECK(str_eq(buf_str(&out), from_c(want)), "is %.*s, want %s",
	    (int)out.len, out.ptr, want);
	buf_clear(&out);
}

static void
sig(const char *verdict, const char *id, const char *fpr, uint64_t made)
{
	field_put_str(&sigs, from_c(verdict));
	field_put_str(&sigs, from_c(id));
	field_put_str(&sigs, from_c(fpr));
	field_put_str(&sigs, STR("SHA512"));
	field_put_u64(&sigs, made);
}

static void
begin(void)
{
	buf_init(&out, 8192);
	buf_init(&sigs, 8192);
}

static void
end(void)
{
	buf_free(&out);
	buf_free(&sigs);
}

TEST(sealed)
{
	TEST_BEGIN;
	begin();
	status_sealed(&out, STR("t=1790000000;with=esmtps;from=a@b"));
	is("sealed; t=1790000000; with=esmtps; from=a@b");
	status_sealed(&out, STR("t=;=1;A=b;x=a b;y=a\r\nPli-Status: e2e;"
	    "tls=1.3"));
	is("sealed; tls=1.3");
	status_sealed(&out, STR(""));
	is("sealed");
	end();
}

TEST(e2e)
{
	const struct status_known bob = { STR("bob@example.net"),
	    STR("89AB"), STR("file"), 1600000000 };
	const struct status_known eve = { STR("eve@example.net"),
	    STR("89AC"), STR("file"), 1600000000 };

	TEST_BEGIN;
	begin();
	assert_true(status_e2e(&out, STR("AES256"), STR(""), false, NULL));
	is("e2e; cipher=AES256; sig=none");
	sig("unknown", "0123", "", 0);
	assert_true(status_e2e(&out, STR("AES256"), buf_str(&sigs), true,
	    NULL));
	is("e2e; cipher=AES256; sig=unknown; key=0123; forged=1");
	sig("good", "4567", "89AB", 1700000000);
	sig("bad", "4567", "CDEF", 1);
	assert_true(status_e2e(&out, STR("AES256"), buf_str(&sigs), false,
	    &bob));
	is("e2e; cipher=AES256; sig=good; key=89AB; made=1700000000;"
	    " of=bob@example.net; first=1600000000; how=file");
	/* a good one of somebody else's is none of his */
	assert_true(status_e2e(&out, STR("AES256"), buf_str(&sigs), false,
	    &eve));
	is("e2e; cipher=AES256; sig=other; key=89AB; made=1700000000");
	assert_true(status_e2e(&out, STR("AES256"), buf_str(&sigs), false,
	    NULL));
	is("e2e; cipher=AES256; sig=other; key=89AB; made=1700000000");
	sigs.len--;
	assert_false(status_e2e(&out, STR("AES256"), buf_str(&sigs), false,
	    NULL));
	is("");
	end();
}

TEST(signed_clear)
{
	TEST_BEGIN;
	begin();
	status_clear(&out);
	assert_true(status_signed(&out, STR(""), NULL));
	is("clear");
	status_clear(&out);
	sig("bad", "0123", "", 0);
	assert_true(status_signed(&out, buf_str(&sigs), NULL));
	is("clear; sig=bad; key=0123");
	end();
}

/* What comes from the agent cannot end the field, or add a fact. */
TEST(injected)
{
	TEST_BEGIN;
	begin();
	status_locked(&out, STR("no-key"));
	is("locked; why=no-key");
	status_locked(&out, STR("x; sig=good"));
	is("locked");
	sig("good\r\nX: y", "0123;sig=good", "", 0);
	assert_true(status_e2e(&out, STR("A B"), buf_str(&sigs), false,
	    NULL));
	is("e2e");
	end();
}

TEST(own)
{
	TEST_BEGIN;
	begin();
	sig("good", "4567", "89AB", 1700000000);
	assert_true(status_own(&out, buf_str(&sigs), STR("89AB")));
	is("own; key=89AB; made=1700000000");
	/* somebody else's, a bad one, none */
	assert_false(status_own(&out, buf_str(&sigs), STR("89AC")));
	buf_clear(&sigs);
	assert_false(status_own(&out, buf_str(&sigs), STR("89AB")));
	sig("bad", "4567", "89AB", 1700000000);
	assert_false(status_own(&out, buf_str(&sigs), STR("89AB")));
	is("");
	sig("good", "4567", "89AB", 1);
	assert_true(status_own(&out, buf_str(&sigs), STR("89AB")));
	is("own; key=89AB; made=1");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sealed), cmocka_unit_test(e2e),
		cmocka_unit_test(signed_clear),
		cmocka_unit_test(injected), cmocka_unit_test(own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
