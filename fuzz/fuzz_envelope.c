/*
 * fuzz_envelope.c - envelopes and body structures: whatever the message, the
 * answer is in balance; sections lie within the message.
 */

#include "fuzz/fuzz.h"
#include "mail/bodystructure.h"
#include "mail/envelope.h"
#include "mail/header.h"
#include "mail/section.h"
#include "proto/imap_lex.h"

enum { LIMIT = 8 << 20 };

/* Strings are strings, parentheses match, nothing else is there but words. */
static void
check_balance(struct str s, struct arena *a)
{
	size_t depth = 0;
	struct str word;

	while (s.len > 0) {
		switch (s.ptr[0]) {
		case '"':
		case '{':
			assert(imap_take_string(&s, a, &word));
			continue;
		case '(':
			depth++;
			break;
		case ')':
			assert(depth-- > 0);
			break;
		case ' ':
			break;
		default:
			assert(imap_take_atom(&s, &word));
			continue;
		}
		s.ptr++;
		s.len--;
	}
	assert(depth == 0);
}

static void
check_section(struct str in, const struct mime *m, struct str head,
    unsigned seed, struct buf *made)
{
	uint32_t part[3] = { seed % 3 + 1, seed / 3 % 3 + 1, seed / 9 % 3 + 1 };
	struct str field = STR("subject"), got;
	struct imap_section s = { .part = part, .parts = seed / 27 % 4,
	    .text = seed / 108 % 6, .field = &field, .fields = 1 };
	bool copied = s.text == SECTION_FIELDS || s.text == SECTION_FIELDS_NOT;

	if (s.parts == 0)
		got = section_top(&s, in, head.len, made);
	else if (!section_part(&s, m->root, made, &got))
		return;
	if (!copied)
		fuzz_inside(in, got);
	got = section_partial(got, seed % 50, seed % 70);
	if (!copied)
		fuzz_inside(in, got);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct str in = fuzz_copy(data, size);
	struct str head = { in.ptr, header_len(in) };
	struct buf out, scratch;
	struct arena a;
	struct mime m;

	arena_init(&a, LIMIT);
	buf_init(&out, LIMIT);
	buf_init(&scratch, LIMIT);
	envelope_put(&out, head, &scratch);
	check_balance(buf_str(&out), &a);
	if (mime_parse(&m, in, &a)) {
		buf_clear(&out);
		if (bodystructure_put(&out, m.root, true, &a, &scratch) &&
		    !out.failed)
			check_balance(buf_str(&out), &a);
		for (unsigned i = 0; i < 8 && size > 0; i++)
			check_section(in, &m, head, i * 89 +
			    data[size - 1] * 7u, &scratch);
	}
	buf_free(&out);
	buf_free(&scratch);
	arena_reset(&a);
	fuzz_free(in);
	return 0;
}
