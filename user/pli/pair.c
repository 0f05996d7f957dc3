/* pair.c - pli pair: this computer becomes a device of the mailbox. */

#include "boxnet.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "codec/base64.h"
#include "home/record.h"
#include "os/crypt.h"
#include "os/signature.h"
#include "proto/pli_code.h"
#include "proto/pli_identity.h"

enum { SALT = 16, PASSWORD = 32, DEVICE_LEN = 32, BODY_MAX = 128 * 1024 };

struct pair {
	const char *relay_port;
	struct pli_code code;
	const char *device, *address;
	char name[DEVICE_LEN + 1];
	char password[2 * PASSWORD];
	char passphrase[SECRET_MAX + 1];
	struct box_job job;
};

bool
is_device(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

	return n > 0 && n <= DEVICE_LEN && s[n] == '\0';
}

/* "mail.example.org:443" */
static bool
take_host(struct pair *x)
{
	struct str host = x->code.host, rest = host;
	struct record *r = &x->job.record;
	char pin[64] = "";
	uint64_t port;
	size_t colon = host.len;

	while (colon > 0 && host.ptr[colon - 1] != ':')
		colon--;
	if (colon < 2 || colon - 1 >= sizeof(r->host))
		return false;
	memcpy(r->host, host.ptr, colon - 1);
	rest = (struct str){ host.ptr + colon, host.len - colon };
	if (!str_take_u64(&rest, &port) || rest.len > 0 || port == 0 ||
	    port > 65535)
		return false;
	r->port = (unsigned)port;
	(void)base64_encode(pin, (struct str){ (char *)x->code.tls,
	    PLI_CODE_HASH });
	snprintf(r->pins, sizeof(r->pins), "sha256//%s", pin);
	if (x->address != NULL)
		snprintf(r->address, sizeof(r->address), "%s", x->address);
	return true;
}

static int
take_code(struct pli *p, struct pair *x, const char *text)
{
	char address[PLI_CODE_ADDRESS_MAX + 1];

	if (!pli_code_decode(from_c(text), &x->code) || !take_host(x))
		return say(&p->cli, EXIT_NO, "bad-code", NULL, NULL);
	snprintf(address, sizeof(address), "%.*s", (int)x->code.address.len,
	    x->code.address.ptr);
	if (p->account != NULL && strcmp(p->account, address) != 0)
		return say(&p->cli, EXIT_NO, "code-other", address, p->account);
	if (!account_path(p, address))
		return EXIT_NO;
	if (!account_exists(p))
		return say(&p->cli, EXIT_NO, "no-such-account", address, NULL);
	p->account = p->address;
	return 0;
}

/* The machine's name, as far as it fits. */
static int
take_device(struct pli *p, struct pair *x)
{
	char host[256] = "";
	size_t n;

	if (x->device == NULL) {
		(void)gethostname(host, sizeof(host) - 1);
		n = strspn(host, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
		host[n < DEVICE_LEN ? n : DEVICE_LEN] = '\0';
		x->device = host[0] != '\0' ? host : "computer";
	}
	if (!is_device(x->device))
		return say(&p->cli, EXIT_NO, "bad-device", x->device, NULL);
	snprintf(x->name, sizeof(x->name), "%s", x->device);
	return 0;
}

static void
put_base64(struct buf *out, const char *name, struct str octets)
{
	char *room;

	buf_add_c(out, name);
	buf_byte(out, '"');
	room = buf_room(out, base64_encoded_len(octets.len));
	if (room != NULL)
		buf_grow(out, base64_encode(room, octets));
	buf_byte(out, '"');
}

/* What the box gets: a verifier, from which no password follows. */
static void
put_body(struct buf *out, struct pair *x, struct str cert)
{
	struct crypt_verifier v;
	char octets[PASSWORD], salt[SALT];
	size_t n;

	crypt_random(octets, sizeof(octets));
	crypt_random(salt, sizeof(salt));
	n = base64_encode(x->password, (struct str){ octets, PASSWORD });
	x->password[n] = '\0';
	wipe(octets, sizeof(octets));
	crypt_verifier(&v, from_c(x->password), (struct str){ salt, SALT },
	    CRYPT_ITERATIONS);
	buf_add_c(out, "{\"token\":\"");
	for (size_t i = 0; i < PLI_CODE_TOKEN; i++) {
		buf_byte(out, "0123456789abcdef"[x->code.token[i] >> 4]);
		buf_byte(out, "0123456789abcdef"[x->code.token[i] & 15]);
	}
	buf_add_c(out, "\",\"device\":\"");
	buf_add_c(out, x->name);
	put_base64(out, "\",\"certificate\":", cert);
	buf_add_c(out, ",\"credential\":{\"iterations\":");
	buf_add_u64(out, CRYPT_ITERATIONS);
	put_base64(out, ",\"salt\":", (struct str){ salt, SALT });
	put_base64(out, ",\"storedKey\":",
	    (struct str){ (char *)v.stored_key, CRYPT_HASH });
	put_base64(out, ",\"serverKey\":",
	    (struct str){ (char *)v.server_key, CRYPT_HASH });
	buf_add_c(out, "}}");
}

static void
put_key(struct buf *out, const char *word, const unsigned char key[PLI_KEY])
{
	char text[64];
	size_t n = base64_encode(text, (struct str){ (const char *)key,
	    PLI_KEY });

	buf_add_c(out, word);
	buf_add_mem(out, text, n);
	buf_byte(out, '\n');
}

/* The lines of CONTAINER_BOX.  The document counts because who holds the pinned
 * TLS key gave it; its identity key is what counts from then on. */
static bool
put_record(const struct box_job *job, const json_t *said, struct buf *out)
{
	const char *doc = json_string_value(json_object_get(said, "identity"));
	const struct record *r = &job->record;
	struct pli_identity d;

	if (doc == NULL || !pli_identity_parse(from_c(doc), &d) ||
	    !signature_identity(&d))
		return false;
	buf_add_c(out, "host ");
	buf_add_c(out, r->host);
	buf_add_c(out, "\nport ");
	buf_add_u64(out, r->port);
	buf_byte(out, '\n');
	if (r->address[0] != '\0') {
		buf_add_c(out, "address ");
		buf_add_c(out, r->address);
		buf_byte(out, '\n');
	}
	put_key(out, "identity ", d.key);
	buf_add_c(out, "serial ");
	buf_add_u64(out, d.serial);
	buf_byte(out, '\n');
	put_key(out, "tls ", d.tls);
	if (d.has_next)
		put_key(out, "tls ", d.tls_next);
	for (size_t i = 0; i < d.seals; i++)
		put_key(out, "seal ", d.seal[i]);
	return true;
}

static int
ask_box(struct pli *p, struct pair *x, struct buf *record)
{
	struct msg_agent_give m = { .id = 2, .what = AGENT_CERTIFICATE,
	    .passphrase = STR(""), .protect = STR("") };
	struct buf cert, body;
	int status;

	buf_init(&cert, FILE_MAX_);
	buf_init(&body, BODY_MAX);
	status = agent_ask(p, AGENT_GIVE, &m, NULL, AGENT_GIVEN, &cert,
	    p->address);
	if (status == 0) {
		put_body(&body, x, buf_str(&cert));
		x->job.method = BOX_POST;
		x->job.path = STR("/pli/pair");
		x->job.body = buf_str(&body);
		x->job.take = put_record;
		status = body.failed ?
		    say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL) :
		    box_ask(p, &x->job, record);
	}
	buf_free(&body);
	buf_free(&cert);
	return status;
}

/* Only now is it a device. */
static int
keep(struct pli *p, const struct pair *x, struct str record)
{
	struct buf device;
	int status;

	buf_init(&device, AGENT_VALUE_MAX);
	buf_add_c(&device, "user ");
	buf_add_c(&device, p->address);
	buf_byte(&device, '/');
	buf_add_c(&device, x->name);
	buf_add_c(&device, "\npassword ");
	buf_add_c(&device, x->password);
	buf_byte(&device, '\n');
	status = agent_set(p, CONTAINER_DEVICE, buf_str(&device));
	if (status == 0)
		status = agent_set(p, CONTAINER_BOX, record);
	if (device.len > 0)
		wipe(device.ptr, device.len);
	buf_free(&device);
	return status;
}

static int
make_conf(struct pli *p, const struct pair *x)
{
	const char *ip = x->address;
	char relay[300];

	snprintf(relay, sizeof(relay), "%s%s%s:%s", ip != NULL ? "[" : "",
	    ip != NULL ? ip : x->job.record.host, ip != NULL ? "]" : "",
	    x->relay_port != NULL ? x->relay_port : "465");
	return conf_make(p, relay);
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	static struct pair x;
	const struct option options[] = {
		{ "--device", &x.device, NULL },
		{ "--address", &x.address, NULL },
		{ "--submission-port", &x.relay_port, NULL },
		{ NULL, NULL, NULL },
	};
	struct words words;
	struct buf record;
	int status;

	if (!args_take(c, options, argc, argv, &words, 1, 1))
		return EXIT_NO;
	buf_init(&record, AGENT_VALUE_MAX);
	status = take_code(p, &x, words.word[0]);
	if (status == 0)
		status = take_device(p, &x);
	if (status == 0)
		status = agent_unlock(p, x.passphrase);
	wipe(x.passphrase, sizeof(x.passphrase));
	if (status == 0)
		status = ask_box(p, &x, &record);
	if (status == 0)
		status = keep(p, &x, buf_str(&record));
	if (status == 0)
		status = make_conf(p, &x);
	if (status == 0)
		tell(c, "paired", p->address, x.job.record.host);
	wipe(&x, sizeof(x));
	buf_free(&record);
	agent_end(p);
	return status;
}

const struct verb verb_pair = {
	"pair", "", "CODE", run,
	{ "make this computer a device of a mailbox",
	"faire de cet ordinateur un appareil d'une boîte" },
	{ "The code comes from the box: plictl user add, or plictl user pair.  "
	"It begins with\npli1: and is good for ten minutes, once.  The keys "
	"are made before: pli init.\n\n"
	"  --device NAME            what the box calls this computer\n"
	"  --address IP             where the box is, now and later: for a box "
	"in the same\n                           house whose name leads "
	"outside\n"
	"  --submission-port PORT   where it takes letters, if not at 465\n\n"
	"The box gets the certificate and a verifier of a password that is "
	"made here.  The\ncode names the box's TLS key: no other is spoken "
	"to.\n\n"
	"examples:\n"
	"  pli pair pli1:GM3TQ…\n",
	"Le code vient de la boîte : plictl user add, ou plictl user pair.  Il "
	"commence par\npli1: et sert une fois, pendant dix minutes.  Les clés "
	"sont créées avant : pli init.\n\n"
	"  --device NOM             comment la boîte appelle cet "
	"ordinateur\n"
	"  --address IP             où est la boîte, maintenant et ensuite : "
	"pour une boîte\n                           de la maison dont le nom "
	"mène dehors\n"
	"  --submission-port PORT   où elle prend les lettres, sinon 465\n\n"
	"La boîte reçoit le certificat et de quoi vérifier un mot de passe "
	"créé ici.  Le\ncode nomme la clé TLS de la boîte : pli ne parle à "
	"aucune autre.\n\n"
	"exemples :\n"
	"  pli pair pli1:GM3TQ…\n" },
};
