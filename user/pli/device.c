/* device.c - the box's list of devices. */

#include "device.h"

#include <jansson.h>
#include <string.h>

#include "codec/utf8.h"
#include "ipc/field.h"
#include "ipc/msg_session.h"

static bool
is_name(struct str s)
{
	if (s.len > DEVICE_MAX || !utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
			return false;
	return true;
}

bool
devices_take(const struct box_job *job, const json_t *said, struct buf *out)
{
	const json_t *all = json_object_get(said, "devices");

	(void)job;
	if (!json_is_array(all) || json_array_size(all) > 2 * DEVICES_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *d = json_array_get(all, i);
		const json_t *name = json_object_get(d, "device");
		const json_t *made = json_object_get(d, "created");
		const json_t *used = json_object_get(d, "used");
		struct str s = { json_string_value(name),
		    json_string_length(name) };

		if (!json_is_string(name) || !is_name(s) ||
		    !json_is_integer(made) || !json_is_integer(used) ||
		    json_integer_value(made) < 0 ||
		    json_integer_value(used) < 0)
			return false;
		field_put_str(out, s);
		field_put_u64(out, (uint64_t)json_integer_value(made));
		field_put_u64(out, (uint64_t)json_integer_value(used));
	}
	return true;
}

bool
device_next(struct str *rows, struct device *d)
{
	return field_take_str(rows, &d->name) && is_name(d->name) &&
	    field_take_u64(rows, &d->made) && field_take_u64(rows, &d->used);
}

int
devices_ask(struct pli *p, const struct record *r, struct buf *rows)
{
	struct box_job job = { .record = *r, .method = BOX_GET,
	    .path = STR("/pli/device"), .take = devices_take };

	return box_ask(p, &job, rows);
}

struct str
device_own(const struct record *r)
{
	const char *slash = strchr(r->user, '/');

	return slash != NULL ? from_c(slash + 1) : STR("");
}
