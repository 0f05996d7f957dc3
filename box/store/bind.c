/*
 * bind.c - logins and sessions.
 *
 * A session gets two channels of its own, both bound to one account here and
 * now: one to a read-only worker, one to the writer.
 */

#include <sys/wait.h>
#include <unistd.h>

#include "store.h"

static const char login[] =
    "SELECT account, iterations, salt, stored_key, server_key "
    "FROM credential JOIN account ON account.id = account "
    "WHERE name = ?1 AND device = ?2";

static int reader[READERS];	/* channels to the workers */
static unsigned turn;

/* "alice@example.org/phone": the device is a credential of its own. */
static void
split_device(struct str user, struct str *name, struct str *device)
{
	const char *slash = user.len == 0 ? NULL :
	    memrchr(user.ptr, '/', user.len);

	*name = user;
	*device = STR("");
	if (slash == NULL)
		return;
	name->len = (size_t)(slash - user.ptr);
	device->ptr = slash + 1;
	device->len = user.len - name->len - 1;
}

static struct sqlite3_stmt *
find_login(struct str user, struct buf *folded)
{
	struct str name, device, local, domain;
	const char *at;

	split_device(user, &name, &device);
	at = name.len == 0 ? NULL : memrchr(name.ptr, '@', name.len);
	if (at == NULL)
		return NULL;
	local = (struct str){ name.ptr, (size_t)(at - name.ptr) };
	domain = (struct str){ at + 1, name.len - local.len - 1 };
	if (!address_fold(local, domain, folded))
		return NULL;
	return sql_bind(&store.db, login, "tt", buf_str(folded), device);
}

static bool
take_login(struct peer *p, const struct msg_store_login *m)
{
	struct msg_store_login_is is = { .id = m->id,
	    .verdict = VERDICT_NO };
	struct sqlite3_stmt *q;
	struct buf folded;

	is.salt = is.stored_key = is.server_key = STR("");
	buf_init(&folded, ADDRESS_MAX);
	q = find_login(m->user, &folded);
	if (q != NULL && sql_step(q) == SQL_ROW) {
		is.verdict = VERDICT_YES;
		is.account = sql_u64(q, 0);
		is.iterations = (uint32_t)sql_u64(q, 1);
		is.salt = sql_str(q, 2);
		is.stored_key = sql_str(q, 3);
		is.server_key = sql_str(q, 4);
	}
	serve_send(store.role, p, msg_store, STORE_TYPES, STORE_LOGIN_IS, &is,
	    NULL, 0);
	if (q != NULL)
		sql_end(q);
	buf_free(&folded);
	return true;
}

/* The worker's end goes to the worker, named by the account. */
static bool
give_reader(uint64_t account, int fd)
{
	static const struct field_msg table[1] = { FIELD_MSG_CHILD };
	struct msg_child m = { account, STR("") };
	enum chan_status status;
	struct buf out;

	buf_init(&out, 64);
	field_put(&out, table, 1, MSG_CHILD, &m);
	status = chan_send(reader[turn++ % READERS], false, buf_str(&out), &fd,
	    1);
	buf_free(&out);
	return status == CHAN_OK;
}

static bool
take_bind(struct peer *p, const struct msg_store_bind *m)
{
	struct msg_store_bound is = { m->id, VERDICT_LATER };
	int rd[2], wr[2], fds[2];
	struct account a;
	struct peer *s;

	if (!account_by_id(m->account, &a) || !chan_pair(rd))
		goto no;
	if (!chan_pair(wr)) {
		close(rd[0]);
		close(rd[1]);
		goto no;
	}
	s = give_reader(a.id, rd[1]) ?
	    serve_add(store.role, wr[1], ROLE_IMAPD, true, a.id, STR("")) :
	    NULL;
	close(rd[1]);
	if (s != NULL) {
		is.verdict = VERDICT_YES;
		fds[0] = rd[0];
		fds[1] = wr[0];
		serve_send(store.role, p, msg_store, STORE_TYPES, STORE_BOUND,
		    &is, fds, 2);
	} else {
		serve_send(store.role, p, msg_store, STORE_TYPES,
		    STORE_NOT_BOUND, &is, NULL, 0);
	}
	close(rd[0]);
	close(wr[0]);
	return true;
no:
	serve_send(store.role, p, msg_store, STORE_TYPES, STORE_NOT_BOUND, &is,
	    NULL, 0);
	return true;
}

bool
bind_take(struct peer *p, struct chan_msg *in)
{
	union {
		struct msg_store_login login;
		struct msg_store_bind bind;
	} m;

	switch (field_get(msg_store, STORE_TYPES, in->wire, &m)) {
	case STORE_LOGIN:
		return take_login(p, &m.login);
	case STORE_BIND:
		return take_bind(p, &m.bind);
	default:
		return false;
	}
}

bool
bind_readers(const char *path)
{
	for (size_t i = 0; i < READERS; i++) {
		int pair[2];
		pid_t pid;

		if (!chan_pair(pair))
			return false;
		pid = fork();
		if (pid == 0) {
			close(pair[0]);
			for (size_t k = 0; k < i; k++)
				close(reader[k]);
			reader_run(pair[1], path);
		}
		close(pair[1]);
		reader[i] = pair[0];
		if (pid < 0)
			return false;
	}
	return true;
}

/* A worker that ends takes the store along: the parent starts both anew. */
void
bind_connect(struct role *r)
{
	for (size_t i = 0; i < READERS; i++)
		serve_add(r, dup(reader[i]), ROLE_STORE, false, 0, STR(""));
}
