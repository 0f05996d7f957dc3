/*
 * main.c - control: takes plictl's calls and brings them to who knows.
 *
 * The socket's mode decides who may call: root and the group pli.  What a
 * certificate is worth seal says; its answer stands in front of the caller's
 * arguments, whose own cert_ and sealed are left out.
 */

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "call.h"
#include "ipc/msg_seal.h"
#include "os/log.h"

enum { CERT_FILE_MAX = 1 << 20 };

enum kind { KIND_STORE, KIND_STATUS, KIND_RELOAD, KIND_DKIM,
    KIND_IDENTITY, KIND_AGENT };

enum file { FILE_NONE, FILE_MAY, FILE_MUST };

static const struct verb {
	struct str name;
	enum kind kind;
	enum file file;
	bool changes;
} verbs[] = {
	{ STR_INIT("user add"), KIND_STORE, FILE_MAY, true },
	{ STR_INIT("queue list"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("queue show"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("queue retry"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("queue hold"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("queue cancel"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("user list"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("user show"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("user remove"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("user password"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("user cert"), KIND_STORE, FILE_MUST, true },
	{ STR_INIT("user quota"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("user pair"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("contact add"), KIND_STORE, FILE_MUST, true },
	{ STR_INIT("contact list"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("contact remove"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("alias add"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("alias list"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("alias remove"), KIND_STORE, FILE_NONE, true },
	{ STR_INIT("mirror status"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("store status"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("store check"), KIND_STORE, FILE_NONE, false },
	{ STR_INIT("dkim show"), KIND_DKIM, FILE_NONE, false },
	{ STR_INIT("identity show"), KIND_IDENTITY, FILE_NONE, false },
	{ STR_INIT("agent"), KIND_AGENT, FILE_NONE, false },
	{ STR_INIT("status"), KIND_STATUS, FILE_NONE, false },
	{ STR_INIT("reload"), KIND_RELOAD, FILE_NONE, true },
};

static const struct verb *
verb_of(struct str name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_eq(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

/* What the store is to believe only from here. */
static bool
is_ours(struct str key)
{
	return str_take_word(&key, STR("cert_")) || str_eq(key, STR("sealed"));
}

static bool
add_args(struct buf *out, struct str args)
{
	struct str key, value;

	while (admin_take(&args, &key, &value))
		if (!is_ours(key))
			admin_put(out, key, value);
	return args.len == 0 && !out->failed;
}

static void
to_store(struct role *r, struct call *c, struct str verb)
{
	struct msg_admin_call m = { .id = c->number, .verb = verb,
	    .args = buf_str(&c->args) };

	c->at = CALL_STORE;
	if (!serve_send(r, serve_edge(r, ROLE_STORE, 0), msg_admin,
	    ADMIN_TYPES, ADMIN_CALL, &m, NULL, 0))
		call_end(r, c, VERDICT_LATER, STR("store-away"), STR(""));
}

static void
to_seal(struct role *r, struct call *c, int memfd)
{
	struct msg_seal_check_cert m = { .id = c->number };
	struct stat st;

	c->at = CALL_SEAL;
	if (fstat(memfd, &st) != 0 || st.st_size <= 0 ||
	    st.st_size > CERT_FILE_MAX) {
		call_end(r, c, VERDICT_NO, STR("bad-argument"), STR(""));
		return;
	}
	m.size = (uint64_t)st.st_size;
	if (!serve_send(r, serve_edge(r, ROLE_SEAL, 0), msg_seal, SEAL_TYPES,
	    SEAL_CHECK_CERT, &m, &memfd, 1))
		call_end(r, c, VERDICT_LATER, STR("seal-away"), STR(""));
}

static void
to_parent(struct role *r, struct call *c, enum msg_parent type)
{
	struct msg_parent_ask m = { .id = c->number };

	c->at = CALL_PARENT;
	if (!serve_send(r, serve_edge(r, ROLE_PARENT, 0), msg_parent,
	    PARENT_TYPES, type, &m, NULL, 0))
		call_end(r, c, VERDICT_LATER, STR("parent-away"), STR(""));
}

static void
to_whom(struct role *r, struct call *c, const struct verb *v, int memfd,
    struct str args)
{
	if (v->kind == KIND_STATUS) {
		to_parent(r, c, PARENT_STATUS);
		return;
	}
	if (v->kind == KIND_RELOAD) {
		to_parent(r, c, PARENT_RELOAD);
		return;
	}
	if (v->file == FILE_MAY)
		admin_put(&c->args, STR("sealed"),
		    memfd >= 0 ? STR("1") : STR("0"));
	if (!add_args(&c->args, args) || (v->file == FILE_MUST && memfd < 0) ||
	    (v->file == FILE_NONE && memfd >= 0))
		call_end(r, c, VERDICT_NO, STR("bad-argument"), STR(""));
	else if (v->kind == KIND_DKIM)
		dkim_ask(r, c);
	else if (v->kind == KIND_IDENTITY)
		identity_ask(r, c);
	else if (v->kind == KIND_AGENT)
		agent_ask(r, c);
	else if (memfd >= 0)
		to_seal(r, c, memfd);
	else
		to_store(r, c, call_verb(c));
}

static bool
take_call(struct role *r, struct peer *p, struct chan_msg *in)
{
	struct msg_admin_call m;
	int type = field_get(msg_admin, ADMIN_TYPES, in->wire, &m);
	const struct verb *v;
	struct call *c;

	if ((type != ADMIN_CALL && type != ADMIN_CALL_FILE) ||
	    in->nfds != msg_admin[type].fds)
		return false;
	v = verb_of(m.verb);
	c = v == NULL ? NULL : call_new(p, &m);
	if (c == NULL) {
		struct msg_admin_end end = { .id = m.id,
		    .verdict = v == NULL ? VERDICT_NO : VERDICT_LATER,
		    .why = v == NULL ? STR("no-verb") : STR("busy"),
		    .detail = m.verb };

		serve_send(r, p, msg_admin, ADMIN_TYPES, ADMIN_END, &end,
		    NULL, 0);
		return true;
	}
	c->uid = (uint32_t)(uintptr_t)p->data;
	c->logged = v->changes;
	to_whom(r, c, v, in->nfds > 0 ? in->fds[0] : -1, m.args);
	return true;
}

static bool
take_cert(struct role *r, struct chan_msg *in)
{
	struct msg_seal_cert_is m;
	struct call *c;
	struct buf args;

	if (field_get(msg_seal, SEAL_TYPES, in->wire, &m) != SEAL_CERT_IS ||
	    m.verdict >= VERDICTS)
		return false;
	c = call_find(m.id, CALL_SEAL);
	if (c == NULL)
		return true;
	if (m.verdict != VERDICT_YES) {
		call_end(r, c, (enum verdict)m.verdict, m.why, STR(""));
		return true;
	}
	buf_init(&args, ADMIN_ARGS_MAX);
	admin_put(&args, STR("cert_use"), m.use);
	admin_put(&args, STR("cert_fpr"), m.fingerprint);
	admin_put(&args, STR("cert_uid"), m.user_id);
	admin_put(&args, STR("cert_algo"), m.algorithm);
	admin_put_u64(&args, STR("cert_created"), m.created);
	admin_put_u64(&args, STR("cert_expires"), m.expires);
	buf_add(&args, buf_str(&c->args));
	buf_free(&c->args);
	c->args = args;
	if (args.failed)
		call_end(r, c, VERDICT_NO, STR("bad-argument"), STR(""));
	else
		to_store(r, c, call_verb(c));
	return true;
}

static bool
take_store(struct role *r, struct chan_msg *in)
{
	union {
		struct msg_admin_row row;
		struct msg_admin_end end;
	} m;
	int type = field_get(msg_admin, ADMIN_TYPES, in->wire, &m);
	struct call *c;

	if (type == ADMIN_ROW) {
		c = call_find(m.row.id, CALL_STORE);
		if (c != NULL)
			call_row(r, c, m.row.row);
		return true;
	}
	if (type != ADMIN_END || m.end.verdict >= VERDICTS)
		return false;
	c = call_find(m.end.id, CALL_STORE);
	if (c != NULL)
		call_end(r, c, (enum verdict)m.end.verdict, m.end.why,
		    m.end.detail);
	return true;
}

static bool
is_in_key(unsigned char c)
{
	return c != '=' && c != ' ' && c != '\n';
}

static bool
is_in_value(unsigned char c)
{
	return c != ' ' && c != '\n';
}

/* "key=value key=value" lines become rows. */
static void
status_rows(struct role *r, struct call *c, struct str text)
{
	struct buf row;

	buf_init(&row, ADMIN_ARGS_MAX);
	while (text.len > 0) {
		struct str key = str_take_while(&text, is_in_key);

		if (str_take_byte(&text, '='))
			admin_put(&row, key,
			    str_take_while(&text, is_in_value));
		while (str_take_byte(&text, ' '))
			;
		if (str_take_byte(&text, '\n')) {
			call_row(r, c, buf_str(&row));
			buf_clear(&row);
		}
	}
	buf_free(&row);
}

static bool
take_parent(struct role *r, struct chan_msg *in)
{
	struct msg_parent_answer m;
	struct call *c;

	if (field_get(msg_parent, PARENT_TYPES, in->wire, &m) !=
	    PARENT_ANSWER || m.verdict >= VERDICTS)
		return false;
	c = call_find(m.id, CALL_PARENT);
	if (c == NULL)
		return true;
	if (str_eq(call_verb(c), STR("status"))) {
		status_rows(r, c, m.text);
		to_store(r, c, STR("store status"));
		return true;
	}
	if (m.text.len > WHY_MAX)
		m.text.len = WHY_MAX;
	call_end(r, c, (enum verdict)m.verdict, m.verdict == VERDICT_YES ?
	    STR("") : STR("reload-refused"), m.text);
	return true;
}

static bool
on_message(struct role *r, struct peer *p, struct chan_msg *in)
{
	switch (p->from) {
	case ROLE_PLICTL:
		return take_call(r, p, in);
	case ROLE_STORE:
		return in->nfds == 0 && take_store(r, in);
	case ROLE_SEAL:
		return in->nfds == 0 && take_cert(r, in);
	case ROLE_KEYS:
		return in->nfds == 0 && (dkim_take(r, in) ||
		    identity_take(r, in));
	case ROLE_PARENT:
		return in->nfds == 0 && take_parent(r, in);
	default:
		return false;
	}
}

/* For the log: who changes what. */
static void
on_joined(struct role *r, struct peer *p)
{
	struct ucred who = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(who);

	(void)r;
	if (p->from == ROLE_PLICTL &&
	    getsockopt(p->fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0)
		p->data = (void *)(uintptr_t)who.uid;
}

static void
on_gone(struct role *r, struct peer *p)
{
	if (p->from == ROLE_PLICTL)
		calls_orphan(p);
	else if (p->from == ROLE_STORE)
		calls_fail(r, CALL_STORE, STR("store-away"));
	else if (p->from == ROLE_SEAL)
		calls_fail(r, CALL_SEAL, STR("seal-away"));
	else if (p->from == ROLE_KEYS)
		calls_fail(r, CALL_KEYS, STR("keys-away"));
}

int
main(int argc, char **argv)
{
	static const struct serve_ops ops = {
		.joined = on_joined, .message = on_message, .gone = on_gone,
	};
	static const struct sandbox sandbox = {
		.may = SANDBOX_CHANNELS | SANDBOX_ACCEPT,
		.memory = 32 << 20, .files = 256,
	};
	static struct role role;

	role_begin(&role, ROLE_CONTROL, argc, argv);
	role_enter(&role, &sandbox);
	serve_begin(&role, &ops);
	if (role.control < 0)
		log_die("role-started-wrong", "role=control: no socket");
	serve_listen(&role, role.control);
	serve_run(&role, &ops);
}
