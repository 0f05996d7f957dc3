/* frame_test.c - a sealed body is the same, in whatever pieces it comes. */

#include <string.h>
#include <unistd.h>

#include "codec/base64.h"
#include "os/memfd.h"
#include "seal.h"
#include "tests/check.h"
#include "tests/pieces.h"

enum { LARGE = 700 * 1000 };	/* more than is written at once */

static const struct str outer = STR_INIT("From: a@example.org\r\n");
static const struct str stamp = STR_INIT("t=1; with=smtp");

/* All of the file; its hash. */
static void
make(struct pieces *p, struct buf *out, unsigned char hash[PLISEAL_HASH])
{
	struct frame f = { .fd = memfd_new("frame") };
	struct str piece;
	char *room;
	size_t n;

	CHECK(f.fd >= 0 && frame_begin(&f, outer, stamp), "begin");
	while (pieces_next(p, &piece))
		CHECK(frame_body(&f, piece.ptr, piece.len), "body");
	CHECK(frame_end(&f, hash), "end");
	n = (size_t)lseek(f.fd, 0, SEEK_END);
	buf_clear(out);
	room = buf_room(out, n);
	CHECK(room != NULL && memfd_read(f.fd, 0, room, n), "%zu", n);
	buf_grow(out, n);
	close(f.fd);
}

/* What stands between the armour's lines, decoded. */
static void
check_armour(struct str file, struct str body)
{
	const struct str begin = STR("MESSAGE-----\r\n\r\n");
	const char *at = memmem(file.ptr, file.len, begin.ptr, begin.len);
	const char *end = memmem(file.ptr, file.len, "-----END", 8);
	char *out = malloc(body.len + 64);
	struct base64_dec d = { 0 };
	size_t n;

	CHECK(at != NULL && end != NULL && out != NULL, "armour");
	at += begin.len;
	end -= sizeof("=abcd\r\n") - 1;
	n = base64_dec_feed(&d, out, (struct str){ at, (size_t)(end - at) });
	n += base64_dec_end(&d, out + n);
	CHECK(!d.strange && *end == '=', "base64");
	CHECK(str_eq((struct str){ out, n }, body), "%zu of %zu", n, body.len);
	free(out);
}

static void
fill(char *mem, size_t n)
{
	uint32_t x = 1;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		mem[i] = (char)(x >> 24);
	}
}

/* The first one is the whole. */
static void
compare(struct pieces *p, struct str body, struct buf *whole,
    unsigned char hash[PLISEAL_HASH])
{
	unsigned char other[PLISEAL_HASH];
	struct buf out;

	if (whole->len == 0) {
		make(p, whole, hash);
		check_armour(buf_str(whole), body);
		return;
	}
	buf_init(&out, 2 * LARGE);
	make(p, &out, other);
	CHECK(str_eq(buf_str(&out), buf_str(whole)), "%zu, %zu", p->first,
	    p->step);
	CHECK(memcmp(hash, other, PLISEAL_HASH) == 0, "%zu, %zu", p->first,
	    p->step);
	buf_free(&out);
}

TEST(small_bodies)
{
	static char text[200];
	unsigned char hash[PLISEAL_HASH];
	struct buf whole;
	struct pieces p;

	TEST_BEGIN;
	fill(text, sizeof(text));
	buf_init(&whole, 2 * LARGE);
	for (size_t n = 0; n <= sizeof(text); n += n < 52 ? 1 : 49) {
		struct str body = { text, n };

		buf_clear(&whole);
		EACH_SPLIT(p, body)
			compare(&p, body, &whole, hash);
	}
	buf_free(&whole);
}

TEST(large_bodies)
{
	static const size_t steps[] = { LARGE, LARGE / 2, 65536, 32768 + 1,
	    4096, 997 };
	static char text[LARGE];
	struct str body = { text, sizeof(text) };
	unsigned char hash[PLISEAL_HASH];
	struct buf whole;

	TEST_BEGIN;
	fill(text, sizeof(text));
	buf_init(&whole, 2 * LARGE);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct pieces p = pieces_of(body, i * 7, steps[i]);

		compare(&p, body, &whole, hash);
	}
	buf_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(small_bodies), RUN(large_bodies),
	};

	return frame_ready() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
