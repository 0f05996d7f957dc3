/*
 * device.c - credentials: the account's own, whose device is "", and one for
 * each device.
 *
 * A device's sessions are known by a tag, a hash of its name: who collides ends
 * with another of the same account, and logs in again.
 */

#include "store.h"

#include <string.h>

#include "codec/utf8.h"

enum { DAY = 24 * 60 * 60 };

/* FNV-1a; 0 is nobody's. */
uint64_t
device_tag(struct str device)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < device.len; i++)
		h = (h ^ (unsigned char)device.ptr[i]) * 0x100000001b3;
	return h | 1;
}

/* One that a login can name: ADDRESS/DEVICE. */
static bool
is_name(struct str s)
{
	return s.len > 0 && s.len <= DEVICE_MAX && utf8_valid(s) &&
	    !has_control(s) && memchr(s.ptr, '/', s.len) == NULL &&
	    memchr(s.ptr, '@', s.len) == NULL;
}

static enum verdict
no(const char **why, const char *word)
{
	*why = word;
	return VERDICT_NO;
}

static enum verdict
result(enum sql_status s, const char **why)
{
	if (s == SQL_DONE)
		return VERDICT_YES;
	*why = s == SQL_FULL ? "full" : "busy";
	return VERDICT_LATER;
}

static bool
is_there(struct store *st, uint64_t account, struct str device)
{
	uint64_t one;

	return sql_number(&st->db, &one, "SELECT 1 FROM credentials"
	    " WHERE account = ? AND device = ?", "ut", account, device) ==
	    SQL_ROW;
}

enum verdict
device_put(struct store *st, uint64_t account, const struct credential *c,
    bool fresh, const char **why)
{
	uint64_t n = 0;

	if (c->device.len > DEVICE_MAX || (fresh && !is_name(c->device)))
		return no(why, "bad-device");
	if (c->iterations == 0 || c->iterations > UINT32_MAX ||
	    c->salt.len == 0 || c->salt.len > SALT_MAX ||
	    c->stored_key.len != VERIFIER_KEY ||
	    c->server_key.len != VERIFIER_KEY)
		return no(why, "bad-argument");
	if (fresh && is_there(st, account, c->device))
		return no(why, "device-exists");
	(void)sql_number(&st->db, &n, "SELECT count(*) FROM credentials"
	    " WHERE account = ?", "u", account);
	if (fresh && n >= DEVICES_MAX)
		return no(why, "devices-full");
	return result(sql_run(&st->db,
	    "INSERT INTO credentials(account, device, salt, iterations,"
	    " stored_key, server_key, created) VALUES(?, ?, ?, ?, ?, ?, ?)"
	    " ON CONFLICT DO UPDATE SET salt = excluded.salt,"
	    " iterations = excluded.iterations,"
	    " stored_key = excluded.stored_key,"
	    " server_key = excluded.server_key, created = excluded.created,"
	    " used = 0", "utbubbu", account, c->device, c->salt,
	    c->iterations, c->stored_key, c->server_key, store_now()), why);
}

/* The account's own is only replaced. */
enum verdict
device_remove(struct store *st, uint64_t account, struct str device,
    const char **why)
{
	if (device.len == 0 || !is_there(st, account, device))
		return no(why, "no-device");
	return result(sql_run(&st->db, "DELETE FROM credentials"
	    " WHERE account = ? AND device = ?", "ut", account, device), why);
}

void
device_drop(struct store *st, uint64_t account, struct str device)
{
	sessions_drop(st, account, device_tag(device));
	pool_drop(st, account, device_tag(device));
}

/* The newest of those that are too many when one more comes. */
static bool
find_old(struct store *st, uint64_t account, struct buf *name)
{
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT device"
	    " FROM credentials WHERE account = ? AND device GLOB '" DEVICE_WEB
	    "*' ORDER BY created DESC, device LIMIT 1 OFFSET ?", "uu",
	    account, (uint64_t)DEVICES_WEB_MAX - 1);
	bool found = sql_step(q) == SQL_ROW;

	buf_clear(name);
	if (found)
		buf_add(name, sql_str(q, 0));
	sql_end(q);
	return found;
}

enum verdict
devices_thin(struct store *st, uint64_t account, struct str next,
    const char **why)
{
	enum verdict v = VERDICT_YES;
	struct buf name;

	if (!str_take_word(&next, STR(DEVICE_WEB)))
		return v;
	buf_init(&name, DEVICE_MAX);
	while (v == VERDICT_YES && find_old(st, account, &name)) {
		v = device_remove(st, account, buf_str(&name), why);
		if (v == VERDICT_YES)
			device_drop(st, account, buf_str(&name));
	}
	buf_free(&name);
	return v;
}

/* At the first login of a day: one write, of which nobody waits to hear. */
void
device_used(struct store *st, uint64_t account, struct str device)
{
	uint64_t today = store_now() / DAY * DAY, one;

	if (sql_number(&st->db, &one, "SELECT 1 FROM credentials"
	    " WHERE account = ? AND device = ? AND used < ?", "utu", account,
	    device, today) != SQL_ROW || !tx_begin(st))
		return;
	(void)tx_end(st, sql_run(&st->db, "UPDATE credentials SET used = ?"
	    " WHERE account = ? AND device = ?", "uut", today, account,
	    device) == SQL_DONE);
}

static void
list(struct store *st, uint64_t account, struct buf *rows)
{
	struct sqlite3_stmt *q = sql_bind(&st->db, "SELECT device, created,"
	    " used FROM credentials WHERE account = ? ORDER BY device"
	    " LIMIT 128", "u", account);

	while (sql_step(q) == SQL_ROW) {
		field_put_str(rows, sql_str(q, 0));
		field_put_u64(rows, sql_u64(q, 1));
		field_put_u64(rows, sql_u64(q, 2));
	}
	sql_end(q);
}

static enum verdict
put_or_remove(struct store *st, uint64_t account, bool put,
    const struct msg_write_device *m, const char **why)
{
	struct credential cred = { m->device, m->salt, m->stored_key,
	    m->server_key, m->iterations };

	return put ? device_put(st, account, &cred, true, why) :
	    device_remove(st, account, m->device, why);
}

static enum verdict
change(struct store *st, struct client *c, int type, const void *msg,
    const char **why)
{
	const struct msg_write_code *code = msg;
	enum verdict v;

	/* alone: what others have under way is answered first */
	tx_settle(st);
	*why = "busy";
	if (!tx_begin(st))
		return VERDICT_LATER;
	v = type == WRITE_DEVICE_CODE ?
	    code_by_device(st, c->account, code->hash, why) :
	    put_or_remove(st, c->account, type == WRITE_DEVICE_ADD, msg, why);
	if ((!tx_end(st, v == VERDICT_YES) || !tx_settle(st)) &&
	    v == VERDICT_YES)
		v = VERDICT_LATER;
	return v;
}

/* Who removes itself has the answer before it loses the channel. */
bool
device_message(struct store *st, struct client *c, int type, const void *msg)
{
	const struct msg_write_device *m = msg;
	struct msg_write_devices_are are = { .verdict = VERDICT_YES };
	uint64_t account = c->account;
	const char *why = "";
	struct buf rows;

	if (!c->web)
		return false;
	if (type != WRITE_DEVICES)
		are.verdict = change(st, c, type, msg, &why);
	if (are.verdict != VERDICT_YES)
		are.why = from_c(why);
	buf_init(&rows, DEVICE_ROWS_MAX);
	list(st, account, &rows);
	are.rows = buf_str(&rows);
	serve_send(st->role, c->peer, msg_write, WRITE_TYPES,
	    WRITE_DEVICES_ARE, &are, NULL, 0);
	buf_free(&rows);
	if (type == WRITE_DEVICE_REMOVE && are.verdict == VERDICT_YES)
		device_drop(st, account, m->device);
	return true;
}
