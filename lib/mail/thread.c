/* thread.c - keys of what a message's conversation is known by. */

#include "mail/thread.h"

#include "mail/header.h"

enum { OF_REPLY = 4 };	/* at most, of In-Reply-To */

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* FNV-1a, and its bits mixed, since it goes into a tree by its high ones.
 * Blanks do not count: a fold may stand within. */
uint64_t
thread_key(struct str id)
{
	uint64_t h = 0xcbf29ce484222325;
	size_t n = 0;

	if (id.len > 0 && id.ptr[0] == '<') {
		id.ptr++;
		id.len--;
	}
	for (size_t i = 0; i < id.len && id.ptr[i] != '>'; i++) {
		if (is_gap(id.ptr[i]))
			continue;
		h = (h ^ (unsigned char)id.ptr[i]) * 0x100000001b3;
		n++;
	}
	if (n == 0 || n > THREAD_ID_MAX)
		return 0;
	h = (h ^ h >> 32) * 0xd6e8feb86659fd93;
	h ^= h >> 32;
	return h != 0 ? h : 1;
}

static void
put(struct thread_refs *r, uint64_t key)
{
	char le[8];

	for (size_t i = 0; i < 8; i++)
		le[i] = (char)(key >> 8 * i & 0xff);
	for (size_t at = 0; at < r->len; at += 8)
		if (str_eq((struct str){ r->packed + at, 8 },
		    (struct str){ le, 8 }))
			return;
	if (key == 0 || r->len == sizeof(r->packed))
		return;
	for (size_t i = 0; i < 8; i++)
		r->packed[r->len++] = le[i];
}

void
thread_add(struct thread_refs *r, struct str id)
{
	put(r, thread_key(id));
}

/* The next "<…>" of a value. */
static bool
next_id(struct str *in, struct str *id)
{
	while (in->len > 0 && in->ptr[0] != '<') {
		in->ptr++;
		in->len--;
	}
	*id = (struct str){ in->ptr, 0 };
	while (id->len < in->len && in->ptr[id->len] != '>')
		id->len++;
	if (id->len == in->len)
		return false;
	in->ptr += id->len;
	in->len -= id->len;
	return true;
}

static void
add_some(struct thread_refs *r, struct str header, struct str name,
    size_t most)
{
	struct header_field f;
	struct str id;

	if (!header_find(header, name, &f))
		return;
	for (size_t n = 0; n < most && next_id(&f.value, &id); n++)
		thread_add(r, id);
}

/* The first, and as many of the last as there is room for. */
static void
add_references(struct thread_refs *r, struct str header)
{
	uint64_t last[THREAD_REFS_MAX];
	struct header_field f;
	size_t n = 0;
	struct str id;

	if (!header_find(header, STR("References"), &f))
		return;
	if (next_id(&f.value, &id))
		thread_add(r, id);
	while (next_id(&f.value, &id))
		last[n++ % THREAD_REFS_MAX] = thread_key(id);
	for (size_t i = 0; i < n && i < THREAD_REFS_MAX; i++)
		put(r, last[(n - 1 - i) % THREAD_REFS_MAX]);
}

void
thread_refs(struct thread_refs *r, struct str header)
{
	r->len = 0;
	add_some(r, header, STR("Message-ID"), 1);
	add_some(r, header, STR("In-Reply-To"), OF_REPLY);
	add_references(r, header);
}

struct str
thread_packed(const struct thread_refs *r)
{
	return (struct str){ r->packed, r->len };
}
