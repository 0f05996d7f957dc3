/* envelope.c - the header of a message as IMAP's ENVELOPE has it. */

#include "mail/envelope.h"

#include <string.h>

#include "mail/address.h"
#include "mail/header.h"
#include "proto/imap_put.h"

/* In the order of RFC 3501. */
enum field {
	DATE, SUBJECT, FROM, SENDER, REPLY_TO, TO, CC, BCC, IN_REPLY_TO,
	MESSAGE_ID, FIELDS,
};

struct values {
	struct str value[ENVELOPE_FIELDS_MAX];
	size_t n;
};

static const struct {
	struct str name;
	size_t max;	/* fields of that name that count */
} known[FIELDS] = {
	[DATE]		= { STR_INIT("Date"), 1 },
	[SUBJECT]	= { STR_INIT("Subject"), 1 },
	[FROM]		= { STR_INIT("From"), 1 },
	[SENDER]	= { STR_INIT("Sender"), 1 },
	[REPLY_TO]	= { STR_INIT("Reply-To"), 1 },
	[TO]		= { STR_INIT("To"), ENVELOPE_FIELDS_MAX },
	[CC]		= { STR_INIT("Cc"), ENVELOPE_FIELDS_MAX },
	[BCC]		= { STR_INIT("Bcc"), ENVELOPE_FIELDS_MAX },
	[IN_REPLY_TO]	= { STR_INIT("In-Reply-To"), 1 },
	[MESSAGE_ID]	= { STR_INIT("Message-ID"), 1 },
};

static void
collect(struct values v[FIELDS], struct str header)
{
	struct header_field f;
	struct header h;

	header_begin(&h, header);
	while (header_next(&h, &f))
		for (int i = 0; i < FIELDS; i++)
			if (str_eq_nocase(f.name, known[i].name) &&
			    v[i].n < known[i].max)
				v[i].value[v[i].n++] = f.value;
}

static void
put_text(struct buf *out, const struct values *v, struct buf *scratch)
{
	buf_clear(scratch);
	if (v->n > 0)
		header_unfold(v->value[0], scratch);
	imap_put_nstring(out, buf_str(scratch));
}

static void
put_part(struct buf *out, void (*part)(struct buf *, const struct address *),
    const struct address *a, struct buf *scratch)
{
	buf_clear(scratch);
	part(scratch, a);
	imap_put_nstring(out, buf_str(scratch));
}

static void
put_some(struct buf *out, void (*part)(struct buf *, const struct address *),
    const struct address *a, struct buf *scratch)
{
	buf_clear(scratch);
	part(scratch, a);
	imap_put_string(out, buf_str(scratch));
}

static void
put_address(struct buf *out, const struct address *a, struct buf *scratch)
{
	switch (a->kind) {
	case ADDRESS_GROUP:
		buf_add(out, STR("(NIL NIL "));
		put_some(out, address_put_name, a, scratch);
		buf_add(out, STR(" NIL)"));
		return;
	case ADDRESS_GROUP_END:
		buf_add(out, STR("(NIL NIL NIL NIL)"));
		return;
	case ADDRESS_MAILBOX:
		break;
	}
	buf_byte(out, '(');
	put_part(out, address_put_name, a, scratch);
	buf_byte(out, ' ');
	put_part(out, address_put_route, a, scratch);
	buf_byte(out, ' ');
	put_some(out, address_put_local, a, scratch);
	buf_byte(out, ' ');
	put_some(out, address_put_domain, a, scratch);
	buf_byte(out, ')');
}

/* false: there is none in it, and nothing was put. */
static bool
put_addresses(struct buf *out, const struct values *v, struct buf *scratch)
{
	size_t given = 0;

	for (size_t i = 0; i < v->n; i++) {
		struct address_list list;
		struct address a;

		address_begin(&list, v->value[i]);
		while (given < ENVELOPE_ADDRESSES_MAX &&
		    address_next(&list, &a)) {
			if (given++ == 0)
				buf_byte(out, '(');
			put_address(out, &a, scratch);
		}
	}
	if (given > 0)
		buf_byte(out, ')');
	return given > 0;
}

/* RFC 3501, 7.4.2: who is not named is who From names, as just put. */
static void
put_default(struct buf *out, int field, size_t from, size_t len)
{
	char *room;

	if (field != SENDER && field != REPLY_TO) {
		buf_add(out, STR("NIL"));
		return;
	}
	room = buf_room(out, len);
	if (room == NULL)
		return;
	memcpy(room, out->ptr + from, len);
	buf_grow(out, len);
}

void
envelope_put(struct buf *out, struct str header, struct buf *scratch)
{
	size_t from = 0, from_len = 0;
	struct values v[FIELDS];

	for (int i = 0; i < FIELDS; i++)
		v[i].n = 0;
	collect(v, header);
	for (int i = 0; i < FIELDS; i++) {
		buf_byte(out, i == 0 ? '(' : ' ');
		if (i == FROM)
			from = out->len;
		if (i < FROM || i > BCC)
			put_text(out, &v[i], scratch);
		else if (!put_addresses(out, &v[i], scratch))
			put_default(out, i, from, from_len);
		if (i == FROM)
			from_len = out->len - from;
	}
	buf_byte(out, ')');
}
