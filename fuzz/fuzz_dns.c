/* fuzz_dns.c - an answer of the DNS, and the servers that it names. */

#include "fuzz/fuzz.h"
#include "proto/dns_mx.h"
#include "proto/dns_reply.h"

static void
check_list(struct str list, unsigned type, size_t records)
{
	struct str rdata;
	size_t n = 0;

	for (; dns_record_take(&list, &rdata); n++)
		assert(type != DNS_A || rdata.len == 4);
	assert(n == records && list.len == 0);
}

static void
check_mx(struct str list)
{
	static const uint32_t chance[DNS_MX_MAX] = { 3, 2, 1 };
	static struct dns_mx out[DNS_MX_MAX];
	size_t n;

	if (dns_mx_list(list, chance, out, &n) != DNS_MX_SOME)
		assert(n == 0);
	for (size_t i = 0; i < n; i++) {
		assert(out[i].len > 0 && out[i].len <= DNS_TEXT_MAX);
		assert(i == 0 || out[i - 1].preference <= out[i].preference);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const unsigned types[] = { DNS_A, DNS_MX, DNS_AAAA, DNS_TLSA };
	struct str in;
	struct dns_reply r;
	struct buf out;
	unsigned type;

	if (size == 0)
		return 0;
	type = types[data[0] % 4];
	in = fuzz_copy(data + 1, size - 1);
	buf_init(&out, 4096);
	if (dns_reply_parse(&r, in, type, 100, &out)) {
		assert(!out.failed && r.canonical.len > 0);
		check_list(buf_str(&out), type, r.records);
	}
	check_mx(type == DNS_MX ? buf_str(&out) : in);
	buf_free(&out);
	fuzz_free(in);
	return 0;
}
