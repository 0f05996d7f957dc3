/*
 * login.c - who asks?  Basic (RFC 7617), checked by auth, as IMAP's PLAIN; or
 * the webmail's cookie, which says the same.
 *
 * The first login of a connection binds it to an account.  A later request
 * has to say the same: another one belongs on another connection (421).
 */

#include <string.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/wipe.h"
#include "codec/base64.h"
#include "httpd.h"
#include "os/log.h"
#include "role/sasl.h"
#include "web.h"

static void
challenge(struct http *h)
{
	http_reply_begin(h, 401, STR("text/plain; charset=utf-8"), STR(""));
	/* no browser shall ask its user for a password */
	http_put_field(&h->out, STR("WWW-Authenticate"), web_is_here() &&
	    web_is_browser(h) ? STR("Link realm=\"pli\"") :
	    STR("Basic realm=\"pli\", charset=\"UTF-8\""));
	http_put_field(&h->out, STR("Cache-Control"), STR("no-store"));
	http_reply_octets(h, 17);
	http_reply_data(h, STR("401 Unauthorized\n"));
}

static bool
later(struct http *h)
{
	http_reply_begin(h, 503, STR("text/plain; charset=utf-8"), STR(""));
	http_put_field(&h->out, STR("Retry-After"), STR("30"));
	http_reply_octets(h, 0);
	return false;
}

/* "user:password" in base64; false: nothing says who asks. */
static bool
credentials(const struct http *h, struct str *value)
{
	*value = http_request_field(&h->rq, STR("Authorization"));
	if (value->ptr == NULL)
		return session_cookie(h, value);
	if (str_take_word(value, STR("Basic")) && str_take_byte(value, ' '))
		str_take_while(value, is_wsp);
	else
		value->len = 0;
	return true;
}

/* "\0user\0password" of it. */
static bool
take_basic(struct str value, struct buf *plain)
{
	char text[CREDENTIALS_MAX];
	struct str user;
	const char *colon;
	size_t n = 0;
	bool ok = false;

	if (base64_decoded_max(value.len) <= sizeof(text) &&
	    base64_decode(text, &n, value) &&
	    memchr(text, '\0', n) == NULL &&
	    (colon = memchr(text, ':', n)) != NULL) {
		user = (struct str){ text, (size_t)(colon - text) };
		buf_byte(plain, '\0');
		buf_add(plain, user);
		buf_byte(plain, '\0');
		buf_add_mem(plain, colon + 1, n - user.len - 1);
		ok = !plain->failed;
	}
	wipe(text, sizeof(text));
	return ok;
}

static bool
is_of_address(unsigned char c)
{
	return c != '/';	/* a device's name comes behind */
}

static bool
welcome(struct http *h, const struct sasl *x, struct str value)
{
	if (x->nfds != SASL_CHANNELS) {
		for (size_t i = 0; i < x->nfds; i++)
			close(x->fds[i]);
		return later(h);
	}
	h->reader = x->fds[0];
	h->writer = x->fds[1];
	h->device = (struct str){ x->user, x->user_len };
	h->user = str_take_while(&h->device, is_of_address);
	(void)str_take_byte(&h->device, '/');
	h->child->chan[ROLE_STORE] = x->fds[2];
	h->places = x->fds[3];
	h->account = x->account;
	h->stream.end = 0;
	crypt_sha256(h->who, value);
	log_event("login", "tls=%d", h->tls != NULL);
	return true;
}

static bool
log_in(struct http *h, struct str value)
{
	static struct sasl x;		/* h->user lives in it */
	enum sasl_end end = SASL_WRONG;
	struct buf plain;

	x = (struct sasl){ .child = h->child };
	buf_init(&plain, CREDENTIALS_MAX);
	if (take_basic(value, &plain))
		end = sasl_start(&x, AUTH_PLAIN, buf_str(&plain));
	buf_free(&plain);
	switch (end) {
	case SASL_OK:
		return welcome(h, &x, value);
	case SASL_LATER:
		return later(h);
	default:
		if (++h->failures >= FAILURES_MAX)
			h->close = true;
		challenge(h);
		return false;
	}
}

bool
http_login(struct http *h)
{
	unsigned char who[CRYPT_HASH];
	struct str value;

	if (!credentials(h, &value)) {
		challenge(h);
		return false;
	}
	if (h->reader < 0)
		return log_in(h, value);
	crypt_sha256(who, value);
	if (crypt_equal(who, h->who, sizeof(who)))
		return true;
	h->close = true;
	http_error(h, 421);
	return false;
}
