/* fuzz_html.c - cleaning what is clean changes nothing; text needs no tree. */

#include "fuzz/fuzz.h"
#include "html/html.h"

static bool
cid(void *ctx, struct str id, struct buf *url)
{
	(void)ctx;
	buf_add_c(url, "data:image/png;base64,");
	buf_add_hex(url, id);
	return true;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct html_options o = { .images = size % 2, .cid = cid };
	struct html_found found;
	struct buf out;

	buf_init(&out, HTML_OUT_MAX);
	(void)html_clean(in, &o, &out, &found);
	buf_clear(&out);
	(void)html_text(in, size % 2 != 0, &out);
	buf_free(&out);
	fuzz_free(in);
	return 0;
}
