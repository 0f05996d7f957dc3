/*
 * session.c - /session: the webmail's login.
 *
 *	POST	{"token": 32 hex digits} of a code: pairs a device "web-..."
 *		whose name and password are in the cookie that is set
 *	DELETE	that device is removed, and with it the session
 *
 * The cookie is what Basic would say, and ends with the browser.  Its password
 * is made here, 256 random bits, and kept nowhere else; of so many, one round
 * of the slow hash is enough.
 */

#include <string.h>

#include "base/ascii.h"
#include "base/wipe.h"
#include "codec/base64.h"
#include "pair.h"
#include "web.h"

enum {
	ITERATIONS = 1,
	PASSWORD = 32, SALT = 16, NAME = 4,	/* random octets */
	COOKIE_NAME_MAX = 16,
};

static bool
is_of_cookie(unsigned char c)
{
	return c != ';';
}

/* "pli" and our port: cookies know hosts, not ports, and another mailbox may
 * have its webmail on this one. */
static void
cookie_name(const struct http *h, struct buf *name)
{
	struct str host = http_request_field(&h->rq, STR("Host"));
	const char *colon = memrchr(host.ptr, ':', host.len);
	uint64_t port = 0;

	if (colon != NULL) {
		host.len -= (size_t)(colon + 1 - host.ptr);
		host.ptr = colon + 1;
	}
	buf_init(name, COOKIE_NAME_MAX);
	buf_add_c(name, "pli");
	if (colon != NULL && str_take_u64(&host, &port) && host.len == 0 &&
	    port <= UINT16_MAX)
		buf_add_u64(name, port);
}

bool
session_cookie(const struct http *h, struct str *value)
{
	struct str all = http_request_field(&h->rq, STR("Cookie"));
	struct buf name;
	bool found = false;

	if (!web_is_here())
		return false;
	cookie_name(h, &name);
	while (!found && all.len > 0) {
		*value = str_take_while(&all, is_of_cookie);
		found = str_take_word(value, buf_str(&name)) &&
		    str_take_byte(value, '=');
		(void)str_take_byte(&all, ';');
		(void)str_take_while(&all, is_wsp);
	}
	buf_free(&name);
	return found;
}

/* value "": no more. */
static void
put_cookie(struct http *h, struct str value)
{
	struct buf name, all;

	cookie_name(h, &name);
	buf_init(&all, CREDENTIALS_MAX);
	buf_add(&all, buf_str(&name));
	buf_byte(&all, '=');
	buf_add(&all, value);
	buf_add_c(&all, "; Path=/; HttpOnly; SameSite=Strict");
	if (h->tls != NULL)
		buf_add_c(&all, "; Secure");
	if (value.len == 0)
		buf_add_c(&all, "; Max-Age=0");
	http_put_field(&h->out, STR("Set-Cookie"), buf_str(&all));
	buf_free(&all);
	buf_free(&name);
}

static void
answer(struct http *h, struct str cookie)
{
	http_reply_begin(h, 200, STR("application/json"), STR(""));
	http_put_field(&h->out, STR("Cache-Control"), STR("no-store"));
	put_cookie(h, cookie);
	http_reply_octets(h, 2);
	http_reply_data(h, STR("{}"));
}

struct browser {
	struct buf device, password;	/* hexadecimal */
	char salt[SALT];
	struct crypt_verifier verifier;
};

static void
put_chance(struct buf *out, size_t n)
{
	char chance[PASSWORD];

	crypt_random(chance, n);
	buf_add_hex(out, (struct str){ chance, n });
	wipe(chance, sizeof(chance));
}

static void
make(struct browser *d)
{
	buf_init(&d->device, DEVICE_MAX);
	buf_init(&d->password, 2 * PASSWORD);
	buf_add_c(&d->device, DEVICE_WEB);
	put_chance(&d->device, NAME);
	put_chance(&d->password, PASSWORD);
	crypt_random(d->salt, sizeof(d->salt));
	crypt_verifier(&d->verifier, buf_str(&d->password), (struct str){
	    d->salt, sizeof(d->salt) }, ITERATIONS);
}

static void
welcome(struct http *h, const struct browser *d, struct str user)
{
	struct buf plain, cookie;
	char *room;

	buf_init(&plain, CREDENTIALS_MAX);
	buf_init(&cookie, CREDENTIALS_MAX);
	buf_add(&plain, user);
	buf_byte(&plain, '/');
	buf_add(&plain, buf_str(&d->device));
	buf_byte(&plain, ':');
	buf_add(&plain, buf_str(&d->password));
	room = buf_room(&cookie, base64_encoded_len(plain.len));
	if (room != NULL)
		buf_grow(&cookie, base64_encode(room, buf_str(&plain)));
	answer(h, buf_str(&cookie));
	buf_free(&plain);
	buf_free(&cookie);
}

static void
begin(struct http *h, char token[PAIR_TOKEN])
{
	struct msg_auth_pair m = { .token = { token, PAIR_TOKEN },
	    .iterations = ITERATIONS };
	struct buf user;
	struct browser d;

	make(&d);
	m.device = buf_str(&d.device);
	m.salt = (struct str){ d.salt, sizeof(d.salt) };
	m.stored_key = (struct str){ (char *)d.verifier.stored_key,
	    CRYPT_HASH };
	m.server_key = (struct str){ (char *)d.verifier.server_key,
	    CRYPT_HASH };
	buf_init(&user, ADDRESS_TEXT_MAX);
	if (pair_ask(h, AUTH_PAIR_BARE, &m, -1, &user))
		welcome(h, &d, buf_str(&user));
	buf_free(&user);
	buf_free(&d.device);
	buf_free(&d.password);
	wipe(&d, sizeof(d));
}

static void
post(struct http *h)
{
	char token[PAIR_TOKEN];
	json_t *rq;

	if (h->reader >= 0) {	/* auth hears no more on this connection */
		h->close = true;
		http_error(h, 421);
		return;
	}
	rq = pair_body(h);
	if (rq == NULL)
		return;
	if (pair_token(rq, token))
		begin(h, token);
	else
		pair_refuse(h, STR("wrong-code"));
	wipe(token, sizeof(token));
	json_decref(rq);
}

void
session_page(struct http *h)
{
	struct msg_write_device m = { .iterations = 0 };
	struct str name;
	json_t *left;

	if (h->rq.method == HTTP_POST) {
		post(h);
		return;
	}
	if (!http_login(h))
		return;
	m.device = name = h->device;
	if (!str_take_word(&name, STR(DEVICE_WEB))) {
		pair_refuse(h, STR("no-device"));
		return;
	}
	h->close = true;	/* the store closes what this has */
	left = device_ask(h, WRITE_DEVICE_REMOVE, &m);
	if (left != NULL)
		answer(h, STR(""));
	json_decref(left);
}
