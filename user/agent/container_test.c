/* container_test.c - a file of keys, whole, damaged and of others. */

#include "agent/container.h"

#include <sodium.h>
#include <string.h>

#include "tests/check.h"

enum { PASSES = 1, MEMORY = CONTAINER_MEMORY_MIN };	/* quick */

static struct buf file, list;

static void
make(struct str passphrase)
{
	struct container_lock lock;

	buf_init(&list, CONTAINER_RECORDS_MAX);
	buf_init(&file, CONTAINER_MAX);
	record_put(&list, RECORD_ADDRESS, STR("alice@example.org"));
	record_put(&list, RECORD_MIRROR_KEY, STR("0123456789"));
	record_put(&list, (enum record_kind)999, STR("of a later version"));
	CHECK(container_lock(&lock, passphrase, PASSES, MEMORY) ==
	    CONTAINER_OK, "lock");
	CHECK(container_seal(&lock, buf_str(&list), &file), "seal");
}

static enum container_status
look(struct str whole, struct str passphrase, struct str *records)
{
	static unsigned char room[CONTAINER_RECORDS_MAX];
	struct container_lock lock;
	struct container c;
	enum container_status status = container_parse(&c, whole);
	size_t n = 0;

	if (status == CONTAINER_OK)
		status = container_unlock(&c, passphrase, &lock);
	if (status == CONTAINER_OK)
		status = container_open(&c, &lock, room, sizeof(room), &n);
	*records = (struct str){ (char *)room, n };
	return status;
}

TEST(there_and_back)
{
	struct str got, value;
	struct container c;

	TEST_BEGIN;
	make(STR("secret words"));
	CHECK(file.len == CONTAINER_HEAD + list.len + CONTAINER_TAG +
	    CONTAINER_SUM, "%zu", file.len);
	CHECK(memmem(file.ptr, file.len, "alice", 5) == NULL, "in clear");
	CHECK(look(buf_str(&file), STR("secret words"), &got) == CONTAINER_OK,
	    "opens");
	CHECK(str_eq(got, buf_str(&list)), "the same");
	CHECK(record_get(got, RECORD_ADDRESS, &value) &&
	    str_eq(value, STR("alice@example.org")), "address");
	CHECK(!record_get(got, RECORD_OPENPGP, &value), "no key");
	CHECK(container_parse(&c, buf_str(&file)) == CONTAINER_OK &&
	    container_is_weak(&c), "few passes");
	CHECK(look(buf_str(&file), STR("secret word"), &got) ==
	    CONTAINER_PASSPHRASE, "wrong");
	CHECK(look(buf_str(&file), STR(""), &got) == CONTAINER_PASSPHRASE,
	    "empty");
	buf_free(&file);
	buf_free(&list);
}

TEST(says_what_is_damaged)
{
	enum container_status status;
	struct str got;

	TEST_BEGIN;
	make(STR("p"));
	for (size_t at = 0; at < file.len; at++) {
		file.ptr[at] ^= 1;
		status = look(buf_str(&file), STR("p"), &got);
		CHECK(status == (at < 8 ? CONTAINER_NONE :
		    at < 12 ? (at == 8 ? CONTAINER_DAMAGED : CONTAINER_NEWER) :
		    CONTAINER_DAMAGED), "%zu: %s", at, container_word(status));
		file.ptr[at] ^= 1;
	}
	for (size_t n = 0; n < file.len; n++) {
		status = look((struct str){ file.ptr, n }, STR("p"), &got);
		CHECK(status == CONTAINER_NONE || status == CONTAINER_DAMAGED,
		    "%zu: %s", n, container_word(status));
	}
	buf_free(&file);
	buf_free(&list);
}

/* Numbers in a file with a right sum, but no key known. */
TEST(numbers_have_an_end)
{
	static const uint32_t bad[][2] = { { 0, 1024 }, { 3, 1 << 30 },
	    { 1000, 1024 }, { 3, 0 } };
	struct container c;

	TEST_BEGIN;
	make(STR("p"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		for (int k = 0; k < 2; k++)
			memcpy(file.ptr + 12 + 4 * k, &bad[i][k], 4);
		crypto_generichash((unsigned char *)file.ptr + file.len -
		    CONTAINER_SUM, CONTAINER_SUM,
		    (unsigned char *)file.ptr, file.len - CONTAINER_SUM, NULL,
		    0);
		CHECK(container_parse(&c, buf_str(&file)) ==
		    CONTAINER_DAMAGED, "%zu", i);
	}
	buf_free(&file);
	buf_free(&list);
}

TEST(sets_records)
{
	struct buf a, b;
	struct str value;

	TEST_BEGIN;
	buf_init(&a, 1000);
	buf_init(&b, 1000);
	record_put(&a, RECORD_DEVICE, STR("old"));
	record_put(&a, RECORD_BOX, STR("box"));
	record_set(&b, buf_str(&a), RECORD_DEVICE, STR("new"));
	CHECK(record_get(buf_str(&b), RECORD_DEVICE, &value) &&
	    str_eq(value, STR("new")), "new");
	CHECK(record_get(buf_str(&b), RECORD_BOX, &value), "kept");
	buf_clear(&a);
	record_set(&a, buf_str(&b), RECORD_DEVICE, STR(""));
	CHECK(!record_get(buf_str(&a), RECORD_DEVICE, &value), "gone");
	CHECK(!records_are_whole((struct str){ a.ptr, a.len - 1 }), "cut");
	buf_free(&a);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(there_and_back),
		RUN(says_what_is_damaged),
		RUN(numbers_have_an_end),
		RUN(sets_records),
	};

	return sodium_init() < 0 ? 1 :
	    cmocka_run_group_tests(tests, NULL, NULL);
}
