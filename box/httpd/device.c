/*
 * device.c - /pli/device: which devices may log in, by one that does.
 *
 *	GET	{"devices": [{"device", "created", "used"}, …]}; times are
 *		seconds since 1970, used is a day's, 0 for never; the account's
 *		own password is the device ""
 *	POST	another one, as pair.h says; answers as GET
 *	DELETE	/pli/device/NAME, percent-encoded; answers as GET
 *	POST	/pli/device-code, {"hash": base64 of SHA-256 of a token of 16
 *		random octets}: with it (pair.c) another device may be paired,
 *		once, within ten minutes; answers as GET
 *
 * A device that removes itself has this answer, and nothing after it.
 */

#include <string.h>

#include "base/ascii.h"
#include "base/verdict.h"
#include "pair.h"

static json_t *
list(struct str rows)
{
	json_t *all = json_array();
	struct str name;
	uint64_t made, used;

	while (field_take_str(&rows, &name) && field_take_u64(&rows, &made) &&
	    field_take_u64(&rows, &used))
		json_array_append_new(all, json_pack("{s:s%, s:I, s:I}",
		    "device", name.ptr, name.len, "created",
		    (json_int_t)made, "used", (json_int_t)used));
	return json_pack("{s:o}", "devices", all);
}

static json_t *
hear(struct http *h, struct buf *wire)
{
	union {
		struct msg_write_devices_are are;
		struct msg_write_device device;
		struct msg_write_appended appended;
		struct msg_write_copied copied;
		char room[512];
	} m;
	char *room = buf_room(wire, IPC_MAX);
	struct chan_msg in;
	int type = WRITE_CHANGED;

	/* what a mailbox's watch says is another request's */
	while (room != NULL && type == WRITE_CHANGED)
		type = chan_get(h->writer, room, msg_write, WRITE_TYPES, &m,
		    &in);
	if (room == NULL || type != WRITE_DEVICES_ARE ||
	    m.are.verdict == VERDICT_LATER) {
		h->close |= type != WRITE_DEVICES_ARE;
		pair_refuse(h, STR("later"));
	} else if (m.are.verdict == VERDICT_NO) {
		pair_refuse(h, m.are.why);
	} else {
		return list(m.are.rows);
	}
	return NULL;
}

json_t *
device_ask(struct http *h, unsigned type, const void *msg)
{
	json_t *devices = NULL;
	struct buf wire;

	buf_init(&wire, IPC_MAX);
	if (chan_put(h->writer, msg_write, WRITE_TYPES, type, msg, NULL, 0) !=
	    CHAN_OK) {
		h->close = true;
		pair_refuse(h, STR("later"));
	} else {
		devices = hear(h, &wire);
	}
	buf_free(&wire);
	return devices;
}

static void
ask(struct http *h, unsigned type, const void *msg)
{
	json_t *devices = device_ask(h, type, msg);

	if (devices != NULL)
		pair_send(h, 200, devices);
}

void
device_page(struct http *h)
{
	struct msg_write_device m;
	struct pair_room room;
	json_t *rq;

	if (h->rq.method != HTTP_POST) {
		ask(h, WRITE_DEVICES, NULL);
		return;
	}
	rq = pair_body(h);
	if (rq != NULL && pair_credential(h, rq, &m, &room))
		ask(h, WRITE_DEVICE_ADD, &m);
	json_decref(rq);
}

/* The token stays with who asks. */
void
device_code(struct http *h)
{
	char room[PAIR_HASH + 4];
	struct msg_write_code m;
	json_t *rq = pair_body(h);

	if (rq != NULL && pair_base64(json_object_get(rq, "hash"), room,
	    sizeof(room), &m.hash) && m.hash.len == PAIR_HASH)
		ask(h, WRITE_DEVICE_CODE, &m);
	else if (rq != NULL)
		pair_refuse(h, STR("bad-request"));
	json_decref(rq);
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The request's parser has seen to it that two digits follow each "%". */
static bool
decode(struct str in, char out[DEVICE_MAX], size_t *n)
{
	for (*n = 0; in.len > 0; (*n)++) {
		bool coded = *in.ptr == '%' && in.len > 2;

		if (*n == DEVICE_MAX)
			return false;
		out[*n] = *in.ptr;
		if (coded)
			out[*n] = (char)(digit(in.ptr[1]) << 4 |
			    digit(in.ptr[2]));
		in.ptr += coded ? 3 : 1;
		in.len -= coded ? 3 : 1;
	}
	return true;
}

void
device_delete(struct http *h)
{
	static const struct str above = STR_INIT("/pli/device/");
	struct str name = { h->rq.path.ptr + above.len,
	    h->rq.path.len - above.len };
	struct msg_write_device m = { .iterations = 0 };
	char text[DEVICE_MAX];

	m.device.ptr = text;
	if (decode(name, text, &m.device.len))
		ask(h, WRITE_DEVICE_REMOVE, &m);
	else
		pair_refuse(h, STR("no-device"));
}
