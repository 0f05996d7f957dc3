/* field_test.c - messages there and back; what is malformed is refused. */

#include "ipc/field.h"

#include <string.h>

#include "ipc/tables_for_tests.h"
#include "tests/check.h"

static const char filler[IPC_MAX];

/* A struct of that type whose numbers count up and whose strings have `len`
 * octets, or their most. */
static void
fill(union ipc_any *m, const struct field_msg *f, size_t len)
{
	uint64_t n = 0x0102030405060708;

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < f->count; i++, n += 0x1111) {
		char *at = m->room + f->fields[i].offset;
		size_t max = f->fields[i].max;
		uint32_t n32 = (uint32_t)n;
		struct str s = { filler, len < max ? len : max };

		if (f->fields[i].type == FIELD_U32)
			memcpy(at, &n32, sizeof(n32));
		else if (f->fields[i].type == FIELD_U64)
			memcpy(at, &n, sizeof(n));
		else
			memcpy(at, &s, sizeof(s));
	}
}

static bool
same(const union ipc_any *a, const union ipc_any *b,
    const struct field_msg *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const char *x = a->room + f->fields[i].offset;
		const char *y = b->room + f->fields[i].offset;
		struct str s, t;

		if (f->fields[i].type != FIELD_STR) {
			if (memcmp(x, y, f->fields[i].type == FIELD_U32 ? 4 :
			    8) != 0)
				return false;
			continue;
		}
		memcpy(&s, x, sizeof(s));
		memcpy(&t, y, sizeof(t));
		if (!str_eq(s, t))
			return false;
	}
	return true;
}

static void
check_one(size_t k, unsigned type, size_t len)
{
	const struct field_msg *f = &ipc_tables[k].table[type];
	union ipc_any m, back;
	struct buf wire;
	struct str w;

	fill(&m, f, len);
	buf_init(&wire, IPC_MAX);
	field_put(&wire, ipc_tables[k].table, ipc_tables[k].types, type, &m);
	CHECK(!wire.failed, "%s.%s does not fit", ipc_tables[k].name, f->name);
	w = buf_str(&wire);
	CHECK(field_get(ipc_tables[k].table, ipc_tables[k].types, w, &back) ==
	    (int)type && same(&m, &back, f), "%s.%s", ipc_tables[k].name,
	    f->name);
	/* one octet less, one more */
	w.len--;
	CHECK(field_get(ipc_tables[k].table, ipc_tables[k].types, w, &back) ==
	    -1, "%s.%s short", ipc_tables[k].name, f->name);
	buf_byte(&wire, 'x');
	w = buf_str(&wire);
	if (!wire.failed)
		CHECK(field_get(ipc_tables[k].table, ipc_tables[k].types, w,
		    &back) == -1, "%s.%s long", ipc_tables[k].name, f->name);
	buf_free(&wire);
}

TEST(every_message)
{
	TEST_BEGIN;
	for (size_t k = 0; k < IPC_TABLES; k++)
		for (unsigned t = 0; t < ipc_tables[k].types; t++) {
			if (ipc_tables[k].table[t].name == NULL)
				continue;
			assert_true(ipc_tables[k].table[t].size <=
			    sizeof(union ipc_any));
			check_one(k, t, 0);
			check_one(k, t, 5);
			check_one(k, t, SIZE_MAX);
		}
}

TEST(strings_past_their_limit)
{
	struct msg_write_expunge m = { 1, 0, { filler, UIDS_MAX * 4 + 1 } };
	union ipc_any any;
	struct buf wire;

	TEST_BEGIN;
	buf_init(&wire, IPC_MAX);
	field_put(&wire, msg_write, WRITE_TYPES, WRITE_EXPUNGE, &m);
	assert_true(wire.failed);
	buf_clear(&wire);
	buf_add_mem(&wire, "\x02\x00", 2);
	field_put_u64(&wire, 1);
	field_put_u32(&wire, UIDS_MAX * 4 + 1);
	buf_add_mem(&wire, filler, UIDS_MAX * 4 + 1);
	assert_int_equal(field_get(msg_write, WRITE_TYPES, buf_str(&wire),
	    &any), -1);
	buf_free(&wire);
}

TEST(malformed)
{
	static const struct str t[] = {
		STR_INIT(""), STR_INIT("\x02"), STR_INIT("\x02\x00"),
		STR_INIT("\xff\xff"), STR_INIT("\x00\x01"),
		STR_INIT("\x02\x00" "12345678" "\xff\xff\xff\xff"),
		STR_INIT("\x02\x00" "12345678" "\x01\x00\x00\x00"),
	};
	union ipc_any any;

	TEST_BEGIN;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		CHECK(field_get(msg_write, WRITE_TYPES, t[i], &any) == -1,
		    "%zu", i);
	assert_int_equal(field_type_of(STR("")), -1);
	assert_int_equal(field_type_of(STR("\x02")), -1);
	assert_int_equal(field_type_of(STR("\x02\x01zz")), 0x102);
}

/* A struct that is too small for the type's is not written past. */
TEST(too_small)
{
	struct msg_write_watch watch;
	struct buf wire;

	TEST_BEGIN;
	buf_init(&wire, 256);
	field_put(&wire, msg_write, WRITE_TYPES, WRITE_EXPUNGE,
	    &(struct msg_write_expunge){ 1, 0, STR("") });
	assert_int_equal(field_get(msg_write, WRITE_TYPES, buf_str(&wire),
	    &watch), -1);
	buf_free(&wire);
}

TEST(packed_numbers)
{
	struct buf b;
	struct str in;
	uint32_t a;
	uint64_t c;
	struct str s;

	TEST_BEGIN;
	buf_init(&b, 64);
	field_put_u32(&b, 0x01020304);
	field_put_u64(&b, UINT64_MAX - 1);
	assert_memory_equal(b.ptr, "\4\3\2\1\xfe", 5);
	in = buf_str(&b);
	assert_true(field_take_u32(&in, &a) && a == 0x01020304);
	assert_true(field_take_u64(&in, &c) && c == UINT64_MAX - 1);
	assert_false(field_take_u32(&in, &a));
	in = STR("123");
	assert_false(field_take_u32(&in, &a));
	assert_int_equal(in.len, 3);
	in = STR("\2\0\0\0ab\3\0\0\0cd");
	assert_true(field_take_str(&in, &s) && str_eq(s, STR("ab")));
	assert_false(field_take_str(&in, &s));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(every_message), RUN(strings_past_their_limit),
		RUN(malformed), RUN(too_small), RUN(packed_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
