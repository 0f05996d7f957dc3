/*
 * fuzz_http.c - a connection's octets as requests: where each ends does not
 * depend on how they are cut, and all that is taken lies in the input.
 */

#include "fuzz/fuzz.h"
#include "proto/http_body.h"

static bool
take_head(struct str *in, size_t step, struct http_request *r)
{
	struct http_head h = { 0 };
	struct str some = { in->ptr, 0 };
	enum http_head_is is = HTTP_HEAD_MORE;

	while (is == HTTP_HEAD_MORE && some.len < in->len) {
		some.len += step < in->len - some.len ? step :
		    in->len - some.len;
		is = http_head_next(&h, some);
	}
	if (is != HTTP_HEAD_DONE || http_request_parse(r, (struct str){
	    in->ptr + h.skip, h.at - h.skip }) != 0)
		return false;
	fuzz_inside(*in, r->path);
	fuzz_inside(*in, r->query);
	fuzz_inside(*in, r->host);
	assert(r->host.len > 0 && r->path.len > 0);
	in->ptr += h.at;
	in->len -= h.at;
	return true;
}

/* Of one piece: what became of it, and the octets that it held. */
static enum http_body_is
take_piece(struct http_body *b, struct str *some, uint64_t *octets)
{
	enum http_body_is is;
	struct str data;

	while ((is = http_body_next(b, some, &data)) == HTTP_BODY_DATA)
		*octets += data.len;
	return is;
}

/* One request off *in, in pieces of `step`; false: there is none. */
static bool
take(struct str *in, size_t step, uint64_t *octets)
{
	enum http_body_is is = HTTP_BODY_MORE;
	struct http_request r;
	struct http_body b;

	if (!take_head(in, step, &r))
		return false;
	http_body_begin(&b, &r);
	do {
		struct str some = *in;

		if (some.len > step)
			some.len = step;
		in->ptr += some.len;
		in->len -= some.len;
		is = take_piece(&b, &some, octets);
		in->ptr -= some.len;
		in->len += some.len;
	} while (is == HTTP_BODY_MORE && in->len > 0);
	return is == HTTP_BODY_DONE;
}

static void
run(struct str in, size_t step, size_t *requests, uint64_t *octets)
{
	*requests = 0;
	*octets = 0;
	while (take(&in, step, octets))
		++*requests;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	size_t whole, pieces;
	uint64_t octets, again;
	struct str in;

	if (size == 0)
		return 0;
	in = fuzz_copy(data + 1, size - 1);
	run(in, size, &whole, &octets);
	run(in, data[0] % 31U + 1, &pieces, &again);
	assert(whole == pieces);
	assert(octets == again);
	fuzz_free(in);
	return 0;
}
