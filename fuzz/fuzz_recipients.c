/* fuzz_recipients.c - every part lies in the header; a path that SMTP takes is
 * read back as what was meant. */

#include "fuzz/fuzz.h"
#include "mail/recipients.h"
#include "proto/smtp_path.h"

enum { MOST = 1 << 22 };

static void
check(const struct address *a, struct buf *path, struct buf *meant,
    struct buf *read)
{
	struct smtp_path p;
	struct str in;

	buf_clear(path);
	buf_clear(meant);
	buf_clear(read);
	buf_byte(path, '<');
	address_put_path(path, a);
	buf_byte(path, '>');
	in = buf_str(path);
	if (a->domain.len == 0 || !smtp_path_take(&in, &p) || in.len > 0)
		return;
	address_put_local(meant, a);
	smtp_path_unquote(p.local, read);
	assert(str_eq(buf_str(meant), buf_str(read)));
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct buf path, meant, read;
	struct recipients r;
	struct address a;
	size_t n = 0;

	buf_init(&path, MOST);
	buf_init(&meant, MOST);
	buf_init(&read, MOST);
	recipients_begin(&r, in);
	while (recipients_next(&r, &a)) {
		fuzz_inside(in, a.local);
		fuzz_inside(in, a.domain);
		check(&a, &path, &meant, &read);
		assert(++n <= size + 2);
	}
	buf_free(&path);
	buf_free(&meant);
	buf_free(&read);
	fuzz_free(in);
	return 0;
}
