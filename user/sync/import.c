/*
 * import.c - what was born here goes to the box: drafts, copies in Sent, what
 * a client has appended.
 *
 * An email of the mirror without an id at the box is encrypted to its owner,
 * protected as the box protects what it seals (mail/protect.h), and imported.
 * Before that a note "=i:HASH" says of which email this very text is: whoever
 * dies before the box's answer is stored meets the text again when it comes
 * back (Email/changes), and knows it.  No two attempts have the same text.
 */

#include "sync/sync.h"

#include <string.h>
#include <time.h>

#include "mail/header.h"
#include "mail/pgpwrap.h"
#include "mail/protect.h"
#include "os/clock.h"
#include "os/crypt.h"
#include "os/log.h"
#include "sync/jmap_date.h"

enum {
	AT_ONCE = 16, OCTETS_AT_ONCE = 16 << 20,
	NAME_MAX_ = 3 + 2 * BODY_HASH + 1,
	ATTEMPT_S = 3600,		/* no request of ours lives so long */
	UNWANTED_MS = 10 * 60 * 1000,
};

_Static_assert((int)BODY_HASH == (int)CRYPT_HASH, "one hash");

/* One that is to go. */
struct birth {
	uint64_t email, mailbox, size, date;
	uint32_t uid;
	struct words words;
	struct attempt attempt;
	char blob[JMAP_ID_MAX + 1];
};

static void
note_name(char out[NAME_MAX_], const unsigned char hash[BODY_HASH])
{
	memcpy(out, "=i:", 3);
	for (size_t i = 0; i < BODY_HASH; i++)
		snprintf(out + 3 + 2 * i, 3, "%02x", hash[i]);
}

static bool
take_hash(struct str hex, unsigned char out[BODY_HASH])
{
	if (hex.len != 2 * BODY_HASH)
		return false;
	for (size_t i = 0; i < hex.len; i++) {
		char c = hex.ptr[i];
		int n = c >= '0' && c <= '9' ? c - '0' :
		    c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (n < 0)
			return false;
		out[i / 2] = (unsigned char)(out[i / 2] << 4 | n);
	}
	return true;
}

/* "EMAIL SECONDS" */
static bool
take_attempt(const struct remote *r, struct attempt *a)
{
	struct str name = r->id, value = r->value;

	return str_take_word(&name, STR("=i:")) && take_hash(name, a->hash) &&
	    str_take_u64(&value, &a->email) && str_take_byte(&value, ' ') &&
	    str_take_u64(&value, &a->since);
}

static bool
forget(struct sync *s, const struct attempt *a)
{
	char name[NAME_MAX_];

	note_name(name, a->hash);
	return mirror_forget(s, from_c(name));
}

static void
drop(struct sync *s, const unsigned char hash[BODY_HASH])
{
	for (size_t i = 0; i < s->attempts; i++)
		if (memcmp(s->attempt[i].hash, hash, BODY_HASH) == 0) {
			s->attempt[i] = s->attempt[--s->attempts];
			return;
		}
}

bool
import_begin(struct sync *s)
{
	struct msg_read_remotes m = { .what = REMOTES_NOTES };
	struct attempt old[ATTEMPTS_MAX], a;
	uint64_t now = (uint64_t)time(NULL);
	size_t olds = 0;
	struct remote r;
	struct str in;
	bool more;

	s->attempts = 0;
	if (!mirror_remotes(s, &m, &more))
		return false;
	in = buf_str(&s->answer);
	while (remote_take(&in, &r)) {
		if (!take_attempt(&r, &a))
			continue;
		if (a.since + ATTEMPT_S >= now && s->attempts < ATTEMPTS_MAX)
			s->attempt[s->attempts++] = a;
		else if (olds < ATTEMPTS_MAX)
			old[olds++] = a;
	}
	for (size_t i = 0; i < olds; i++)
		if (!forget(s, &old[i]))
			return false;
	return true;
}

static void
body_hash(struct str stored, unsigned char hash[BODY_HASH])
{
	size_t head = header_len(stored);

	crypt_sha256(hash, (struct str){ stored.ptr + head,
	    stored.len - head });
}

const struct attempt *
import_find(const struct sync *s, struct str stored)
{
	unsigned char hash[BODY_HASH];

	if (s->attempts == 0)
		return NULL;
	body_hash(stored, hash);
	for (size_t i = 0; i < s->attempts; i++)
		if (memcmp(s->attempt[i].hash, hash, BODY_HASH) == 0)
			return &s->attempt[i];
	return NULL;
}

static bool
is_born(struct sync *s, uint64_t email, bool *yes)
{
	struct msg_read_remotes m = { .what = REMOTES_NEW,
	    .after = email - 1 };
	struct remote r;
	struct str in;
	bool more;

	if (!mirror_remotes(s, &m, &more))
		return false;
	in = buf_str(&s->answer);
	*yes = remote_take(&in, &r) && r.email == email;
	return true;
}

static enum plan_event
destroy_there(struct sync *s, struct str id)
{
	struct jmap_lie l = { NULL };
	const json_t *args;
	const char *why;
	enum plan_event how = ask(s, "Email/set", json_pack("{s:[o]}",
	    "destroy", ask_text(id)), &args);

	return how != PLAN_DONE ? how : ask_said(s, jmap_set_read(args,
	    "destroyed", "notDestroyed", id, &why, &l), &l);
}

static bool
adopt(struct sync *s, struct str id, const struct attempt *a,
    struct str value)
{
	char name[NAME_MAX_];

	note_name(name, a->hash);
	if (!mirror_adopt(s, id, a->email, value, from_c(name)))
		return false;
	drop(s, a->hash);
	return true;
}

/* Is it still without an id here, then that is its id.  Else another attempt
 * came about as well, or it was deleted here meanwhile: this one goes. */
enum plan_event
import_meet(struct sync *s, const struct jmap_email *e,
    const struct attempt *attempt)
{
	struct attempt a = *attempt;
	enum plan_event how;
	struct buf value;
	bool born, ok;

	if (!is_born(s, a.email, &born))
		return PLAN_LATER;
	if (born) {
		buf_init(&value, REMOTE_VALUE_MAX);
		value_of(&value, e);
		ok = !value.failed && adopt(s, e->id, &a, buf_str(&value));
		buf_free(&value);
		return ok ? PLAN_DONE : PLAN_LATER;
	}
	log_event("import-twice", "size=%ju", (uintmax_t)e->size);
	how = destroy_there(s, e->id);
	if (how == PLAN_DONE && !forget(s, &a))
		how = PLAN_LATER;
	if (how == PLAN_DONE)
		drop(s, a.hash);
	return how;
}

static bool
is_unwanted(const struct sync *s, uint64_t email)
{
	char key[32];

	snprintf(key, sizeof(key), "%ju", (uintmax_t)email);
	return json_object_get(s->unwanted, key) != NULL;
}

/* The box, or the agent, does not take it: later perhaps. */
static void
unwanted(struct sync *s, const struct birth *b, const char *why)
{
	char key[32];

	log_event("push-refused", "what=import why=%s", why);
	snprintf(key, sizeof(key), "%ju", (uintmax_t)b->email);
	json_object_set_new(s->unwanted, key, json_true());
	s->left = true;
}

/* Those born after `since`, a modseq, which can go now. */
static bool
gather(struct sync *s, uint64_t since, struct birth *b, size_t *n)
{
	struct msg_read_remotes m = { .what = REMOTES_NEW,
	    .after = (since + 1) << EMAIL_BITS };
	size_t room = ATTEMPTS_MAX - s->attempts, octets = 0;
	struct remote r;
	bool more = true;

	m.after -= m.after > 0;
	for (*n = 0; more; ) {
		struct str in;
		bool homeless;

		if (!mirror_remotes(s, &m, &more))
			return false;
		in = buf_str(&s->answer);
		while (remote_take(&in, &r)) {
			m.after = r.email;
			if (*n == AT_ONCE || *n == room ||
			    octets > OCTETS_AT_ONCE) {
				s->left = true;
				return true;
			}
			homeless = box_remote(s, r.mailbox).len == 0;
			if (homeless || is_unwanted(s, r.email)) {
				s->left = true;
				s->homeless = s->homeless || homeless;
				continue;
			}
			b[*n] = (struct birth){ .email = r.email,
			    .mailbox = r.mailbox, .size = r.size,
			    .uid = r.uid };
			words_of_flags(&b[*n].words, r.flags, r.keywords);
			octets += r.size;
			++*n;
		}
	}
	return true;
}

/* The entity to encrypt, and what stays outside. */
static bool
protect(struct str text, struct buf *outer, struct buf *entity)
{
	size_t head = header_len(text);

	if (head > HEADER_MAX || !protect_header(&(struct protect_in){
	    { text.ptr, head }, STR(""), STR("") }, outer, entity))
		return false;
	buf_add(entity, (struct str){ text.ptr + head, text.len - head });
	return !entity->failed;
}

static enum verdict
encrypt(struct sync *s, struct str text, struct buf *out)
{
	struct buf outer, entity, armoured;
	enum verdict v = VERDICT_NO;

	buf_init(&outer, PROTECT_OUTER_MAX);
	buf_init(&entity, text.len + PROTECT_INNER_MAX);
	buf_init(&armoured, AGENT_TEXT_MAX);
	if (protect(text, &outer, &entity))
		v = agent_write(s, buf_str(&entity), &armoured);
	if (v == VERDICT_YES && !pgpwrap_put(out, buf_str(&outer),
	    buf_str(&armoured)))
		v = VERDICT_NO;
	buf_free(&armoured);
	buf_free(&entity);
	buf_free(&outer);
	return v;
}

static bool
note(struct sync *s, const struct attempt *a)
{
	char name[NAME_MAX_], value[64];

	note_name(name, a->hash);
	snprintf(value, sizeof(value), "%ju %ju", (uintmax_t)a->email,
	    (uintmax_t)a->since);
	if (!mirror_keep(s, from_c(name), 0, from_c(value)))
		return false;
	s->attempt[s->attempts++] = *a;
	return true;
}

/* Encrypted, noted, uploaded; without a blob where it cannot be. */
static enum plan_event
upload(struct sync *s, struct birth *b, struct str text)
{
	enum plan_event how = PLAN_DONE;
	struct buf stored;
	enum verdict v;

	buf_init(&stored, (size_t)AGENT_TEXT_MAX + (1 << 20));
	v = encrypt(s, text, &stored);
	if (v == VERDICT_YES && stored.len <= JMAP_EMAIL_MAX) {
		b->attempt.email = b->email;
		b->attempt.since = (uint64_t)time(NULL);
		body_hash(buf_str(&stored), b->attempt.hash);
		how = note(s, &b->attempt) ? ask_upload(s, buf_str(&stored),
		    b->blob) : PLAN_LATER;
		if (how == PLAN_LATER && s->why != NULL &&
		    strcmp(s->why, "too-large") == 0) {
			unwanted(s, b, s->why);
			how = PLAN_DONE;
		}
	} else if (v != VERDICT_LATER) {
		unwanted(s, b, "encryption");
	} else {
		s->why = "agent";
		how = PLAN_LATER;
	}
	buf_free(&stored);
	return how;
}

static enum plan_event
bring_one(struct sync *s, struct birth *b)
{
	enum plan_event how = PLAN_LATER;
	struct buf text;
	bool there;

	buf_init(&text, AGENT_TEXT_MAX);
	if (mirror_message(s, b->mailbox, b->uid, &text, &b->date, &there))
		how = PLAN_DONE;
	if (how == PLAN_DONE && there && !index_email(s, b->email,
	    buf_str(&text)))
		how = PLAN_LATER;
	if (how == PLAN_DONE && there)
		how = upload(s, b, buf_str(&text));
	buf_free(&text);
	return how;
}

static json_t *
asked_for(const struct sync *s, const struct birth *b)
{
	struct str box = box_remote(s, b->mailbox);
	char date[JMAP_DATE_MAX];
	json_t *words = json_object();

	for (size_t i = 0; i < b->words.n; i++)
		json_object_set_new(words, b->words.w[i], json_true());
	jmap_date_put(date, (int64_t)b->date);
	return json_pack("{s:s, s:{s%:b}, s:o, s:s}", "blobId", b->blob,
	    "mailboxIds", box.ptr, box.len, 1, "keywords", words,
	    "receivedAt", date);
}

/* What the box says it is may be known here by another email: what it made of
 * the same letter itself (a copy in Sent).  Ours stays, and what was agreed on
 * of the other. */
static bool
make_way(struct sync *s, struct str id, struct buf *value)
{
	struct msg_read_remotes m = { .what = REMOTES_OF };
	struct remote r;
	struct buf ids;
	struct str in;
	bool more, ok;

	buf_init(&ids, 512);
	field_put_str(&ids, id);
	m.ids = buf_str(&ids);
	ok = mirror_remotes(s, &m, &more);
	buf_free(&ids);
	in = buf_str(&s->answer);
	if (!ok || !remote_take(&in, &r) || r.email == 0)
		return ok;
	r.id = id;
	buf_clear(value);
	buf_add(value, r.value);
	return destroy_here(s, &r) == PLAN_DONE;
}

static enum plan_event
imported(struct sync *s, const struct birth *b, size_t i, const json_t *args)
{
	struct jmap_lie l = { NULL };
	const char *why;
	enum plan_event how;
	struct buf value;
	struct str id;
	char key[24];
	bool ok;

	snprintf(key, sizeof(key), "%zu", i);
	how = ask_said(s, jmap_import_read(args, key, &id, &why, &l), &l);
	if (how != PLAN_DONE)
		return how;
	if (why != NULL) {
		unwanted(s, b, why);
		return PLAN_DONE;
	}
	buf_init(&value, REMOTE_VALUE_MAX);
	value_put(&value, box_remote(s, b->mailbox), &b->words);
	ok = make_way(s, id, &value) && !value.failed &&
	    adopt(s, id, &b->attempt, buf_str(&value));
	buf_free(&value);
	s->pushed += ok;
	return ok ? PLAN_DONE : PLAN_LATER;
}

/* All that have a blob, in the state that is known. */
static enum plan_event
import_all(struct sync *s, const struct birth *b, size_t n)
{
	enum plan_event how = PLAN_LATER;
	json_t *emails = json_object(), *kept;
	const json_t *args;
	struct buf state;
	char key[24];

	for (size_t i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		if (b[i].blob[0] != '\0')
			json_object_set_new(emails, key, asked_for(s, &b[i]));
	}
	buf_init(&state, JMAP_STATE_MAX);
	if (json_object_size(emails) == 0)
		how = PLAN_NO_STATE;
	else if (++s->sets <= SETS_MAX && mirror_note(s, "=state", &state))
		how = ask(s, "Email/import", json_pack("{s:o, s:O}",
		    "ifInState", ask_text(buf_str(&state)), "emails", emails),
		    &args);
	buf_free(&state);
	json_decref(emails);
	kept = how == PLAN_DONE ? json_incref(s->reply_json) : NULL;
	for (size_t i = 0; how == PLAN_DONE && i < n; i++)
		if (b[i].blob[0] != '\0')
			how = imported(s, &b[i], i, args);
	json_decref(kept);
	/* they come back as changes, and then there may be more */
	return how == PLAN_DONE ? PLAN_MORE :
	    how == PLAN_NO_STATE ? PLAN_DONE : how;
}

enum plan_event
import_step(struct sync *s)
{
	static struct birth b[AT_ONCE];
	enum plan_event how = PLAN_DONE;
	uint64_t before, now;
	size_t n = 0;

	s->left = false;
	if (s->unwanted == NULL || clock_ms() - s->unwanted_ms >
	    UNWANTED_MS) {
		json_decref(s->unwanted);
		s->unwanted = json_object();
		s->unwanted_ms = clock_ms();
	}
	if (!push_news(s, &before, &now))
		return PLAN_LATER;
	/* what is born from here on the next round looks for */
	s->gathered = now;
	if (now == before)
		return PLAN_DONE;
	if (!gather(s, before, b, &n))
		return PLAN_LATER;
	for (size_t i = 0; how == PLAN_DONE && i < n; i++)
		how = bring_one(s, &b[i]);
	return how == PLAN_DONE && n > 0 ? import_all(s, b, n) : how;
}
