/* ownerjob.c - in the child that makes keys and opens containers. */

#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/recovery.h"
#include "base/wipe.h"
#include "os/memfd.h"

enum { KEY = 32 };

/* What came with the question, and the way back. */
struct owner {
	struct str file;
	struct buf out;			/* to give */
	char detail[16];
	enum verdict verdict;
	uint64_t now;
	bool weak;
};

/* NULL, or the word of the refusal. */
typedef const char *owner_fn(struct owner *, const union msg_agent_any *);

static const char *
of_secret(enum secret_status status)
{
	return status == SECRET_OK ? NULL : secret_word(status);
}

static const char *
of_container(enum container_status status)
{
	return status == CONTAINER_OK ? NULL : container_word(status);
}

static struct str
record(enum record_kind kind)
{
	struct str value;

	(void)record_get((struct str){ (char *)desk->in, desk->in_len }, kind,
	    &value);
	return value;
}

/* A record list becomes what is held; the key in it is looked at. */
static const char *
take_records(struct owner *o, struct str list)
{
	enum cert_status status;
	struct str key;

	if (list.len > sizeof(desk->out) || !records_are_whole(list) ||
	    !record_get(list, RECORD_OPENPGP, &key))
		return "damaged";
	status = secret_info(key, o->now, &desk->info);
	if (status != CERT_OK && status != CERT_EXPIRED)
		return cert_word(status);
	memcpy(desk->out, list.ptr, list.len);
	desk->out_len = list.len;
	return NULL;
}

static void
put_key(struct buf *list, enum record_kind kind)
{
	unsigned char key[KEY];

	randombytes_buf(key, sizeof(key));
	record_put(list, kind, (struct str){ (char *)key, sizeof(key) });
	wipe(key, sizeof(key));
}

static const char *
make_key(struct owner *o, const struct msg_agent_make *m, struct buf *key)
{
	enum secret_status status;
	struct buf id;

	if (m->how == AGENT_IMPORT)
		return of_secret(secret_import(o->file, m->key_secret, o->now,
		    key));
	buf_init(&id, 1024);
	status = secret_user_id(&id, m->name, m->address) ?
	    secret_generate(buf_str(&id), o->now, m->expires, key) :
	    SECRET_NAME;
	buf_free(&id);
	return of_secret(status);
}

static const char *
recover(struct owner *o, const struct msg_agent_make *m, struct buf *list)
{
	unsigned char secret[WORDS_SECRET];
	enum recovery_status status;
	unsigned bad;

	if (!words_take(m->key_secret, secret, &bad)) {
		snprintf(o->detail, sizeof(o->detail), "%u", bad);
		return "words";
	}
	status = recovery_take(o->file, secret, list);
	wipe(secret, sizeof(secret));
	return status == RECOVERY_OK ? NULL : recovery_word(status);
}

static const char *
make(struct owner *o, const union msg_agent_any *any)
{
	const struct msg_agent_make *m = &any->make;
	struct buf list, key;
	const char *why;

	if (m->how >= AGENT_HOWS || m->passphrase.len == 0)
		return "malformed";
	buf_init(&list, CONTAINER_RECORDS_MAX);
	buf_init(&key, SECRET_KEY_MAX);
	if (m->how == AGENT_RECOVER) {
		why = recover(o, m, &list);
	} else {
		why = make_key(o, m, &key);
		record_put(&list, RECORD_ADDRESS, m->address);
		record_put(&list, RECORD_OPENPGP, buf_str(&key));
	}
	put_key(&list, RECORD_MIRROR_KEY);
	put_key(&list, RECORD_BOOT_KEY);
	if (why == NULL)
		why = take_records(o, buf_str(&list));
	if (why == NULL)
		why = of_container(container_lock(&desk->lock, m->passphrase,
		    CONTAINER_PASSES, CONTAINER_MEMORY));
	desk->changed = why == NULL;
	buf_free(&key);
	buf_free(&list);
	return why;
}

static const char *
unlock(struct owner *o, const union msg_agent_any *any)
{
	struct container c;
	enum container_status status = container_parse(&c, o->file);
	static unsigned char room[CONTAINER_RECORDS_MAX];
	const char *why;
	size_t n = 0;

	if (status == CONTAINER_OK)
		status = container_unlock(&c, any->unlock.passphrase,
		    &desk->lock);
	if (status == CONTAINER_OK)
		status = container_open(&c, &desk->lock, room, sizeof(room),
		    &n);
	if (status != CONTAINER_OK)
		return container_word(status);
	o->weak = container_is_weak(&c);
	why = take_records(o, (struct str){ (char *)room, n });
	desk->changed = why == NULL;
	wipe(room, sizeof(room));
	return why;
}

/* Whoever sits at an unlocked agent need not be its owner. */
static const char *
prove(struct str passphrase)
{
	struct container_lock again = desk->lock;
	struct container c = { .passes = again.passes,
	    .memory = again.memory,
	    .salt = { (char *)again.salt, CONTAINER_SALT } };
	unsigned char salt[CONTAINER_SALT];
	enum container_status status;
	bool same;

	memcpy(salt, again.salt, sizeof(salt));
	c.salt.ptr = (char *)salt;
	status = container_unlock(&c, passphrase, &again);
	same = sodium_memcmp(again.key, desk->lock.key, CONTAINER_KEY) == 0;
	wipe(&again, sizeof(again));
	if (status != CONTAINER_OK)
		return container_word(status);
	return same ? NULL : "passphrase";
}

static void
keep_records(void)
{
	memcpy(desk->out, desk->in, desk->in_len);
	desk->out_len = desk->in_len;
	desk->changed = true;
}

static const char *
rekey(struct owner *o, const union msg_agent_any *any)
{
	const char *why = prove(any->rekey.passphrase);

	(void)o;
	if (why == NULL && any->rekey.next.len == 0)
		why = "malformed";
	if (why == NULL)
		why = of_container(container_lock(&desk->lock,
		    any->rekey.next, CONTAINER_PASSES, CONTAINER_MEMORY));
	if (why == NULL)
		keep_records();
	return why;
}

static const char *
extend(struct owner *o, const union msg_agent_any *any)
{
	struct buf key, list;
	const char *why;

	buf_init(&key, SECRET_KEY_MAX);
	buf_init(&list, CONTAINER_RECORDS_MAX);
	why = of_secret(secret_extend(record(RECORD_OPENPGP), o->now,
	    any->extend.expires, &key));
	if (why == NULL) {
		record_set(&list, (struct str){ (char *)desk->in,
		    desk->in_len }, RECORD_OPENPGP, buf_str(&key));
		why = list.failed ? "big" : take_records(o, buf_str(&list));
	}
	desk->changed = why == NULL;
	buf_free(&list);
	buf_free(&key);
	return why;
}

static const char *
set(struct owner *o, const union msg_agent_any *any)
{
	struct buf list;

	(void)o;
	if (any->set.kind < RECORD_DEVICE || any->set.kind > RECORD_SETTINGS)
		return "malformed";
	buf_init(&list, CONTAINER_RECORDS_MAX);
	record_set(&list, (struct str){ (char *)desk->in, desk->in_len },
	    (enum record_kind)any->set.kind, any->set.value);
	if (!list.failed) {
		memcpy(desk->out, list.ptr, list.len);
		desk->out_len = list.len;
		desk->changed = true;
	}
	buf_free(&list);
	return desk->changed ? NULL : "big";
}

static const char *
give_sheet(struct owner *o, unsigned number)
{
	unsigned char secret[WORDS_SECRET];
	enum recovery_status status;
	struct buf list, parts;
	const char *why = NULL;

	randombytes_buf(secret, sizeof(secret));
	secret[WORDS_SECRET - 1] &= 0xf0;
	buf_init(&list, CONTAINER_RECORDS_MAX);
	buf_init(&parts, RECOVERY_TEXT_MAX);
	record_put(&list, RECORD_ADDRESS, record(RECORD_ADDRESS));
	record_put(&list, RECORD_OPENPGP, record(RECORD_OPENPGP));
	status = recovery_put(&parts, buf_str(&list), secret);
	if (status != RECOVERY_OK)
		why = recovery_word(status);
	else if (!sheet_put(&o->out, record(RECORD_ADDRESS), &desk->info,
	    o->now, number, secret, buf_str(&parts)))
		why = "memory";
	wipe(secret, sizeof(secret));
	buf_free(&parts);
	buf_free(&list);
	return why;
}

static const char *
give(struct owner *o, const union msg_agent_any *any)
{
	const struct msg_agent_give *m = &any->give;
	struct str key = record(RECORD_OPENPGP);
	const char *why = NULL;

	if (m->what == AGENT_SECRET || m->what == AGENT_SHEET)
		why = prove(m->passphrase);
	if (why != NULL)
		return why;
	switch (m->what) {
	case AGENT_CERTIFICATE:
		buf_add_mem(&o->out, desk->info.use, desk->info.use_len);
		return NULL;
	case AGENT_PUBLIC:
		return of_secret(secret_public(key, o->now, true, &o->out));
	case AGENT_SECRET:
		return of_secret(secret_export(key, m->protect, o->now,
		    &o->out));
	case AGENT_REVOCATION:
		return m->number >= REASONS ? "malformed" :
		    of_secret(secret_revocation(key, o->now,
		    (enum secret_reason)m->number, &o->out));
	case AGENT_SHEET:
		return give_sheet(o, m->number);
	default:
		return "malformed";
	}
}

static void
send_back(int back, unsigned type, const void *msg, struct str octets)
{
	int fd = memfd_of("agent", octets);

	if (fd < 0)
		child_refuse(back, VERDICT_LATER, "memory", "");
	else
		(void)chan_put(back, msg_agent, AGENT_TYPES, type, msg, &fd,
		    1);
}

static void
send_container(int back)
{
	struct msg_agent_done m = { 0 };
	struct buf file;

	buf_init(&file, CONTAINER_MAX);
	if (container_seal(&desk->lock, (struct str){ (char *)desk->out,
	    desk->out_len }, &file))
		send_back(back, AGENT_CONTAINER, &m, buf_str(&file));
	buf_free(&file);
}

/* Mirror key, boot key. */
static void
send_unlocked(int back, const struct owner *o)
{
	struct str list = { (char *)desk->out, desk->out_len };
	struct msg_agent_unlocked m = { .weak = o->weak };
	struct str mirror, boot;
	struct buf keys;

	buf_init(&keys, AGENT_UNLOCKED_KEYS);
	if (!record_get(list, RECORD_MIRROR_KEY, &mirror) ||
	    !record_get(list, RECORD_BOOT_KEY, &boot) ||
	    mirror.len != KEY || boot.len != KEY) {
		desk->changed = false;
		child_refuse(back, VERDICT_NO, "damaged", "");
		return;
	}
	buf_add(&keys, mirror);
	buf_add(&keys, boot);
	send_back(back, AGENT_UNLOCKED, &m, buf_str(&keys));
	buf_free(&keys);
}

void
owner_work(const void *question, int back)
{
	static owner_fn *const does[AGENT_TYPES] = {
		[AGENT_MAKE] = make, [AGENT_UNLOCK] = unlock,
		[AGENT_REKEY] = rekey, [AGENT_EXTEND] = extend,
		[AGENT_SET] = set, [AGENT_GIVE] = give,
	};
	const struct owner_job *job = question;
	struct owner o = { .now = (uint64_t)time(NULL),
	    .verdict = VERDICT_NO };
	struct msg_agent_done given = { 0 };
	const char *why = NULL;

	(void)mlock(desk, sizeof(*desk));
	buf_init(&o.out, 4 << 20);
	if (msg_agent[job->type].fds == 1 &&
	    !map_in(ONESHOT_FD, CERT_FILE_MAX, &o.file))
		why = "malformed";
	if (why == NULL)
		why = does[job->type](&o, &job->m);
	if (why != NULL)
		child_refuse(back, strcmp(why, "memory") == 0 ||
		    strcmp(why, "later") == 0 ? VERDICT_LATER : VERDICT_NO,
		    why, o.detail);
	else if (job->type == AGENT_GIVE)
		send_back(back, AGENT_GIVEN, &given, buf_str(&o.out));
	else if (job->type == AGENT_UNLOCK)
		send_unlocked(back, &o);
	else
		send_container(back);
}
