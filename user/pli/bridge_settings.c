/*
 * bridge_settings.c - pli bridge settings: how a mail program of this computer
 * reaches the mirror.
 *
 * Each program gets a password of its own.  It is shown once: the mirror's
 * store keeps what checks it.
 */

#include "pli.h"

#include <string.h>

#include "base/wipe.h"
#include "codec/base64.h"
#include "os/crypt.h"

enum { PEM_MAX = 16384, PRINT_MAX = 3 * CRYPT_HASH, PROFILE_MAX = 16384 };

struct bridge {
	const char *device, *file;
	unsigned imap, submission;
	char user[AGENT_NAME_MAX + 64];
	char password[PASSWORD_MAX + 1];
	char print[PRINT_MAX + 1];	/* of the certificate */
};

/* The DER octets between the first two lines of dashes (RFC 7468). */
static bool
of_pem(struct str pem, unsigned char hash[CRYPT_HASH])
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	const char *from = memmem(pem.ptr, pem.len, begin, sizeof(begin) - 1);
	const char *to;
	char der[PEM_MAX];
	struct buf text;
	size_t n = 0;
	bool ok;

	if (from == NULL)
		return false;
	from += sizeof(begin) - 1;
	to = memmem(from, (size_t)(pem.ptr + pem.len - from), "-----", 5);
	if (to == NULL)
		return false;
	buf_init(&text, PEM_MAX);
	for (; from < to; from++)
		if (*from > ' ')
			buf_byte(&text, *from);
	ok = !text.failed && base64_decode(der, &n, buf_str(&text));
	buf_free(&text);
	if (ok)
		crypt_sha256(hash, (struct str){ der, n });
	return ok;
}

/* What a client shows when it meets a certificate that nobody has signed. */
static int
take_print(struct pli *p, struct bridge *b)
{
	unsigned char hash[CRYPT_HASH];
	char path[FILE_NAME_MAX];
	struct buf pem;
	bool ok;

	snprintf(path, sizeof(path), "%.900s/tls/mail.pem", p->dir);
	buf_init(&pem, FILE_MAX_);
	if (file_read(p, path, &pem) != 0) {
		buf_free(&pem);
		return EXIT_NO;
	}
	ok = of_pem(buf_str(&pem), hash);
	buf_free(&pem);
	if (!ok)
		return say(&p->cli, EXIT_NO, "bridge-certificate", path, NULL);
	for (size_t i = 0; i < CRYPT_HASH; i++)
		snprintf(b->print + 3 * i, 4, "%02X:", hash[i]);
	b->print[PRINT_MAX - 1] = '\0';
	return 0;
}

static int
make_password(struct pli *p, struct bridge *b)
{
	struct buf args;

	password_make(b->password);
	buf_init(&args, ADMIN_ARGS_MAX);
	admin_put(&args, STR("name"), from_c(p->address));
	admin_put(&args, STR("device"), from_c(b->device));
	password_verifier(&args, from_c(b->password));
	return call(&p->cli, "user password", &args, -1, b->device, NULL,
	    NULL);
}

/* --- for Thunderbird --- */

/* Of what an address has XML minds this alone (files.c). */
static void
put_text(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '&')
			buf_add_c(out, "&amp;");
		else
			buf_byte(out, *text);
}

static void
put_server(struct buf *out, const struct bridge *b, const char *kind,
    const char *type, unsigned port)
{
	buf_add_c(out, "    <");
	buf_add_c(out, kind);
	buf_add_c(out, " type=\"");
	buf_add_c(out, type);
	buf_add_c(out, "\">\n      <hostname>127.0.0.1</hostname>\n"
	    "      <port>");
	buf_add_u64(out, port);
	buf_add_c(out, "</port>\n      <socketType>SSL</socketType>\n"
	    "      <username>");
	put_text(out, b->user);
	buf_add_c(out, "</username>\n      <authentication>password-cleartext"
	    "</authentication>\n    </");
	buf_add_c(out, kind);
	buf_add_c(out, ">\n");
}

/* The format of Thunderbird's ISPDB. */
static void
put_xml(struct buf *out, const struct pli *p, const struct bridge *b)
{
	const char *domain = strchr(p->address, '@') + 1;

	buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<clientConfig version=\"1.1\">\n  <emailProvider id=\"");
	put_text(out, domain);
	buf_add_c(out, "\">\n    <domain>");
	put_text(out, domain);
	buf_add_c(out, "</domain>\n    <displayName>pli</displayName>\n"
	    "    <displayShortName>pli</displayShortName>\n");
	put_server(out, b, "incomingServer", "imap", b->imap);
	put_server(out, b, "outgoingServer", "smtp", b->submission);
	buf_add_c(out, "  </emailProvider>\n</clientConfig>\n");
}

/* $1: the address, $2: the user's name, $3 and $4: the ports. */
static const char profile[] =
    "user_pref(\"mail.account.account1.identities\", \"id1\");\n"
    "user_pref(\"mail.account.account1.server\", \"server1\");\n"
    "user_pref(\"mail.account.account2.server\", \"server2\");\n"
    "user_pref(\"mail.accountmanager.accounts\", \"account1,account2\");\n"
    "user_pref(\"mail.accountmanager.defaultaccount\", \"account1\");\n"
    "user_pref(\"mail.accountmanager.localfoldersserver\", \"server2\");\n"
    "user_pref(\"mail.identity.id1.fullName\", \"\");\n"
    "user_pref(\"mail.identity.id1.useremail\", \"$1\");\n"
    "user_pref(\"mail.identity.id1.smtpServer\", \"smtp1\");\n"
    "user_pref(\"mail.identity.id1.valid\", true);\n"
    "user_pref(\"mail.server.server1.type\", \"imap\");\n"
    "user_pref(\"mail.server.server1.name\", \"$1 (pli)\");\n"
    "user_pref(\"mail.server.server1.hostname\", \"127.0.0.1\");\n"
    "user_pref(\"mail.server.server1.port\", $3);\n"
    "user_pref(\"mail.server.server1.socketType\", 3);\n"
    "user_pref(\"mail.server.server1.authMethod\", 3);\n"
    "user_pref(\"mail.server.server1.userName\", \"$2\");\n"
    "user_pref(\"mail.server.server2.type\", \"none\");\n"
    "user_pref(\"mail.server.server2.name\", \"Local Folders\");\n"
    "user_pref(\"mail.server.server2.hostname\", \"Local Folders\");\n"
    "user_pref(\"mail.server.server2.userName\", \"nobody\");\n"
    "user_pref(\"mail.smtp.defaultserver\", \"smtp1\");\n"
    "user_pref(\"mail.smtpservers\", \"smtp1\");\n"
    "user_pref(\"mail.smtpserver.smtp1.hostname\", \"127.0.0.1\");\n"
    "user_pref(\"mail.smtpserver.smtp1.port\", $4);\n"
    "user_pref(\"mail.smtpserver.smtp1.try_ssl\", 3);\n"
    "user_pref(\"mail.smtpserver.smtp1.authMethod\", 3);\n"
    "user_pref(\"mail.smtpserver.smtp1.username\", \"$2\");\n";

static void
put_profile(struct buf *out, const struct pli *p, const struct bridge *b)
{
	char imap[16], submission[16];
	struct str args[4] = { from_c(p->address), from_c(b->user) };

	snprintf(imap, sizeof(imap), "%u", b->imap);
	snprintf(submission, sizeof(submission), "%u", b->submission);
	args[2] = from_c(imap);
	args[3] = from_c(submission);
	text_put(out, profile, args, 4);
}

static int
write_file(struct pli *p, const struct bridge *b)
{
	size_t n = strlen(b->file);
	struct buf out;
	int status;

	buf_init(&out, PROFILE_MAX);
	if (n > 3 && strcmp(b->file + n - 3, ".js") == 0)
		put_profile(&out, p, b);
	else
		put_xml(&out, p, b);
	status = out.failed ?
	    say(&p->cli, EXIT_LATER, "no-memory", NULL, NULL) :
	    file_write(p, b->file, buf_str(&out), true);
	buf_free(&out);
	return status;
}

static void
show(struct pli *p, const struct bridge *b)
{
	char port[16];

	if (p->cli.json) {
		printf("{\"host\":\"127.0.0.1\",\"tls\":true,\"imap\":%u,"
		    "\"submission\":%u,\"user\":\"%s\",\"password\":\"%s\","
		    "\"sha256\":\"%s\"}\n", b->imap, b->submission, b->user,
		    b->password, b->print);
		return;
	}
	tell(&p->cli, "bridge-server", NULL, NULL);
	snprintf(port, sizeof(port), "%u", b->imap);
	tell(&p->cli, "bridge-imap", port, NULL);
	snprintf(port, sizeof(port), "%u", b->submission);
	tell(&p->cli, "bridge-smtp", port, NULL);
	tell(&p->cli, "bridge-login", b->user, b->password);
	tell(&p->cli, "bridge-print", b->print, NULL);
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static struct bridge b;
	const struct option options[] = {
		{ "--device", &b.device, NULL },
		{ "--thunderbird", &b.file, NULL }, { NULL, NULL, NULL },
	};
	int status;

	if (!args_take(&p->cli, options, argc, argv, &words, 0, 0) ||
	    !account_find(p, p->account))
		return EXIT_NO;
	if (b.device == NULL)
		b.device = b.file != NULL ? "thunderbird" : "mail-program";
	if (!is_device(b.device))
		return say(&p->cli, EXIT_NO, "bad-device", b.device, NULL);
	b.imap = conf_port(p, PORT_IMAP);
	b.submission = conf_port(p, PORT_SUBMISSION);
	snprintf(b.user, sizeof(b.user), "%s/%s", p->address, b.device);
	status = home_unlocked(p);
	if (status == 0)
		status = take_print(p, &b);
	if (status == 0 && b.file != NULL)
		status = write_file(p, &b);
	if (status == 0)
		status = make_password(p, &b);
	if (status == 0)
		show(p, &b);
	wipe(&b, sizeof(b));
	agent_end(p);
	return status;
}

const struct verb verb_bridge_settings = {
	"bridge", "settings", "[--device NAME] [--thunderbird FILE]", run,
	{ "what to type into a mail program on this computer",
	"que saisir dans un logiciel de courrier de cet ordinateur" },
	{ "Server, ports and a password of its own for one program, shown "
	"once; for the same\nNAME it replaces the one of before.  The "
	"program reads mail that is decrypted\nalready, over loopback; what "
	"it sends is encrypted here wherever a key is known.\nOn its first "
	"connection it "
	"shows a certificate: compare the fingerprint.\n\n"
	"  --device NAME            what the password is for: mutt, apple-mail "
	"…\n"
	"  --thunderbird FILE       write the settings for Thunderbird, too: "
	"FILE.js is a\n"
	"                           user.js for its profile; any other FILE an "
	"autoconfig of\n"
	"                           its own format (isp/DOMAIN.xml where it is "
	"installed).\n"
	"                           The password is in neither\n\n"
	"examples:\n"
	"  pli bridge settings --device mutt\n"
	"  pli bridge settings --thunderbird user.js\n",
	"Serveur, ports et un mot de passe propre à un logiciel, montré une "
	"fois ; pour le\nmême NOM il remplace le précédent.  Le logiciel lit "
	"du courrier déjà déchiffré,\nsans quitter l'ordinateur ; ce qu'il "
	"envoie est chiffré ici si une clé est connue.\nÀ la première "
	"connexion il "
	"montre un certificat : comparez l'empreinte.\n\n"
	"  --device NOM             à quoi sert le mot de passe : mutt, "
	"apple-mail…\n"
	"  --thunderbird FICHIER    écrire aussi les réglages pour "
	"Thunderbird : FICHIER.js\n"
	"                           est un user.js pour son profil ; tout "
	"autre FICHIER, un\n"
	"                           autoconfig à son format (isp/DOMAINE.xml "
	"là où il est\n"
	"                           installé).  Sans le mot de passe\n\n"
	"exemples :\n"
	"  pli bridge settings --device mutt\n"
	"  pli bridge settings --thunderbird user.js\n" },
};
