/* smtp_client_say.c - the commands of a client, with their parameters. */

#include <string.h>

#include "base/ascii.h"
#include "base/wipe.h"
#include "codec/base64.h"
#include "proto/smtp_client.h"

bool
smtp_say_is_clean(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar((unsigned char)s.ptr[i]))
			return false;
	return true;
}

static bool
is_plain(unsigned char c)
{
	return is_atext(c) || c >= 0x80 || c == '.';
}

/* Dot-string of RFC 5321, 4.1.2 */
static bool
is_dot_string(struct str s)
{
	bool dot = true;

	for (size_t i = 0; i < s.len; i++) {
		if (!is_plain((unsigned char)s.ptr[i]) ||
		    (dot && s.ptr[i] == '.'))
			return false;
		dot = s.ptr[i] == '.';
	}
	return !dot;
}

static bool
is_quoted(struct str s)
{
	if (s.len < 2 || s.ptr[0] != '"' || s.ptr[s.len - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '\\' && ++i + 1 >= s.len)
			return false;
		if (c == '"' || (!is_print((unsigned char)s.ptr[i]) &&
		    (unsigned char)s.ptr[i] < 0x80))
			return false;
	}
	return true;
}

static void
put_local(struct buf *out, struct str local)
{
	if (is_dot_string(local) || is_quoted(local)) {
		buf_add(out, local);
		return;
	}
	buf_byte(out, '"');
	for (size_t i = 0; i < local.len; i++) {
		if (local.ptr[i] == '"' || local.ptr[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, local.ptr[i]);
	}
	buf_byte(out, '"');
}

static void
split(struct str path, struct str *local, struct str *domain)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '@')
		at--;
	*domain = (struct str){ path.ptr + at, path.len - at };
	*local = (struct str){ path.ptr, at > 0 ? at - 1 : 0 };
}

/* Nothing that could end the path, the line, or the command. */
static bool
is_sayable(struct str local, struct str domain)
{
	for (size_t i = 0; i < local.len; i++)
		if ((unsigned char)local.ptr[i] < ' ' || local.ptr[i] == 0x7f)
			return false;
	for (size_t i = 0; i < domain.len; i++)
		if ((unsigned char)domain.ptr[i] <= ' ' ||
		    strchr("<>@\"\\\x7f", domain.ptr[i]) != NULL)
			return false;
	return true;
}

static bool
is_utf8_letter(const struct smtp_letter *l)
{
	bool ascii = str_is_ascii(l->sender);

	for (size_t i = 0; i < l->rcpts; i++)
		ascii = ascii && str_is_ascii(l->to[i].local) &&
		    str_is_ascii(l->to[i].domain);
	return l->utf8 || !ascii;
}

static bool
is_sayable_letter(const struct smtp_letter *l)
{
	struct str local, domain;
	bool ok;

	split(l->sender, &local, &domain);
	ok = is_sayable(local, domain);
	for (size_t i = 0; i < l->rcpts; i++)
		ok = ok && l->to[i].local.len > 0 &&
		    is_sayable(l->to[i].local, l->to[i].domain);
	return ok;
}

const char *
smtp_say_cannot(const struct smtp_client *c, const struct smtp_letter *l,
    const char **status)
{
	const struct smtp_offer *o = &c->offer;

	if (!is_sayable_letter(l)) {
		*status = "5.1.3";
		return "An address of this message cannot be written in SMTP.";
	}
	if (l->requiretls && (!c->tls || !o->requiretls)) {
		*status = "5.7.30";
		return "The message asks for TLS all the way (REQUIRETLS), "
		    "and the other server does not promise it.";
	}
	if (o->has_size && o->size > 0 && l->octets > o->size) {
		*status = "5.3.4";
		return "The message is larger than the other server takes.";
	}
	if (is_utf8_letter(l) && !o->utf8) {
		*status = "5.6.7";
		return "The message has an address or a header in UTF-8, "
		    "which the other server does not take.";
	}
	if (l->eightbit && !o->eightbit && !o->utf8) {
		*status = "5.6.3";
		return "The message has 8-bit text, which the other server "
		    "does not take.";
	}
	return NULL;
}

void
smtp_say_mail(struct smtp_client *c)
{
	const struct smtp_letter *l = c->letter;
	struct str local, domain;

	split(l->sender, &local, &domain);
	buf_add_c(&c->out, "MAIL FROM:<");
	if (l->sender.len > 0) {
		put_local(&c->out, local);
		buf_byte(&c->out, '@');
		buf_add(&c->out, domain);
	}
	buf_byte(&c->out, '>');
	if (c->offer.has_size) {
		buf_add_c(&c->out, " SIZE=");
		buf_add_u64(&c->out, l->octets);
	}
	if (l->eightbit && c->offer.eightbit)
		buf_add_c(&c->out, " BODY=8BITMIME");
	if (is_utf8_letter(l))
		buf_add_c(&c->out, " SMTPUTF8");
	if (l->requiretls)
		buf_add_c(&c->out, " REQUIRETLS");
	if (c->offer.dsn && (l->ret_full || l->ret_hdrs))
		buf_add_c(&c->out, l->ret_full ? " RET=FULL" : " RET=HDRS");
	if (c->offer.dsn && l->envid.len > 0 && smtp_say_is_clean(l->envid)) {
		buf_add_c(&c->out, " ENVID=");
		buf_add(&c->out, l->envid);
	}
	buf_add_c(&c->out, "\r\n");
}

static void
put_notify(struct buf *out, const struct smtp_letter_to *to)
{
	const struct { bool on; const char *word; } words[] = {
		{ to->never, "NEVER" }, { to->success, "SUCCESS" },
		{ to->failure, "FAILURE" }, { to->delay, "DELAY" },
	};
	const char *before = " NOTIFY=";

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].on) {
			buf_add_c(out, before);
			buf_add_c(out, words[i].word);
			before = ",";
			if (to->never)
				return;		/* it stands alone */
		}
}

void
smtp_say_rcpt(struct smtp_client *c, size_t i)
{
	const struct smtp_letter_to *to = &c->letter->to[i];

	buf_add_c(&c->out, "RCPT TO:<");
	put_local(&c->out, to->local);
	buf_byte(&c->out, '@');
	buf_add(&c->out, to->domain);
	buf_byte(&c->out, '>');
	if (c->offer.dsn) {
		put_notify(&c->out, to);
		if (to->orcpt.len > 0 && smtp_say_is_clean(to->orcpt)) {
			buf_add_c(&c->out, " ORCPT=");
			buf_add(&c->out, to->orcpt);
		}
	}
	buf_add_c(&c->out, "\r\n");
}

/* RFC 4616: NUL user NUL password */
void
smtp_say_auth(struct smtp_client *c)
{
	enum { SECRET_MAX = 1024 };
	char plain[SECRET_MAX], out[SECRET_MAX / 3 * 4 + 8];
	struct str user = c->conf->user, pass = c->conf->password;
	size_t n = 0;

	if (user.len + pass.len + 2 > sizeof(plain))
		return;
	plain[n++] = '\0';
	memcpy(plain + n, user.ptr, user.len);
	n += user.len;
	plain[n++] = '\0';
	memcpy(plain + n, pass.ptr, pass.len);
	n += pass.len;
	buf_add_c(&c->out, "AUTH PLAIN ");
	buf_add_mem(&c->out, out, base64_encode(out,
	    (struct str){ plain, n }));
	buf_add_c(&c->out, "\r\n");
	wipe(plain, sizeof(plain));
	wipe(out, sizeof(out));
}
