/* events_test.c - the stream of an EventSource. */

#include "home/events.h"

#include <string.h>

#include "tests/check.h"

static void
tells(const char *text, bool told, const char *id)
{
	struct str all = from_c(text);

	/* in one piece, and octet by octet */
	for (size_t step = 1; step <= all.len; step += all.len - 1) {
		struct events e = { .told = false };

		for (size_t i = 0; i < all.len; i += step)
			events_feed(&e, (struct str){ all.ptr + i,
			    all.len - i < step ? all.len - i : step });
		CHECK(e.told == told && strcmp(e.id, id) == 0, "%s: %d %s",
		    text, e.told, e.id);
	}
}

TEST(states)
{
	TEST_BEGIN;
	tells("event: state\nid: s12\ndata: {}\n\n", true, "s12");
	tells("event: state\r\nid: s12\r\ndata: {}\r\n\r\n", true, "s12");
	tells("event:state\nid:a\n\nevent: state\nid: b\n\n", true, "b");
	tells("event: state\ndata: {}\n\n", true, "");
	tells("event: ping\ndata: {\"interval\":30}\n\n", false, "");
	tells(": comment\n\n\n\n", false, "");
	/* not before its end */
	tells("event: state\nid: s12\ndata: {}\n", false, "");
	tells("event: states\nid: s12\n\n", false, "");
}

TEST(long_lines)
{
	struct events e = { .told = false };
	static char text[3 * EVENTS_LINE_MAX];

	TEST_BEGIN;
	memset(text, 'x', sizeof(text));
	events_feed(&e, STR("event: state\nid: s1\ndata: "));
	events_feed(&e, (struct str){ text, sizeof(text) });
	events_feed(&e, STR("\n\n"));
	CHECK(e.told && strcmp(e.id, "s1") == 0, "%s", e.id);
	e.told = false;
	events_feed(&e, STR("event: state\nid: "));
	events_feed(&e, (struct str){ text, sizeof(text) });
	events_feed(&e, STR("\n\n"));
	CHECK(e.told && strcmp(e.id, "s1") == 0, "%s", e.id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(states), RUN(long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
