/* field.c - messages as structs, structs as bytes. */

#include "ipc/field.h"

#include <assert.h>
#include <string.h>

static void
put(struct buf *out, uint64_t n, size_t bytes)
{
	char le[8];

	for (size_t i = 0; i < bytes; i++)
		le[i] = (char)(n >> (8 * i) & 0xff);
	buf_add_mem(out, le, bytes);
}

static bool
take(struct str *in, uint64_t *out, size_t bytes)
{
	*out = 0;
	if (in->len < bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		*out |= (uint64_t)(unsigned char)in->ptr[i] << (8 * i);
	in->ptr += bytes;
	in->len -= bytes;
	return true;
}

void
field_put_u32(struct buf *out, uint32_t n)
{
	put(out, n, 4);
}

void
field_put_u64(struct buf *out, uint64_t n)
{
	put(out, n, 8);
}

bool
field_take_u32(struct str *in, uint32_t *out)
{
	uint64_t n;

	if (!take(in, &n, 4))
		return false;
	*out = (uint32_t)n;
	return true;
}

bool
field_take_u64(struct str *in, uint64_t *out)
{
	return take(in, out, 8);
}

void
field_put_str(struct buf *out, struct str s)
{
	field_put_u32(out, (uint32_t)s.len);
	buf_add(out, s);
}

bool
field_take_str(struct str *in, struct str *out)
{
	uint32_t n;

	if (!field_take_u32(in, &n) || n > in->len)
		return false;
	*out = (struct str){ in->ptr, n };
	in->ptr += n;
	in->len -= n;
	return true;
}

static void
put_field(struct buf *out, const struct field *f, const void *at)
{
	uint32_t n32;
	uint64_t n64;
	struct str s;

	switch (f->type) {
	case FIELD_U32:
		memcpy(&n32, at, sizeof(n32));
		put(out, n32, 4);
		return;
	case FIELD_U64:
		memcpy(&n64, at, sizeof(n64));
		put(out, n64, 8);
		return;
	case FIELD_STR:
		memcpy(&s, at, sizeof(s));
		if (s.len > f->max) {
			out->failed = true;
			return;
		}
		put(out, s.len, 4);
		buf_add(out, s);
	}
}

void
field_put(struct buf *out, const struct field_msg *table, size_t types,
    unsigned type, const void *msg)
{
	assert(type < types && table[type].name != NULL);
	put(out, type, 2);
	for (size_t i = 0; i < table[type].count; i++)
		put_field(out, &table[type].fields[i],
		    (const char *)msg + table[type].fields[i].offset);
}

static bool
get_field(struct str *in, const struct field *f, void *at)
{
	uint32_t n32;
	uint64_t n64;
	struct str s;

	switch (f->type) {
	case FIELD_U32:
		if (!field_take_u32(in, &n32))
			return false;
		memcpy(at, &n32, sizeof(n32));
		return true;
	case FIELD_U64:
		if (!field_take_u64(in, &n64))
			return false;
		memcpy(at, &n64, sizeof(n64));
		return true;
	case FIELD_STR:
		if (!field_take_u32(in, &n32) || n32 > f->max || n32 > in->len)
			return false;
		s = (struct str){ in->ptr, n32 };
		in->ptr += n32;
		in->len -= n32;
		memcpy(at, &s, sizeof(s));
		return true;
	}
	return false;
}

int
field_type_of(struct str wire)
{
	uint64_t type;

	return take(&wire, &type, 2) ? (int)type : -1;
}

int
field_get_in(const struct field_msg *table, size_t types, struct str wire,
    void *msg, size_t room)
{
	uint64_t type;

	if (!take(&wire, &type, 2) || type >= types ||
	    table[type].name == NULL || table[type].size > room)
		return -1;
	memset(msg, 0, table[type].size);
	for (size_t i = 0; i < table[type].count; i++)
		if (!get_field(&wire, &table[type].fields[i],
		    (char *)msg + table[type].fields[i].offset))
			return -1;
	return wire.len == 0 ? (int)type : -1;
}
