/* fuzz_mime.c - parts lie in their parents, in order; lines are counted. */

#include "fuzz/fuzz.h"
#include "mail/mime.h"

static void
check(const struct mime_part *p, struct str whole, struct arena *a)
{
	struct str value, charset;
	size_t lines = 0, children = 0;

	fuzz_inside(whole, p->header);
	fuzz_inside(whole, p->body);
	fuzz_inside(p->body, p->preamble);
	fuzz_inside(p->body, p->epilogue);
	assert(p->body.ptr == p->header.ptr + p->header.len);
	for (size_t i = 0; i < p->body.len; i++)
		lines += p->body.ptr[i] == '\n';
	assert(lines == p->lines);
	assert(p->type.type.len > 0 && p->type.subtype.len > 0);
	assert(p->depth <= MIME_DEPTH_MAX);
	param_get(&p->type, STR("name"), a, &value, &charset);
	for (const struct mime_part *c = p->child; c != NULL; c = c->next) {
		assert(c->parent == p);
		assert(c->next == NULL || c->next->header.ptr >=
		    c->body.ptr + c->body.len);
		check(c, p->body, a);
		children++;
	}
	assert(children == p->children);
	assert(p->kind != MIME_MESSAGE || children == 1);
	assert(p->kind != MIME_LEAF || children == 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct arena a;
	struct mime m;

	arena_init(&a, 1 << 24);
	if (mime_parse(&m, in, &a)) {
		assert(m.parts <= MIME_PARTS_MAX);
		check(m.root, in, &a);
		assert(m.root->header.len + m.root->body.len == size);
	}
	arena_reset(&a);
	fuzz_free(in);
	return 0;
}
