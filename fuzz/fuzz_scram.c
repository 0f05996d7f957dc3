/* fuzz_scram.c - no SASL message makes its parser read, or point, outside. */

#include "fuzz.h"
#include "proto/scram.h"
#include "proto/tls_content.h"

static void
check_first(struct str s)
{
	struct scram_first f;
	struct buf name;

	if (!scram_first_parse(s, &f))
		return;
	assert(f.flag == 'n' || f.flag == 'y' || f.flag == 'p');
	fuzz_inside(s, f.binding);
	fuzz_inside(s, f.authorize);
	fuzz_inside(s, f.gs2);
	fuzz_inside(s, f.bare);
	fuzz_inside(s, f.user);
	fuzz_inside(s, f.nonce);
	assert(f.gs2.len + f.bare.len == s.len);
	assert(f.nonce.len > 0 && f.nonce.len <= SCRAM_NONCE_MAX);
	assert(memchr(f.user.ptr, '\0', f.user.len) == NULL);
	buf_init(&name, SASL_NAME_MAX);
	if (scram_name(f.user, &name))
		assert(name.len <= f.user.len);
	buf_free(&name);
}

static void
check_final(struct str s)
{
	struct scram_final f;

	if (!scram_final_parse(s, &f))
		return;
	fuzz_inside(s, f.binding);
	fuzz_inside(s, f.nonce);
	fuzz_inside(s, f.without_proof);
	assert(f.without_proof.ptr == s.ptr);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str s = fuzz_copy(data, size);
	struct sasl_plain p;

	if (sasl_plain_parse(s, &p)) {
		fuzz_inside(s, p.authorize);
		fuzz_inside(s, p.user);
		fuzz_inside(s, p.password);
		assert(p.authorize.len + p.user.len + p.password.len + 2 ==
		    s.len);
	}
	check_first(s);
	check_final(s);
	assert(tls_content_of(s) == TLS_CONTENT_OTHER || s.len > 64);
	fuzz_free(s);
	return 0;
}
