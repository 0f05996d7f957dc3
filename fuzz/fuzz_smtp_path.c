/* fuzz_smtp_path.c - a path is taken whole or not at all. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "codec/utf8.h"
#include "proto/smtp_path.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *exact = malloc(size);	/* so that one byte too far is seen */
	struct str in = { exact, size }, rest = in;
	struct smtp_path path;
	struct buf out;

	if (size > 0)
		memcpy(exact, data, size);
	if (smtp_path_take(&rest, &path)) {
		assert(rest.ptr > in.ptr && rest.ptr[-1] == '>');
		assert(path.local.len <= SMTP_LOCAL_MAX);
		assert(path.domain.len <= SMTP_DOMAIN_MAX);
		assert(path.local.len == 0 || utf8_valid(path.local));
		assert(path.domain.len == 0 || utf8_valid(path.domain));
		buf_init(&out, SMTP_LOCAL_MAX + SMTP_DOMAIN_MAX);
		smtp_path_unquote(path.local, &out);
		smtp_path_fold(path.domain, &out);
		assert(!out.failed);
		for (size_t i = 0; i < out.len; i++)
			assert((unsigned char)out.ptr[i] >= ' ');
		buf_free(&out);
	} else {
		assert(rest.ptr == in.ptr && rest.len == in.len);
	}
	free(exact);
	return 0;
}
