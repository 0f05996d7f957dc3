/* jmap_envelope.c - who sends a letter, and to whom: RFC 8621, 7. */

#include <string.h>

#include "base/ascii.h"
#include "jmap_submission.h"
#include "mail/recipients.h"

static json_t *
invalid(const char *why)
{
	return jmap_set_error("invalidProperties", why, "envelope");
}

/* RFC 3461, 4: what is given is decoded (RFC 8621, 7), a command is not. */
static void
put_xtext(struct buf *out, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (is_vchar(c) && c != '+' && c != '=') {
			buf_byte(out, s.ptr[i]);
			continue;
		}
		buf_byte(out, '+');
		buf_byte(out, digits[c >> 4]);
		buf_byte(out, digits[c & 15]);
	}
}

static bool
put_parameters(struct buf *out, json_t *parameters)
{
	const char *key;
	json_t *value;

	json_object_foreach(parameters, key, value) {
		for (const char *c = key; *c != '\0'; c++)
			if (!is_ldh((unsigned char)*c))
				return false;
		buf_byte(out, ' ');
		buf_add_c(out, key);
		if (json_is_null(value))
			continue;
		if (!json_is_string(value))
			return false;
		buf_byte(out, '=');
		put_xtext(out, (struct str){ json_string_value(value),
		    json_string_length(value) });
	}
	return true;
}

/* Nothing in the address has become more than the address. */
static bool
is_path(const struct smtp_path *p, struct str email)
{
	struct str rest = email;

	return str_take_word(&rest, p->local) && (p->domain.len == 0 ?
	    email.len == 0 : str_take_byte(&rest, '@') &&
	    str_eq(rest, p->domain));
}

bool
envelope_command(json_t *address, bool sender, struct buf *line,
    struct smtp_cmd *cmd)
{
	json_t *email = json_object_get(address, "email");
	struct str text = { json_string_value(email),
	    json_string_length(email) };

	buf_clear(line);
	buf_add_c(line, sender ? "MAIL FROM:<" : "RCPT TO:<");
	buf_add(line, text);
	buf_byte(line, '>');
	return put_parameters(line, json_object_get(address, "parameters")) &&
	    !line->failed && smtp_cmd_parse(cmd, buf_str(line),
	    SMTP_WITH_DSN | SMTP_WITH_REQUIRETLS) == SMTP_PARSE_OK &&
	    is_path(&cmd->path, text) && (sender || text.len > 0);
}

static bool
is_address(json_t *a)
{
	json_t *more = json_object_get(a, "parameters"), *value;
	const char *key;

	json_object_foreach(a, key, value)
		if (strcmp(key, "email") != 0 && strcmp(key, "parameters"))
			return false;
	return json_is_string(json_object_get(a, "email")) &&
	    (more == NULL || json_is_null(more) || json_is_object(more));
}

/* An address that SMTP could not say is told with the others. */
static json_t *
check(json_t *envelope)
{
	json_t *to = json_object_get(envelope, "rcptTo"), *one, *error;
	size_t i;

	if (!json_is_array(to) ||
	    !is_address(json_object_get(envelope, "mailFrom")))
		return invalid(NULL);
	json_array_foreach(to, i, one)
		if (!is_address(one))
			return invalid(NULL);
	if (json_array_size(to) == 0)
		return jmap_set_error("noRecipients", NULL, NULL);
	if (json_array_size(to) <= SMTP_RCPTS_MAX)
		return NULL;
	error = jmap_set_error("tooManyRecipients", NULL, NULL);
	json_object_set_new(error, "maxRecipients",
	    json_integer(SMTP_RCPTS_MAX));
	return error;
}

/* Several authors, and nobody who has sent it: then it is nobody's. */
static bool
has_one_sender(struct str header)
{
	struct address_list l;
	struct header_field f;
	struct address a;
	size_t n = 0;

	if (!header_find(header, STR("Sender"), &f) &&
	    !header_find(header, STR("From"), &f))
		return true;	/* what is wrong with it is told elsewhere */
	address_begin(&l, f.value);
	while (n < 2 && address_next(&l, &a))
		n += a.kind == ADDRESS_MAILBOX;
	return n < 2;
}

static json_t *
address(json_t *email)
{
	return json_pack("{s:o, s:n}", "email", email, "parameters");
}

static json_t *
derive(struct str header, const char *identity)
{
	json_t *to = json_array(), *seen = json_object(), *email;
	struct recipients r;
	struct address a;
	struct buf path;

	buf_init(&path, HEADER_MAX);
	recipients_begin(&r, header);
	while (recipients_next(&r, &a)) {
		buf_clear(&path);
		address_put_path(&path, &a);
		email = jmap_text(buf_str(&path));
		if (json_object_get(seen, json_string_value(email)) == NULL) {
			json_object_set(seen, json_string_value(email), email);
			json_array_append_new(to, address(json_incref(email)));
		}
		json_decref(email);
	}
	buf_free(&path);
	json_decref(seen);
	return json_pack("{s:o, s:o}", "mailFrom", address(json_string(
	    identity)), "rcptTo", to);
}

json_t *
envelope_take(json_t *given, struct str header, const char *identity,
    json_t **out)
{
	const char *key;
	json_t *value;

	*out = NULL;
	if (given == NULL || json_is_null(given)) {
		if (!has_one_sender(header))
			return jmap_set_error("invalidEmail",
			    "several senders, and no envelope", "from");
		*out = derive(header, identity);
		return check(*out);
	}
	json_object_foreach(given, key, value)
		if (strcmp(key, "mailFrom") != 0 && strcmp(key, "rcptTo"))
			return invalid(key);
	*out = json_incref(given);
	return check(*out);
}
