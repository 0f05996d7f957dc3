/* query_test.c - READ_QUERY: filters, order, pages; texts that are found. */

#include <string.h>
#include <unistd.h>

#include "rig.h"
#include "tests/check.h"

static const char *program;
static struct rig rig;
static struct bound alice, bob;
static uint64_t boxes[3];		/* INBOX, Archive, Trash */
static uint64_t email[16], thread[16];
static struct buf out, filter;
static bool more;

enum { INBOX, ARCHIVE, TRASH };

/* Letter n is "n" in the tests: its number, by date. */
static const struct {
	int box;
	uint32_t flags;
	uint64_t date, size;
	char ref;		/* what its thread is known by */
	const char *keyword;
} t[] = {
	{ INBOX, 0, 1000, 100, 'x', NULL },
	{ INBOX, FLAG_SEEN, 2000, 300, 'y', "work" },
	{ ARCHIVE, FLAG_SEEN, 3000, 200, 'x', "other" },
	{ INBOX, FLAG_FLAGGED, 4000, 50, 'z', "Work" },
	{ TRASH, FLAG_SEEN | FLAG_FLAGGED, 5000, 400, 'y', NULL },
	{ INBOX, 0, 6000, 60, 'x', NULL },
};

enum { LETTERS = sizeof(t) / sizeof(t[0]) };

static uint64_t
user(const char *name, struct bound *b)
{
	uint64_t account = rig_account(&rig, name);

	assert_true(rig_bind(&rig, account, b));
	return account;
}

static struct msg_write_ticket
ticket(size_t i)
{
	struct msg_write_append m = { .mailbox = boxes[t[i].box],
	    .flags = t[i].flags, .date = t[i].date, .size = t[i].size };
	union {
		struct msg_write_ticket is;
		struct msg_write_appended other;
	} a;
	struct buf words;

	buf_init(&words, 100);
	if (t[i].keyword != NULL)
		field_put_str(&words, from_c(t[i].keyword));
	m.keywords = buf_str(&words);
	assert_int_equal(chan_put(alice.write, msg_write, WRITE_TYPES,
	    WRITE_APPEND, &m, NULL, 0), CHAN_OK);
	assert_int_equal(chan_get(alice.write, rig.wire, msg_write,
	    WRITE_TYPES, &a, &rig.in), WRITE_TICKET);
	buf_free(&words);
	return a.is;
}

static void
append(size_t i)
{
	char text[400] = "Subject: x\r\n\r\n", ref[8] = { t[i].ref };
	struct msg_store_deliver m = { .ticket = ticket(i).ticket,
	    .group = i + 1, .parts = 1, .head_len = 14, .size = t[i].size,
	    .date = 1, .refs = { ref, 8 } };
	union {
		struct msg_write_ticket other;
		struct msg_write_appended is;
	} a;
	int mem = rig_memfd(text, t[i].size);

	assert_int_equal(chan_put(alice.write, msg_write, WRITE_TYPES,
	    WRITE_DELIVER, &m, &mem, 1), CHAN_OK);
	close(mem);
	assert_int_equal(chan_get(alice.write, rig.wire, msg_write,
	    WRITE_TYPES, &a, &rig.in), WRITE_APPENDED);
	assert_int_equal(a.is.verdict, VERDICT_YES);
	assert_true(field_take_u64(&a.is.emails, &email[i]) &&
	    field_take_u64(&a.is.emails, &thread[i]));
	assert_int_equal(a.is.emails.len, 0);
}

static int
begin(void **state)
{
	static const char *const names[] = { "INBOX", "Archive", "Trash" };
	struct rig_box b;

	(void)state;
	buf_init(&out, 2 << 20);
	buf_init(&filter, FILTER_MAX);
	rig_folder(&rig);
	rig.with_find = true;
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	rig_user(&rig, "bob@example.org", "0", false);
	user("alice", &alice);
	user("bob", &bob);
	for (size_t i = 0; i < 3; i++) {
		assert_true(rig_list(&rig, alice.read, names[i], &b));
		boxes[i] = b.id;
	}
	for (size_t i = 0; i < LETTERS; i++)
		append(i);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	rig_stop(&rig);
	rig_remove(&rig);
	buf_free(&out);
	buf_free(&filter);
	return 0;
}

/* The answer as digits, one for each letter, after "total@position:". */
static const char *
ask(int fd, struct msg_read_query m)
{
	static char text[64];
	uint64_t state, total, position, id, th;
	uint32_t found = 0;
	struct str in;
	size_t n;

	buf_clear(&out);
	m.filter = buf_str(&filter);
	if (rig_read(&rig, fd, READ_QUERY, &m, &out, &more) != VERDICT_YES)
		return "no";
	in = buf_str(&out);
	assert_true(field_take_u64(&in, &state) &&
	    field_take_u32(&in, &found) && field_take_u64(&in, &total) &&
	    field_take_u64(&in, &position));
	if (found != QUERY_OK)
		return found == QUERY_NO_ANCHOR ? "no anchor" : "no index";
	n = (size_t)snprintf(text, sizeof(text), "%u@%u:", (unsigned)total,
	    (unsigned)position);
	while (in.len > 0) {
		size_t i = 0;

		assert_true(field_take_u64(&in, &id) &&
		    field_take_u64(&in, &th));
		while (i < LETTERS && email[i] != id)
			i++;
		assert_true(i < LETTERS && thread[i] == th);
		text[n++] = (char)('0' + i);
	}
	text[n] = '\0';
	return text;
}

#define IS(what, text) \
	do { \
		const char *got = (what); \
		CHECK(strcmp(got, text) == 0, "line %d: %s", __LINE__, got); \
	} while (0)

static void
none(void)
{
	buf_clear(&filter);
}

static void
number(enum cond op, uint64_t n)
{
	field_put_u32(&filter, op);
	field_put_u64(&filter, n);
}

static void
flags(uint32_t n)
{
	field_put_u32(&filter, COND_FLAGS);
	field_put_u32(&filter, n);
}

static void
join(enum cond op, uint32_t n)
{
	field_put_u32(&filter, op);
	field_put_u32(&filter, n);
}

static void
text(uint32_t columns, const char *words)
{
	field_put_u32(&filter, COND_TEXT);
	field_put_u32(&filter, columns);
	field_put_str(&filter, from_c(words));
}

TEST(order_and_pages)
{
	TEST_BEGIN;
	none();
	IS(ask(alice.read, (struct msg_read_query){ 0 }), "6@0:543210");
	IS(ask(alice.read, (struct msg_read_query){ .ascending = 1 }),
	    "6@0:012345");
	IS(ask(alice.read, (struct msg_read_query){ .sort = SORT_SIZE }),
	    "6@0:412053");
	IS(ask(alice.read, (struct msg_read_query){ .limit = 2 }), "6@0:54");
	IS(ask(alice.read, (struct msg_read_query){ .position = 4,
	    .limit = 9 }), "6@4:10");
	IS(ask(alice.read, (struct msg_read_query){ .position = 99 }),
	    "6@6:");
	IS(ask(alice.read, (struct msg_read_query){ .position =
	    (uint64_t)-2 }), "6@4:10");
	IS(ask(alice.read, (struct msg_read_query){ .position =
	    (uint64_t)INT64_MIN }), "6@0:543210");
	IS(ask(alice.read, (struct msg_read_query){ .position = INT64_MAX,
	    .anchor = email[3] }), "6@6:");
	IS(ask(alice.read, (struct msg_read_query){ .anchor = email[3],
	    .limit = 2 }), "6@2:32");
	IS(ask(alice.read, (struct msg_read_query){ .anchor = email[3],
	    .position = (uint64_t)-1, .limit = 2 }), "6@1:43");
	IS(ask(alice.read, (struct msg_read_query){ .anchor = 1 }),
	    "no anchor");
	/* x: 5 2 0, y: 4 1, z: 3 */
	IS(ask(alice.read, (struct msg_read_query){ .collapse = 1 }),
	    "3@0:543");
	IS(ask(alice.read, (struct msg_read_query){ .collapse = 1,
	    .ascending = 1, .position = 1 }), "3@1:13");
	IS(ask(alice.read, (struct msg_read_query){ .collapse = 1,
	    .anchor = email[0] }), "no anchor");
	IS(ask(bob.read, (struct msg_read_query){ 0 }), "0@0:");
}

TEST(conditions)
{
	static const struct msg_read_query q = { 0 };

	TEST_BEGIN;
	none(), number(COND_IN, boxes[INBOX]);
	IS(ask(alice.read, q), "4@0:5310");
	IS(ask(bob.read, q), "0@0:");
	number(COND_SINCE, 2000), number(COND_BEFORE, 6000);
	join(COND_AND, 3);
	IS(ask(alice.read, q), "2@0:31");
	none(), number(COND_LARGER, 200), number(COND_SMALLER, 400);
	join(COND_AND, 2);
	IS(ask(alice.read, q), "2@0:21");
	none(), flags(FLAG_SEEN | FLAG_FLAGGED);
	IS(ask(alice.read, q), "1@0:4");
	none(), flags(FLAG_SEEN), flags(FLAG_FLAGGED), join(COND_NOR, 2);
	IS(ask(alice.read, q), "2@0:50");
	none(), number(COND_IN, boxes[TRASH]), number(COND_IN,
	    boxes[ARCHIVE]), join(COND_NOR, 2);
	IS(ask(alice.read, q), "4@0:5310");
	none(), number(COND_IN, boxes[TRASH]), flags(FLAG_SEEN);
	join(COND_OR, 2);
	IS(ask(alice.read, q), "3@0:421");
	none(), number(COND_THREAD, thread[0]);
	IS(ask(alice.read, q), "3@0:520");
	/* a keyword, in any case, whose bit differs between mailboxes */
	none(), field_put_u32(&filter, COND_KEYWORD);
	field_put_str(&filter, STR("WORK"));
	IS(ask(alice.read, q), "2@0:31");
	join(COND_NOR, 1), number(COND_IN, boxes[ARCHIVE]), join(COND_AND, 2);
	IS(ask(alice.read, q), "1@0:2");
}

/* No filter: and the channel is there afterwards. */
TEST(no_filters)
{
	static const struct msg_read_query q = { 0 };

	TEST_BEGIN;
	none(), join(COND_AND, 1);
	IS(ask(alice.read, q), "no");
	none(), flags(1), join(COND_AND, 0);
	IS(ask(alice.read, q), "no");
	none(), flags(1), join(COND_AND, UINT32_MAX);
	IS(ask(alice.read, q), "no");
	none(), flags(1), flags(1);
	IS(ask(alice.read, q), "no");
	none(), field_put_u32(&filter, CONDS);
	IS(ask(alice.read, q), "no");
	none(), field_put_u32(&filter, COND_IN);
	IS(ask(alice.read, q), "no");
	none(), text(0, "x");
	IS(ask(alice.read, q), "no");
	none(), text(FIND_ALL + 1, "x");
	IS(ask(alice.read, q), "no");
	none();
	for (int i = 0; i <= CONDS_MAX; i++)
		flags(1);
	join(COND_AND, CONDS_MAX + 1);
	IS(ask(alice.read, q), "no");
	none();
	for (int i = 0; i <= TEXT_CONDS_MAX; i++)
		text(FIND_ALL, "x");
	join(COND_AND, TEXT_CONDS_MAX + 1);
	IS(ask(alice.read, q), "no");
	none();
	IS(ask(alice.read, (struct msg_read_query){ .sort = SORTS }), "no");
	IS(ask(alice.read, q), "6@0:543210");
}

static enum verdict
put(int fd, uint64_t which, const char *subject, const char *from,
    const char *to, const char *body)
{
	struct msg_write_index m = { which, (uint32_t)strlen(subject),
	    (uint32_t)strlen(from), (uint32_t)strlen(to), 0 };
	union {
		struct msg_write_done done;
		struct msg_write_made other;
	} a;
	char all[200];
	int mem;

	m.size = (uint64_t)snprintf(all, sizeof(all), "%s%s%s%s", subject,
	    from, to, body);
	mem = rig_memfd(all, m.size);
	assert_int_equal(chan_put(fd, msg_write, WRITE_TYPES, WRITE_INDEX, &m,
	    &mem, 1), CHAN_OK);
	close(mem);
	assert_int_equal(chan_get(fd, rig.wire, msg_write, WRITE_TYPES, &a,
	    &rig.in), WRITE_DONE);
	return a.done.verdict;
}

static const char *
find(const char *words)
{
	none(), text(FIND_ALL, words);
	return ask(alice.read, (struct msg_read_query){ 0 });
}

TEST(texts)
{
	TEST_BEGIN;
	IS(find("apple"), "0@0:");
	assert_int_equal(put(alice.write, email[0], "Apple pie",
	    "Ren\xc3\xa9 <rene@a.example>", "bob", "the r\xc3\xa9sum\xc3\xa9"),
	    VERDICT_YES);
	assert_int_equal(put(alice.write, email[3], "pears", "carol",
	    "Rene Descartes", "an apple, a pie"), VERDICT_YES);
	assert_int_equal(put(alice.write, email[4], "-", "-", "-",
	    "\xce\x93\xce\xb5\xce\xb9\xce\xac apple"), VERDICT_YES);
	IS(find("apple"), "3@0:430");
	IS(find("APPLE pie"), "2@0:30");
	IS(find("\"apple pie\""), "1@0:0");
	IS(find("appl"), "3@0:430");
	IS(find("\"appl\""), "0@0:");
	IS(find("resume"), "1@0:0");
	IS(find("r\xc3\xa8ne"), "2@0:30");
	IS(find("\xce\x93\xce\x95\xce\x99\xce\x86"), "1@0:4");
}

TEST(texts_are_no_syntax)
{
	TEST_BEGIN;
	IS(find("apple NOT pie"), "0@0:");
	IS(find("apple OR carol"), "0@0:");
	IS(find("subject:apple"), "0@0:");
	IS(find("apple AND ("), "0@0:");
	IS(find("NEAR(apple pie)"), "0@0:");
	IS(find("\"\"\"\"\" ' ; DROP TABLE find; --"), "0@0:");
	IS(find("* ^ - + {}"), "0@0:");
	/* no word: nothing is asked */
	IS(find(""), "6@0:543210");
}

TEST(texts_and_other_conditions)
{
	TEST_BEGIN;
	none(), text(FIND_FROM, "rene");
	IS(ask(alice.read, (struct msg_read_query){ 0 }), "1@0:0");
	none(), text(FIND_TO | FIND_SUBJECT, "rene");
	IS(ask(alice.read, (struct msg_read_query){ 0 }), "1@0:3");
	none(), text(FIND_ALL, "apple"), number(COND_IN, boxes[TRASH]);
	join(COND_NOR, 1), join(COND_AND, 2);
	IS(ask(alice.read, (struct msg_read_query){ 0 }), "2@0:30");
	none(), text(FIND_ALL, "apple"), number(COND_IN, boxes[ARCHIVE]);
	join(COND_OR, 2);
	IS(ask(alice.read, (struct msg_read_query){ 0 }), "4@0:4320");
	none(), text(FIND_ALL, "apple"), text(FIND_ALL, "carol");
	join(COND_AND, 2);
	IS(ask(alice.read, (struct msg_read_query){ 0 }), "1@0:3");
	none(), field_put_u32(&filter, COND_INDEXED), join(COND_NOR, 1);
	IS(ask(alice.read, (struct msg_read_query){ 0 }), "3@0:521");
	/* again: it takes the place of what was there */
	assert_int_equal(put(alice.write, email[3], "plums", "", "", ""),
	    VERDICT_YES);
	IS(find("pears"), "0@0:");
	IS(find("plum"), "1@0:3");
}

/* Another's email, what is no UTF-8, more than it says. */
TEST(texts_that_are_none)
{
	struct msg_write_index m = { email[0], 2, 2, UINT32_MAX, 5 };
	struct bound other;
	int mem = rig_memfd("12345", 5);

	TEST_BEGIN;
	assert_int_equal(put(bob.write, email[3], "mine", "", "", ""),
	    VERDICT_NO);
	assert_int_equal(put(alice.write, 1, "mine", "", "", ""), VERDICT_NO);
	assert_int_equal(put(alice.write, email[3], "\xff", "", "", "mine"),
	    VERDICT_NO);
	IS(find("mine"), "0@0:");
	IS(find("plum"), "1@0:3");
	user("bob", &other);
	assert_int_equal(chan_put(other.write, msg_write, WRITE_TYPES,
	    WRITE_INDEX, &m, &mem, 1), CHAN_OK);
	assert_int_equal(chan_recv(other.write, true, rig.wire, &rig.in),
	    CHAN_GONE);
	close(mem);
	assert_int_equal(rig_admin(&rig, "store check", NULL), VERDICT_YES);
}

/* A store that was not told to keep one. */
TEST(without_an_index)
{
	struct rig with = rig;

	TEST_BEGIN;
	rig_folder(&rig);
	rig_start(&rig, program, 0);
	rig_user(&rig, "alice@example.org", "0", false);
	user("alice", &bob);
	none(), text(FIND_ALL, "x");
	IS(ask(bob.read, (struct msg_read_query){ 0 }), "no index");
	none();
	IS(ask(bob.read, (struct msg_read_query){ 0 }), "0@0:");
	rig_stop(&rig);
	rig_remove(&rig);
	rig = with;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(order_and_pages), RUN(conditions), RUN(no_filters),
		RUN(texts), RUN(texts_are_no_syntax),
		RUN(texts_and_other_conditions), RUN(texts_that_are_none),
		RUN(without_an_index),
	};

	program = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, begin, finish);
}
