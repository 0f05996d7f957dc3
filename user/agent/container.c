/* container.c - the file with the owner's keys. */

#include "agent/container.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/wipe.h"
#include "ipc/field.h"

static const struct str magic = STR_INIT("pli-keys");

static const char *const words[CONTAINER_STATUSES] = {
	[CONTAINER_OK] = "ok", [CONTAINER_NONE] = "no-container",
	[CONTAINER_NEWER] = "newer", [CONTAINER_DAMAGED] = "damaged",
	[CONTAINER_PASSPHRASE] = "passphrase", [CONTAINER_LATER] = "memory",
};

const char *
container_word(enum container_status status)
{
	assert(status < CONTAINER_STATUSES);
	return words[status];
}

static struct str
take(struct str *in, size_t n)
{
	struct str got = { in->ptr, n };

	assert(n <= in->len);
	in->ptr += n;
	in->len -= n;
	return got;
}

static bool
sum_is_right(struct str file)
{
	unsigned char sum[CONTAINER_SUM];
	size_t n = file.len - CONTAINER_SUM;

	(void)crypto_generichash(sum, sizeof(sum),
	    (const unsigned char *)file.ptr, n, NULL, 0);
	return memcmp(sum, file.ptr + n, sizeof(sum)) == 0;
}

static bool
is_sane(uint32_t passes, uint32_t memory)
{
	return passes >= 1 && passes <= CONTAINER_PASSES_MAX &&
	    memory >= CONTAINER_MEMORY_MIN && memory <= CONTAINER_MEMORY_MAX;
}

enum container_status
container_parse(struct container *c, struct str file)
{
	struct str in = file;
	uint32_t version = 0;

	memset(c, 0, sizeof(*c));
	if (file.len < magic.len + 4 || !str_eq(take(&in, magic.len), magic))
		return CONTAINER_NONE;
	(void)field_take_u32(&in, &version);
	if (version > CONTAINER_VERSION)
		return CONTAINER_NEWER;
	if (version != CONTAINER_VERSION || file.len > CONTAINER_MAX ||
	    file.len < CONTAINER_HEAD + CONTAINER_TAG + CONTAINER_SUM ||
	    !sum_is_right(file))
		return CONTAINER_DAMAGED;
	(void)field_take_u32(&in, &c->passes);
	(void)field_take_u32(&in, &c->memory);
	c->salt = take(&in, CONTAINER_SALT);
	c->nonce = take(&in, CONTAINER_NONCE);
	c->head = str_before(file, in);
	c->sealed = take(&in, in.len - CONTAINER_SUM);
	return is_sane(c->passes, c->memory) ? CONTAINER_OK :
	    CONTAINER_DAMAGED;
}

static bool
derive(struct container_lock *lock, struct str passphrase)
{
	return crypto_pwhash(lock->key, sizeof(lock->key),
	    passphrase.len > 0 ? passphrase.ptr : "", passphrase.len,
	    lock->salt, lock->passes, (size_t)lock->memory << 10,
	    crypto_pwhash_ALG_ARGON2ID13) == 0;
}

enum container_status
container_unlock(const struct container *c, struct str passphrase,
    struct container_lock *lock)
{
	lock->passes = c->passes;
	lock->memory = c->memory;
	memcpy(lock->salt, c->salt.ptr, CONTAINER_SALT);
	return derive(lock, passphrase) ? CONTAINER_OK : CONTAINER_LATER;
}

enum container_status
container_open(const struct container *c, const struct container_lock *lock,
    unsigned char *out, size_t room, size_t *len)
{
	unsigned long long n = 0;

	*len = 0;
	if (c->sealed.len - CONTAINER_TAG > room)
		return CONTAINER_DAMAGED;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL,
	    (const unsigned char *)c->sealed.ptr, c->sealed.len,
	    (const unsigned char *)c->head.ptr, c->head.len,
	    (const unsigned char *)c->nonce.ptr, lock->key) != 0)
		return CONTAINER_PASSPHRASE;
	*len = (size_t)n;
	return records_are_whole((struct str){ (char *)out, *len }) ?
	    CONTAINER_OK : CONTAINER_DAMAGED;
}

enum container_status
container_lock(struct container_lock *lock, struct str passphrase,
    uint32_t passes, uint32_t memory)
{
	assert(is_sane(passes, memory));
	lock->passes = passes;
	lock->memory = memory;
	randombytes_buf(lock->salt, sizeof(lock->salt));
	return derive(lock, passphrase) ? CONTAINER_OK : CONTAINER_LATER;
}

static void
put_sum(struct buf *file)
{
	unsigned char sum[CONTAINER_SUM];

	(void)crypto_generichash(sum, sizeof(sum),
	    (const unsigned char *)file->ptr, file->len, NULL, 0);
	buf_add_mem(file, sum, sizeof(sum));
}

bool
container_seal(const struct container_lock *lock, struct str records,
    struct buf *file)
{
	unsigned char nonce[CONTAINER_NONCE];
	char *room;

	assert(file->len == 0 && records.len <= CONTAINER_RECORDS_MAX);
	randombytes_buf(nonce, sizeof(nonce));
	buf_add(file, magic);
	field_put_u32(file, CONTAINER_VERSION);
	field_put_u32(file, lock->passes);
	field_put_u32(file, lock->memory);
	buf_add_mem(file, lock->salt, sizeof(lock->salt));
	buf_add_mem(file, nonce, sizeof(nonce));
	room = buf_room(file, records.len + CONTAINER_TAG);
	if (room == NULL)
		return false;
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt((unsigned char *)room,
	    NULL, (const unsigned char *)records.ptr, records.len,
	    (const unsigned char *)file->ptr, CONTAINER_HEAD, NULL, nonce,
	    lock->key);
	buf_grow(file, records.len + CONTAINER_TAG);
	put_sum(file);
	return !file->failed;
}

bool
container_is_weak(const struct container *c)
{
	return c->memory < CONTAINER_MEMORY || c->passes < CONTAINER_PASSES;
}

/* --- record lists -------------------------------------------------------- */

bool
record_take(struct str *in, unsigned *kind, struct str *value)
{
	struct str rest = *in;
	const unsigned char *p = (const unsigned char *)rest.ptr;

	if (rest.len < 2)
		return false;
	*kind = (unsigned)p[0] | (unsigned)p[1] << 8;
	(void)take(&rest, 2);
	if (!field_take_str(&rest, value))
		return false;
	*in = rest;
	return true;
}

bool
records_are_whole(struct str list)
{
	struct str value;
	unsigned kind;

	while (record_take(&list, &kind, &value))
		;
	return list.len == 0;
}

bool
record_get(struct str list, enum record_kind want, struct str *value)
{
	unsigned kind;

	while (record_take(&list, &kind, value))
		if (kind == want)
			return true;
	*value = (struct str){ NULL, 0 };
	return false;
}

void
record_put(struct buf *out, enum record_kind kind, struct str value)
{
	buf_byte(out, (char)(kind & 0xff));
	buf_byte(out, (char)((unsigned)kind >> 8));
	field_put_str(out, value);
}

void
record_set(struct buf *out, struct str list, enum record_kind set,
    struct str value)
{
	struct str old;
	unsigned kind;

	while (record_take(&list, &kind, &old))
		if (kind != set)
			record_put(out, (enum record_kind)kind, old);
	if (value.len > 0)
		record_put(out, set, value);
}
