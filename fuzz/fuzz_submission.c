/* fuzz_submission.c - what goes out has the form, and no Bcc; to do it again
 * changes nothing. */

#include "fuzz/fuzz.h"
#include "mail/header.h"
#include "mail/submission.h"

enum { MOST = 1 << 22 };

/* false: it is refused. */
static bool
put(struct buf *out, struct str header)
{
	struct submission_put p = { 1, STR("<new@x>"), false };
	struct submission s;

	if (submission_look(&s, header) == SUBMISSION_TWICE)
		return false;
	fuzz_inside(header, s.from);
	fuzz_inside(header, s.sender);
	fuzz_inside(header, s.message_id);
	submission_put(out, header, &s, &p);
	return true;
}

static void
check(struct str block, struct buf *once, struct buf *twice)
{
	struct submission before, after;
	struct header_field f;

	if (!put(once, block))
		return;
	assert(header_is_closed(buf_str(once)));
	assert(header_len(buf_str(once)) == once->len);
	assert(!header_find(buf_str(once), STR("Bcc"), &f));
	assert(!header_find(buf_str(once), STR("Pli-Seal"), &f));
	assert(header_find(buf_str(once), STR("Date"), &f));
	assert(submission_look(&before, block) ==
	    submission_look(&after, buf_str(once)));
	assert(after.message_id.len > 0 && after.date);
	assert(put(twice, buf_str(once)));
	assert(str_eq(buf_str(once), buf_str(twice)));
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct buf once, twice;

	buf_init(&once, MOST);
	buf_init(&twice, MOST);
	check((struct str){ in.ptr, header_len(in) }, &once, &twice);
	buf_free(&once);
	buf_free(&twice);
	fuzz_free(in);
	return 0;
}
