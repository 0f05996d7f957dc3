/*
 * device_add.c - pli device add: a code for another computer of the same owner.
 *
 * The token is made here and goes nowhere but to the screen: the box keeps its
 * hash.
 */

#include "device.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#include "base/wipe.h"
#include "cli/qr.h"
#include "codec/base64.h"
#include "os/crypt.h"
#include "proto/pli_code.h"

enum { BODY_MAX = 256 };

/* The TLS key that the box has today. */
static bool
take(const struct box_job *job, const json_t *said, struct buf *out)
{
	struct str pin = from_c(job->record.pins);

	if (!json_is_array(json_object_get(said, "devices")) ||
	    !str_take_word(&pin, STR("sha256//")) || pin.len < PIN_TEXT)
		return false;
	buf_add_mem(out, pin.ptr, PIN_TEXT);
	return true;
}

static int
ask(struct pli *p, const struct record *r, struct pli_code *code)
{
	struct box_job job = { .record = *r, .method = BOX_POST,
	    .path = STR("/pli/device-code"), .newest = true, .take = take };
	unsigned char hash[CRYPT_HASH];
	char text[2 * CRYPT_HASH], body[BODY_MAX], tls[64];
	struct buf pin;
	size_t n;
	int status;

	crypt_random((char *)code->token, PLI_CODE_TOKEN);
	crypt_sha256(hash, (struct str){ (char *)code->token,
	    PLI_CODE_TOKEN });
	n = base64_encode(text, (struct str){ (char *)hash, sizeof(hash) });
	snprintf(body, sizeof(body), "{\"hash\":\"%.*s\"}", (int)n, text);
	job.body = from_c(body);
	buf_init(&pin, BOX_ANSWER_MAX);
	status = box_ask(p, &job, &pin);
	if (status == 0 && (pin.len != PIN_TEXT ||
	    !base64_decode(tls, &n, buf_str(&pin)) || n != PLI_CODE_HASH))
		status = say(&p->cli, EXIT_NO, "pair-bad-answer", r->host,
		    NULL);
	if (status == 0)
		memcpy(code->tls, tls, PLI_CODE_HASH);
	buf_free(&pin);
	return status;
}

static void
put_json(const struct pli *p, struct str text)
{
	json_t *j = json_pack("{s:s, s:s%, s:I}", "account", p->address,
	    "code", text.ptr, text.len, "expires",
	    (json_int_t)time(NULL) + PLI_CODE_SECONDS);

	json_dumpf(j, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(j);
}

static int
show(struct pli *p, const struct record *r, struct pli_code *code,
    const char *name)
{
	char host[PLI_CODE_HOST_MAX + 1], option[64] = "";
	struct buf text;
	int status = 0;

	snprintf(host, sizeof(host), "%s:%u", r->host, r->port);
	code->address = from_c(p->address);
	code->host = from_c(host);
	buf_init(&text, PLI_CODE_TEXT_MAX + 1);
	if (name != NULL)
		snprintf(option, sizeof(option), "--device %s ", name);
	if (!pli_code_encode(&text, code)) {
		status = say(&p->cli, EXIT_NO, "code-long", p->address, NULL);
	} else if (p->cli.json) {
		put_json(p, buf_str(&text));
	} else {
		(void)qr_print(buf_str(&text));
		buf_byte(&text, '\0');
		tell(&p->cli, "device-code", text.ptr, option);
	}
	if (text.len > 0)
		wipe(text.ptr, text.len);
	buf_free(&text);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static const struct option none[] = { { NULL, NULL, NULL } };
	static struct record r;
	static struct pli_code code;
	const char *name;
	struct words words;
	char passphrase[SECRET_MAX + 1];
	int status;

	if (!args_take(c, none, argc, argv, &words, 0, 1))
		return EXIT_NO;
	name = words.count > 0 ? words.word[0] : NULL;
	if (name != NULL && !is_device(name))
		return say(c, EXIT_NO, "bad-device", name, NULL);
	status = agent_unlock(p, passphrase);
	wipe(passphrase, sizeof(passphrase));
	if (status == 0)
		status = box_record(p, &r);
	if (status == 0)
		status = ask(p, &r, &code);
	if (status == 0)
		status = show(p, &r, &code, name);
	wipe(&r, sizeof(r));
	wipe(&code, sizeof(code));
	agent_end(p);
	return status;
}

const struct verb verb_device_add = {
	"device", "add", "[NAME]", run,
	{ "a code for another computer of yours",
	"un code pour un autre de vos ordinateurs" },
	{ "The code, as text and as QR, makes one more device of the mailbox: "
	"once, within ten\nminutes.  It opens no mail: that takes your key, "
	"which the new computer must have\nfirst, from the recovery sheet (pli "
	"recover) or from a file (pli key export\n--secret here, pli init "
	"--import there).  A code of before that was not used is\ngood no "
	"more.  The passphrase is asked for.\n\n"
	"examples:\n  pli device add\n  pli device add laptop\n",
	"Le code, en texte et en QR, ajoute un appareil à la boîte : une fois, "
	"dans les dix\nminutes.  Il n'ouvre aucun courrier : il y faut votre "
	"clé, que le nouvel\nordinateur doit avoir d'abord, par la feuille de "
	"secours (pli recover) ou par un\nfichier (ici pli key export "
	"--secret, là-bas pli init --import).  Un code précédent\nqui n'a pas "
	"servi ne vaut plus rien.  La phrase de passe est demandée.\n\n"
	"exemples :\n  pli device add\n  pli device add portable\n" },
};
