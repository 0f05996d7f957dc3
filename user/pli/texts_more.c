/* texts_more.c - what pli says of devices, of loss, and of the mirror. */

#include "texts.h"

const struct text texts_more[] = {
{ "device-account", { "(password of the box)", "(mot de passe de la boîte)" }
	},
{ "device-here", { "this computer", "cet ordinateur" } },
{ "device-code", {
	"Type on the other computer, once your key is there, within ten "
	"minutes:\n\n  pli pair $2$1\n",
	"Tapez sur l'autre ordinateur, quand votre clé y est, dans les dix "
	"minutes :\n\n  pli pair $2$1\n" } },
{ "device-own-ask", {
	"$1 is this computer: it fetches and sends no more until it is paired "
	"again.  Type yes to\nremove it:",
	"$1 est cet ordinateur : il ne relève ni n'envoie plus rien jusqu'à un "
	"nouvel appairage.\nTapez oui pour le retirer :" } },
{ "device-own", {
	"$1 is this computer; nothing was done.  If you mean it: --yes",
	"$1 est cet ordinateur ; rien n'a été fait.  Si c'est voulu : --yes" }
	},
{ "code-long", {
	"$1: this address and the name of its box are too long for a code.",
	"$1 : cette adresse et le nom de sa boîte sont trop longs pour un "
	"code." } },
{ "pair-no-device", {
	"$1 knows no device of this name; nothing was done.  pli device list "
	"shows them.",
	"$1 ne connaît pas d'appareil de ce nom ; rien n'a été fait.  pli "
	"device list les montre." } },
{ "pair-codes-many", {
	"$1 has given as many codes as it does in ten minutes.  Wait for so "
	"long.",
	"$1 a donné autant de codes que permis en dix minutes.  Attendez "
	"jusque-là." } },

/* the bridge */
{ "bridge-certificate", {
	"$1 holds no certificate.  pli stop, then pli run, makes one if the "
	"file is not there.",
	"$1 ne contient pas de certificat.  pli stop, puis pli run, en font un "
	"si le fichier\nn'y est pas." } },
{ "bridge-server", {
	"server          127.0.0.1, TLS (not STARTTLS), password as it is",
	"serveur         127.0.0.1, TLS (pas STARTTLS), mot de passe normal" }
	},
{ "bridge-imap", {
	"IMAP            port $1", "IMAP            port $1" } },
{ "bridge-smtp", {
	"SMTP            port $1", "SMTP            port $1" } },
{ "bridge-login", {
	"user            $1\npassword        $2   (shown this once)",
	"utilisateur     $1\nmot de passe    $2   (montré cette fois)" } },
{ "bridge-print", {
	"The program will ask about a certificate that this computer made "
	"itself.  Accept it\nonly if its SHA-256 fingerprint is\n$1",
	"Le logiciel demandera que faire d'un certificat que cet ordinateur a "
	"fait lui-même.\nNe l'acceptez que si son empreinte SHA-256 "
	"est\n$1" } },
};

const size_t texts_more_count = sizeof(texts_more) / sizeof(texts_more[0]);
