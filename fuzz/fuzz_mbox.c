/* fuzz_mbox.c - every message lies in the file, and the walk goes on. */

#include "fuzz/fuzz.h"
#include "mail/mbox.h"

static void
walk(const struct mbox_mail *m)
{
	struct mbox_lines l;
	struct str line;
	size_t octets = 0;
	bool ended;

	mbox_lines_begin(&l, m);
	while (mbox_lines_next(&l, &line, &ended))
		octets += line.len + ended;
	assert(octets <= m->text.len);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size), rest = in;
	struct mbox_mail m;
	uint32_t letters;
	size_t left = in.len + 1;

	while (mbox_next(&rest, &m)) {
		assert(m.text.ptr >= in.ptr &&
		    m.text.ptr + m.text.len <= in.ptr + in.len);
		assert(m.head.len <= m.text.len && rest.len < left);
		left = rest.len;
		walk(&m);
	}
	m = mbox_single(in);
	walk(&m);
	(void)maildir_flags(in, &letters);
	fuzz_free(in);
	return 0;
}
