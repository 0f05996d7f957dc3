/*
 * pair.c - POST /pli/pair: a code's token for a credential.
 *
 *	{"token": 32 hex digits, "certificate": armour or base64, and what
 *	 pair.h says}
 *	{"account": address, "identity": the document}
 *
 * auth looks the token up and asks the others; here is only JSON.
 */

#include "pair.h"

#include <string.h>
#include <unistd.h>

#include "base/verdict.h"
#include "codec/base64.h"
#include "os/memfd.h"

static const struct {
	struct str word;
	unsigned status;
	const char *text;
} refusals[] = {
	{ STR_INIT("bad-request"), 400, "This is not a request as the manual "
	    "describes it." },
	{ STR_INIT("wrong-code"), 403, "This code is wrong, used, or older "
	    "than ten minutes: ask for a new one." },
	{ STR_INIT("no-device"), 404, "There is no such device." },
	{ STR_INIT("device-exists"), 409, "A device of this name is there "
	    "already: choose another name, or remove it first." },
	{ STR_INIT("devices-full"), 409, "This account has as many devices "
	    "as it may have: remove one first." },
	{ STR_INIT("cert-other"), 409, "This account has another "
	    "certificate; only the operator can replace it." },
	{ STR_INIT("cert-missing"), 409, "This account is sealed: a device "
	    "is paired with its certificate." },
	{ STR_INIT("bad-device"), 422, "A device's name has 1 to 64 octets, "
	    "without / and @." },
	{ STR_INIT("bad-argument"), 422, "The credential is not one of "
	    "SCRAM-SHA-256." },
	{ STR_INIT("codes-many"), 429, "This account has had as many codes as "
	    "it gets in ten minutes: wait for so long." },
	{ STR_INIT("later"), 503, "Not now: try again in half a minute." },
	/* what seal says of certificates */
	{ STR_INIT(""), 422, "This certificate cannot be sealed to." },
};

void
pair_send(struct http *h, unsigned status, json_t *value)
{
	char *text = value == NULL ? NULL : json_dumps(value, JSON_COMPACT);

	json_decref(value);
	if (text == NULL)
		http_error(h, 500);
	else
		http_reply(h, status, STR("application/json"),
		    from_c(text));
	free(text);
}

void
pair_refuse(struct http *h, struct str word)
{
	size_t i = 0;

	while (refusals[i].word.len > 0 && !str_eq(refusals[i].word, word))
		i++;
	pair_send(h, refusals[i].status, json_pack("{s:s%, s:s}", "error",
	    word.ptr, word.len, "text", refusals[i].text));
}

json_t *
pair_body(struct http *h)
{
	struct buf body;
	json_t *rq = NULL;
	json_error_t err;

	buf_init(&body, PAIR_BODY_MAX);
	if (http_whole(h, &body)) {
		rq = json_loadb(body.len > 0 ? body.ptr : "", body.len,
		    JSON_REJECT_DUPLICATES, &err);
		if (!json_is_object(rq)) {
			json_decref(rq);
			rq = NULL;
			pair_refuse(h, STR("bad-request"));
		}
	}
	buf_free(&body);
	return rq;
}

static struct str
text_of(json_t *value)
{
	if (!json_is_string(value))
		return STR("");
	return (struct str){ json_string_value(value),
	    json_string_length(value) };
}

bool
pair_base64(json_t *value, char *out, size_t room, struct str *is)
{
	struct str text = text_of(value);

	is->ptr = out;
	is->len = 0;
	return text.len > 0 && base64_decoded_max(text.len) <= room &&
	    base64_decode(out, &is->len, text);
}

bool
pair_credential(struct http *h, json_t *rq, struct msg_write_device *m,
    struct pair_room *room)
{
	json_t *c = json_object_get(rq, "credential");
	json_t *n = json_object_get(c, "iterations");
	struct str device = text_of(json_object_get(rq, "device"));

	*m = (struct msg_write_device){ .device = device };
	if (device.len == 0 || device.len > DEVICE_MAX) {
		pair_refuse(h, STR("bad-device"));
		return false;
	}
	if (json_is_integer(n) && json_integer_value(n) > 0 &&
	    json_integer_value(n) <= UINT32_MAX &&
	    pair_base64(json_object_get(c, "salt"), room->salt,
	    sizeof(room->salt), &m->salt) && m->salt.len <= SALT_MAX &&
	    pair_base64(json_object_get(c, "storedKey"), room->stored,
	    sizeof(room->stored), &m->stored_key) &&
	    pair_base64(json_object_get(c, "serverKey"), room->server,
	    sizeof(room->server), &m->server_key) &&
	    m->stored_key.len == VERIFIER_KEY &&
	    m->server_key.len == VERIFIER_KEY) {
		m->iterations = (uint32_t)json_integer_value(n);
		return true;
	}
	pair_refuse(h, STR("bad-argument"));
	return false;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
pair_token(json_t *rq, char out[PAIR_TOKEN])
{
	struct str hex = text_of(json_object_get(rq, "token"));

	for (size_t i = 0; i < PAIR_TOKEN && hex.len == 2 * PAIR_TOKEN; i++) {
		int high = digit(hex.ptr[2 * i]);
		int low = digit(hex.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (char)(high << 4 | low);
	}
	return hex.len == 2 * PAIR_TOKEN;
}

/* A settled memfd, as it would come from a file; -1: none. */
static int
certificate(json_t *value, uint64_t *size)
{
	struct str text = text_of(value), armour = STR("-----BEGIN PGP");
	struct buf binary;
	int fd = -1;

	buf_init(&binary, PAIR_CERT_MAX);
	if (text.len > armour.len && memcmp(text.ptr, armour.ptr,
	    armour.len) == 0)
		buf_add(&binary, text);
	else if (buf_room(&binary, base64_decoded_max(text.len)) == NULL ||
	    !base64_decode(binary.ptr, &binary.len, text))
		binary.len = 0;
	if (!binary.failed && binary.len > 0)
		fd = memfd_of("certificate", buf_str(&binary));
	*size = binary.len;
	buf_free(&binary);
	return fd;
}

static bool
hear(struct http *h, struct buf *wire, struct buf *user)
{
	union {
		struct msg_auth_paired paired;
		struct msg_auth_pair pair;
		struct msg_auth_ok ok;
		struct msg_auth_data data;
		struct msg_auth_failed failed;
	} m;
	char *room = buf_room(wire, IPC_MAX);
	struct chan_msg in;

	if (room == NULL || chan_get(h->child->chan[ROLE_AUTH], room,
	    msg_auth, AUTH_TYPES, &m, &in) != AUTH_PAIRED ||
	    m.paired.verdict == VERDICT_LATER) {
		pair_refuse(h, STR("later"));
		return false;
	}
	if (m.paired.verdict == VERDICT_NO) {
		if (++h->failures >= FAILURES_MAX)
			h->close = true;
		pair_refuse(h, m.paired.why);
		return false;
	}
	buf_add(user, m.paired.user);
	return true;
}

bool
pair_ask(struct http *h, unsigned type, const struct msg_auth_pair *m, int fd,
    struct buf *user)
{
	struct buf wire;
	bool paired = false;

	buf_init(&wire, IPC_MAX);
	if (h->child->chan[ROLE_AUTH] < 0)	/* it has logged in */
		pair_refuse(h, STR("bad-request"));
	else if (chan_put(h->child->chan[ROLE_AUTH], msg_auth, AUTH_TYPES,
	    type, m, fd < 0 ? NULL : &fd, fd >= 0) != CHAN_OK)
		pair_refuse(h, STR("later"));
	else
		paired = hear(h, &wire, user);
	buf_free(&wire);
	return paired;
}

static void
ask(struct http *h, const struct msg_auth_pair *m, int fd)
{
	struct str doc = identity_text();
	struct buf user;

	buf_init(&user, ADDRESS_TEXT_MAX);
	if (pair_ask(h, AUTH_PAIR, m, fd, &user))
		pair_send(h, 200, json_pack("{s:s%, s:s%}", "account",
		    user.ptr, user.len, "identity", doc.ptr, doc.len));
	buf_free(&user);
}

static void
pair(struct http *h, json_t *rq)
{
	char token[PAIR_TOKEN];
	struct msg_auth_pair m = { .token = { token, PAIR_TOKEN } };
	struct msg_write_device d;
	struct pair_room room;
	int fd;

	if (!pair_token(rq, token)) {
		pair_refuse(h, STR("bad-request"));
		return;
	}
	if (!pair_credential(h, rq, &d, &room))
		return;
	fd = certificate(json_object_get(rq, "certificate"), &m.size);
	if (fd < 0) {
		pair_refuse(h, STR("bad-request"));
		return;
	}
	m.device = d.device;
	m.iterations = d.iterations;
	m.salt = d.salt;
	m.stored_key = d.stored_key;
	m.server_key = d.server_key;
	ask(h, &m, fd);
	close(fd);
}

void
pair_post(struct http *h)
{
	json_t *rq = pair_body(h);

	if (rq != NULL)
		pair(h, rq);
	json_decref(rq);
}
