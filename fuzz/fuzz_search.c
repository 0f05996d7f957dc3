/* fuzz_search.c - words looked for in a message: a line of them, then it. */

#include "fuzz/fuzz.h"
#include "mail/header.h"
#include "mail/search.h"

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size), rest = in, words, head;
	struct search_room room;
	struct fold_needle n;
	struct arena arena;
	struct mime mime;
	struct buf text;
	const char *lf = size > 0 ? memchr(in.ptr, '\n', size) : NULL;
	int64_t day;

	arena_init(&arena, 4 << 20);
	buf_init(&text, 1 << 20);
	buf_init(&room.text, SEARCH_ROOM_MAX);
	buf_init(&room.folded, SEARCH_ROOM_MAX);
	words = lf != NULL ? (struct str){ in.ptr, (size_t)(lf - in.ptr) } : in;
	rest.ptr += words.len;
	rest.len -= words.len;
	fold_text(&text, words);
	fold_needle(&n, buf_str(&text));
	/* what is there is found, and in itself */
	if (n.ascii)
		assert(fold_find(&n, words));
	assert(fold_find(&n, buf_str(&text)));
	head = (struct str){ rest.ptr, header_len(rest) };
	(void)search_head(head, STR(""), &n, &room);
	(void)search_head(head, STR("Subject"), &n, &room);
	(void)search_sent(head, &day);
	if (mime_parse(&mime, rest, &arena))
		(void)search_text(mime.root, &n, &room, &arena);
	buf_free(&text);
	buf_free(&room.text);
	buf_free(&room.folded);
	arena_reset(&arena);
	fuzz_free(in);
	return 0;
}
