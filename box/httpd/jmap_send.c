/*
 * jmap_send.c - a letter on its way: said to what box/submit says it to
 * (submit/submit.h), as if it had come by SMTP.
 */

#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "jmap_submission.h"
#include "proto/smtp_bdat.h"

/* One request at a time: large, and touched only by who sends. */
static struct smtp_mail mail;
static struct smtp_peer peer;

/* What a client can do something about: RFC 8621, 7.5. */
static const struct {
	enum smtp_answer answer;
	const char *type, *property;
} errors[] = {
	{ SMTP_SAYS_NOT_YOURS, "forbiddenMailFrom", NULL },
	{ SMTP_SAYS_FROM_NOT_YOURS, "forbiddenFrom", NULL },
	{ SMTP_SAYS_NO_FROM, "invalidEmail", "from" },
	{ SMTP_SAYS_FIELD_TWICE, "invalidEmail", "headers" },
	{ SMTP_SAYS_HEADER_TOO_BIG, "invalidEmail", "headers" },
	{ SMTP_SAYS_LOOP, "invalidEmail", "headers" },
	{ SMTP_SAYS_BARE_CR_OR_LF, "invalidEmail", "bodyStructure" },
	{ SMTP_SAYS_NUL, "invalidEmail", "bodyStructure" },
	{ SMTP_SAYS_LONG_LINE, "invalidEmail", "bodyStructure" },
	{ SMTP_SAYS_TOO_BIG, "tooLarge", NULL },
	{ SMTP_SAYS_TOO_BIG_FOR_ALL, "tooLarge", NULL },
	{ SMTP_SAYS_TOO_MANY_RCPTS, "tooManyRecipients", NULL },
	{ SMTP_SAYS_PARAM, "invalidProperties", "envelope" },
	{ SMTP_SAYS_NO_KEY, "pliClear", NULL },
};

static json_t *
error_of(struct jmap *j, enum smtp_answer answer)
{
	const char *type = smtp_reply_verdict(answer) == VERDICT_LATER ?
	    "serverFail" : "forbiddenToSend", *property = NULL;
	json_t *e;

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].answer == answer) {
			type = errors[i].type;
			property = errors[i].property;
		}
	e = jmap_set_error(type, NULL, property);
	json_object_set_new(e, "description",
	    jmap_text(smtp_reply_of(answer)->text));
	if (strcmp(type, "tooManyRecipients") == 0)
		json_object_set_new(e, "maxRecipients",
		    json_integer(SMTP_RCPTS_MAX));
	if (answer == SMTP_SAYS_TOO_BIG)
		json_object_set_new(e, "maxSize", json_integer(
		    (json_int_t)j->h->role->conf.size));
	return e;
}

static void
begin(struct jmap *j)
{
	if (mail.child == NULL)
		smtp_mail_init(&mail, j->h->child, &submit_mail,
		    j->h->role->conf.size);
	peer = (struct smtp_peer){ .by = j->h->role->conf.host, .helo =
	    STR(""), .addr = j->h->child->addr, .esmtp = true };
	/* one channel to seal, one count of what goes over it */
	mail.group = j->h->group;
}

/* As smtp_serve does MAIL. */
static enum smtp_answer
say_sender(json_t *envelope, const struct msg_store_submission *record,
    bool clear, struct buf *line)
{
	struct smtp_cmd cmd;

	if (mail.lost || mail.child->chan[ROLE_STORE] < 0)
		return SMTP_SAYS_LATER;
	if (!envelope_command(json_object_get(envelope, "mailFrom"), true,
	    line, &cmd))
		return SMTP_SAYS_PARAM;
	if (cmd.size > mail.size_max)
		return SMTP_SAYS_TOO_BIG;
	cmd.utf8 |= cmd.path.utf8;
	smtp_mail_begin(&mail, &peer, &cmd.path, cmd.size, cmd.utf8);
	submit.record = record;
	submit.not_clear = !clear;
	return submit_mail.sender(&mail, &cmd);
}

/* All, so that all that are wrong are told at once. */
static enum smtp_answer
say_rcpts(json_t *envelope, struct buf *line, json_t *wrong)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(envelope, "rcptTo"), i, one) {
		enum smtp_answer answer = SMTP_SAYS_BAD_PATH;
		struct smtp_cmd cmd;

		if (envelope_command(one, false, line, &cmd))
			answer = smtp_mail_rcpt(&mail, &cmd);
		if (answer == SMTP_SAYS_BAD_PATH ||
		    answer == SMTP_SAYS_NO_USER) {
			json_array_append(wrong, json_object_get(one,
			    "email"));
			continue;
		}
		if (answer != SMTP_SAYS_RCPT_OK)
			return answer;
		/* a name of the DNS goes on in ASCII */
		if (!str_is_ascii(cmd.path.local)) {
			mail.utf8 = true;
			submit.flags |= QUEUE_UTF8;
		}
	}
	return SMTP_SAYS_RCPT_OK;
}

static enum smtp_answer
say_text(struct str text)
{
	struct smtp_bdat b;

	smtp_bdat_begin(&b);
	smtp_bdat_chunk(&b, text.len, true);
	while (text.len > 0)
		smtp_mail_text(&mail, smtp_bdat_take(&b, &text));
	(void)smtp_bdat_is_whole(&b);
	return smtp_mail_commit(&mail, b.text.fault);
}

static json_t *
say(struct jmap *j, const struct letter *l, json_t *envelope,
    const struct msg_store_submission *record)
{
	json_t *wrong = json_array(), *e = NULL;
	enum smtp_answer answer;
	struct buf line;

	buf_init(&line, SMTP_COMMAND_MAX);
	answer = say_sender(envelope, record, l->clear, &line);
	if (answer == SMTP_SAYS_SENDER_OK)
		answer = say_rcpts(envelope, &line, wrong);
	buf_free(&line);
	if (answer == SMTP_SAYS_RCPT_OK && json_array_size(wrong) == 0)
		answer = say_text(l->text);
	if (json_array_size(wrong) > 0) {
		e = jmap_set_error("invalidRecipients", NULL, NULL);
		json_object_set(e, "invalidRecipients", wrong);
	} else if (answer != SMTP_SAYS_DELIVERED) {
		e = error_of(j, answer);
	}
	json_decref(wrong);
	return e;
}

json_t *
letter_send(struct jmap *j, const struct letter *l, json_t *envelope,
    uint64_t id, uint64_t identity)
{
	char *text = json_dumps(envelope, JSON_COMPACT);
	struct msg_store_submission record = { .id = id, .email = l->email,
	    .thread = l->thread, .identity = identity,
	    .envelope = from_c(text) };
	json_t *e;

	if (text == NULL || record.envelope.len > ENVELOPE_MAX) {
		free(text);
		return jmap_set_error("tooLarge", "the envelope", NULL);
	}
	begin(j);
	e = say(j, l, envelope, &record);
	j->h->group = mail.group;
	smtp_mail_reset(&mail);
	/* whoever is gone is there again on another connection */
	j->h->close |= mail.lost;
	wipe(text, record.envelope.len);
	free(text);
	return e;
}

json_t *
letter_may_send(struct jmap *j, const char *email)
{
	json_t *address = json_pack("{s:s}", "email", email);
	enum smtp_answer answer = SMTP_SAYS_NOT_YOURS;
	struct smtp_cmd cmd;
	struct buf line;

	buf_init(&line, SMTP_COMMAND_MAX);
	begin(j);
	if (mail.lost)
		answer = SMTP_SAYS_LATER;
	else if (envelope_command(address, false, &line, &cmd))
		answer = submit_mail.sender(&mail, &cmd);
	buf_free(&line);
	json_decref(address);
	smtp_mail_reset(&mail);
	j->h->close |= mail.lost;
	if (answer == SMTP_SAYS_SENDER_OK)
		return NULL;
	return answer == SMTP_SAYS_NOT_YOURS ? jmap_set_error("forbiddenFrom",
	    NULL, NULL) : error_of(j, answer);
}
