/* pgpwrap_test.c - what is wrapped is what pgpmime takes for sole. */

#include "mail/pgpwrap.h"

#include "mail/unseal.h"
#include "tests/check.h"

#define BEGIN	"-----BEGIN PGP MESSAGE-----"
#define END	"-----END PGP MESSAGE-----"

TEST(wrapped)
{
	static const char *const armours[] = {
		BEGIN "\n\nwcBM\n=abcd\n" END "\n",
		BEGIN "\r\n\r\nwcBM\r\n=abcd\r\n" END "\r\n",
		BEGIN "\n\nwcBM\n=abcd\n" END,
	};
	struct buf out, payload;
	struct arena arena;

	TEST_BEGIN;
	buf_init(&out, 4096);
	buf_init(&payload, 4096);
	for (size_t i = 0; i < sizeof(armours) / sizeof(armours[0]); i++) {
		buf_clear(&out);
		buf_clear(&payload);
		arena_init(&arena, 1 << 20);
		assert_true(pgpwrap_put(&out, STR("Subject: [...]\r\n"),
		    from_c(armours[i])));
		assert_true(unseal_payload(buf_str(&out), &arena, &payload));
		CHECK(str_eq(buf_str(&payload), STR(BEGIN "\r\n\r\nwcBM\r\n"
		    "=abcd\r\n" END "\r\n")), "%.*s", (int)payload.len,
		    payload.ptr);
		arena_reset(&arena);
	}
	buf_free(&out);
	buf_init(&out, 64);
	assert_false(pgpwrap_put(&out, STR(""), from_c(armours[0])));
	buf_free(&payload);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(wrapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
