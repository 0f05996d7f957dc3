/*
 * field.h - messages as structs, structs as bytes.
 *
 * Pure.  A message is a number, its fields in order, nothing else:
 *
 *	u16 type | per field: u32 | u64 | u32 length, bytes	(little-endian)
 *
 * Each edge has one table of struct field_msg, indexed by message type; the
 * tables stand in msg_*.h.  Decoding is total: a wrong type, a string past
 * its limit, bytes missing or left over make the whole message malformed, and
 * that costs its sender the channel.
 */
#ifndef IPC_FIELD_H
#define IPC_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { IPC_MAX = 64 * 1024 };	/* bytes of one message */

enum field_type { FIELD_U32, FIELD_U64, FIELD_STR };

struct field {
	enum field_type type;
	size_t offset;		/* in the message's struct */
	size_t max;		/* FIELD_STR: its longest */
};

struct field_msg {
	const char *name;	/* for logs and tests; NULL: no such type */
	const struct field *fields;
	size_t count;
	size_t size;		/* of the struct */
	unsigned fds;		/* exactly so many descriptors come with it */
};

#define FIELD_U32_OF(s, m)	{ FIELD_U32, offsetof(struct s, m), 0 }
#define FIELD_U64_OF(s, m)	{ FIELD_U64, offsetof(struct s, m), 0 }
#define FIELD_STR_OF(s, m, max)	{ FIELD_STR, offsetof(struct s, m), max }
#define FIELD_MSG(name, s, fields, fds) \
	{ name, fields, sizeof(fields) / sizeof((fields)[0]), \
	  sizeof(struct s), fds }
#define FIELD_MSG_EMPTY(name, fds)	{ name, NULL, 0, 0, fds }

/* Append message `type` to *out, which should be empty. */
void field_put(struct buf *out, const struct field_msg *table, size_t types,
    unsigned type, const void *msg);

/* Take a message apart.  msg points to a struct, or to a union of structs;
 * every str in it points into wire.  -1 if malformed, or of a type that has no
 * room there; else the type. */
#define field_get(table, types, wire, msg) \
	field_get_in(table, types, wire, msg, sizeof(*(msg)))
int field_get_in(const struct field_msg *table, size_t types, struct str wire,
    void *msg, size_t room);

/* The type of a message that is only looked at; -1 if too short. */
int field_type_of(struct str wire);

/* Little-endian numbers in packed records. */
void field_put_u32(struct buf *, uint32_t);
void field_put_u64(struct buf *, uint64_t);
void field_put_str(struct buf *, struct str);
bool field_take_u32(struct str *, uint32_t *);
bool field_take_u64(struct str *, uint64_t *);
bool field_take_str(struct str *, struct str *);	/* u32 length, data */

#endif
