/* fuzz_dkim.c - a body in pieces is the body; what is signed has a form. */

#include "fuzz/fuzz.h"
#include "mail/dkim_canon.h"
#include "mail/dkim_sign.h"
#include "mail/header.h"

enum { MOST = 1 << 22 };

static void
add(void *buf, struct str s)
{
	buf_add(buf, s);
}

static void
canon(struct str body, bool pieces, struct buf *out)
{
	struct pieces p = fuzz_pieces(body);
	struct dkim_body b;
	struct str piece;

	dkim_body_begin(&b, add, out);
	while (pieces && pieces_next(&p, &piece))
		dkim_body_feed(&b, piece);
	if (!pieces)
		dkim_body_feed(&b, body);
	dkim_body_end(&b);
}

/* To canonicalise again changes nothing. */
static void
check_body(struct str body)
{
	struct buf once, twice;

	buf_init(&once, MOST);
	buf_init(&twice, MOST);
	canon(body, false, &once);
	canon(body, true, &twice);
	assert(str_eq(buf_str(&once), buf_str(&twice)));
	assert(once.len <= body.len + 2);
	buf_clear(&twice);
	canon(buf_str(&once), true, &twice);
	assert(str_eq(buf_str(&once), buf_str(&twice)));
	buf_free(&once);
	buf_free(&twice);
}

/* The field is one field, and its own list gives the same content. */
static void
check_header(struct str block)
{
	struct dkim_sign s = { STR("rsa-sha256"), STR("example.org"),
	    STR("pr1"), 1, "" };
	struct buf field, content;
	struct header_field f;
	struct header h;

	buf_init(&field, DKIM_FIELD_MAX);
	buf_init(&content, MOST);
	assert(dkim_sign_begin(&s, block, &field, &content));
	dkim_sign_end(&field, block.len > 256 ?
	    (struct str){ block.ptr, 256 } : block);
	assert(!field.failed);
	header_begin(&h, buf_str(&field));
	assert(header_next(&h, &f) && h.rest.len == 0);
	buf_clear(&content);
	dkim_content(&content, block, block, block);
	buf_free(&field);
	buf_free(&content);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	size_t len = header_len(in);

	check_header((struct str){ in.ptr, len < 512 ? len : 512 });
	check_body((struct str){ in.ptr + len, in.len - len });
	fuzz_free(in);
	return 0;
}
