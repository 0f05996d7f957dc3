/*
 * bring.c - an email of the box becomes one of the mirror.
 *
 * What the box says about a message counts only with the box's signature over
 * what the message is; without it, it is a message that somebody encrypted.
 */

#include "sync/sync.h"

#include <sodium.h>
#include <unistd.h>

#include "mail/bodies.h"
#include "mail/header.h"
#include "mail/pliseal.h"
#include "mail/thread.h"
#include "mail/unseal.h"
#include "os/crypt.h"
#include "os/log.h"
#include "os/memfd.h"
#include "sync/status.h"

enum { ARENA_MAX = 64 << 20 };

/* Is it ours, and of this very text? */
static bool
seal_holds(const struct sync *s, struct str stored,
    const struct pliseal *seal)
{
	struct str stamp = { seal->stamp, seal->stamp_len };
	size_t head = header_len(stored);
	unsigned char hash[CRYPT_HASH];
	struct buf text;
	bool ok = false;

	crypt_sha256(hash, (struct str){ stored.ptr + head,
	    stored.len - head });
	if (!crypt_equal(hash, seal->hash, sizeof(hash)))
		return false;
	buf_init(&text, PLISEAL_SIGNED_MAX);
	pliseal_signed(&text, stamp, seal->hash);
	for (size_t i = 0; !text.failed && i < s->record.seals; i++)
		ok = ok || crypto_sign_verify_detached(seal->signature,
		    (const unsigned char *)text.ptr, text.len,
		    s->record.seal[i]) == 0;
	buf_free(&text);
	return ok;
}

/* *any: there is a field that says so, whoever wrote it. */
static bool
is_sealed(const struct sync *s, struct str stored, struct pliseal *seal,
    bool *any)
{
	struct header_field f;

	*any = header_find(stored, STR("Pli-Seal"), &f);
	return *any && pliseal_parse(seal, f.value) &&
	    seal_holds(s, stored, seal);
}

/* The message of the mirror, in s->message. */
static enum plan_event
decrypt(struct sync *s, struct str payload)
{
	static struct pliseal seal;
	struct unseal u = { UNSEAL_CLEAR, buf_str(&s->blob), STR(""),
	    STR("") };
	struct buf status;
	bool any, sealed = is_sealed(s, u.stored, &seal, &any), made;
	enum opened how;

	buf_init(&status, 2 * STATUS_MAX_OCTETS);
	how = agent_open(s, payload, any && !sealed, &status);
	if (how == OPENED_YES) {
		u.kind = sealed ? UNSEAL_SEALED : UNSEAL_ENCRYPTED;
		u.entity = buf_str(&s->clear);
	}
	if (how == OPENED_YES && sealed) {
		buf_clear(&status);
		status_sealed(&status, (struct str){ seal.stamp,
		    seal.stamp_len });
	}
	u.status = buf_str(&status);
	made = how != OPENED_LATER && unseal_message(&u, &s->message);
	if (how == OPENED_YES && sealed && !made) {
		buf_clear(&s->message);
		u.kind = UNSEAL_CLEAR;
		u.status = STR("locked; why=seal");
		made = unseal_message(&u, &s->message);
	}
	buf_free(&status);
	return made ? PLAN_DONE : PLAN_LATER;
}

static enum plan_event
look(struct sync *s)
{
	struct unseal u = { UNSEAL_CLEAR, buf_str(&s->blob), STR(""),
	    STR("clear") };
	enum plan_event e = PLAN_LATER;
	struct arena arena;
	struct buf payload;

	buf_clear(&s->message);
	arena_init(&arena, ARENA_MAX);
	buf_init(&payload, JMAP_EMAIL_MAX);
	if (unseal_payload(u.stored, &arena, &payload))
		e = decrypt(s, buf_str(&payload));
	else if (unseal_message(&u, &s->message))
		e = PLAN_DONE;
	buf_free(&payload);
	arena_reset(&arena);
	return e;
}

static bool
deliver(struct sync *s, const struct msg_write_ticket *t, int fd,
    int64_t date, union msg_written *w)
{
	struct str text = buf_str(&s->message);
	size_t head = header_len(text);
	struct thread_refs refs = { .len = 0 };
	struct msg_store_deliver m = { .ticket = t->ticket,
	    .group = ++s->last_id, .parts = 1, .account = t->account,
	    .head_len = (uint32_t)head, .size = text.len,
	    .date = (uint64_t)date };
	struct arena arena;

	thread_refs(&refs, (struct str){ text.ptr, head });
	m.refs = thread_packed(&refs);
	arena_init(&arena, ARENA_MAX);
	m.attached = bodies_has_attached(text, &arena);
	arena_reset(&arena);
	return mirror_write(s, WRITE_DELIVER, &m, fd, WRITE_APPENDED, w);
}

static bool
store(struct sync *s, const struct jmap_email *e, uint64_t mailbox,
    struct str value, int fd, union msg_written *w)
{
	struct msg_write_bring m = { .mailbox = mailbox,
	    .date = (uint64_t)e->received, .size = s->message.len,
	    .id = e->id, .value = value };
	struct words words = { 0 };
	struct buf packed;
	bool ok;

	for (size_t i = 0; i < e->keywords; i++)
		words_add(&words, e->keyword[i]);
	buf_init(&packed, WORDS_MAX * (WORD_MAX + 4));
	m.flags = words_flags(&words, &packed);
	m.keywords = buf_str(&packed);
	ok = mirror_write(s, WRITE_BRING, &m, -1, WRITE_TICKET, w) &&
	    w->ticket.verdict == VERDICT_YES;
	buf_free(&packed);
	return ok && deliver(s, &(struct msg_write_ticket){
	    .ticket = w->ticket.ticket, .account = w->ticket.account }, fd,
	    e->received, w);
}

enum plan_event
bring(struct sync *s, const struct jmap_email *e, uint64_t mailbox,
    struct str value)
{
	enum plan_event how = ask_blob(s, e);
	struct str emails;
	union msg_written w;
	uint64_t email;
	bool ok;
	int fd;

	if (how == PLAN_DONE)
		how = look(s);
	if (how != PLAN_DONE)
		return how;
	fd = memfd_of("message", buf_str(&s->message));
	ok = fd >= 0 && store(s, e, mailbox, value, fd, &w);
	if (fd >= 0)
		close(fd);
	if (!ok || w.appended.verdict == VERDICT_LATER)
		return PLAN_LATER;
	if (w.appended.verdict == VERDICT_NO)
		return PLAN_DONE;	/* it is there */
	s->brought++;
	emails = w.appended.emails;
	return field_take_u64(&emails, &email) &&
	    index_email(s, email, buf_str(&s->message)) ? PLAN_DONE :
	    PLAN_LATER;
}
