/* texts.c - what both programs say.  $1 is what it is about, $3 the program. */

#include "cli/cli.h"

const struct text cli_texts[] = {
{ "option-unknown", {
	"there is no option $1.  $3 $2 --help shows them.",
	"l'option $1 n'existe pas.  $3 $2 --help les montre." } },
{ "option-value", {
	"the option $1 needs a value.  $3 $2 --help shows examples.",
	"l'option $1 demande une valeur.  $3 $2 --help donne des "
	"exemples." } },
{ "word-many", {
	"$1: one word too many; nothing was done.  See $3 $2 --help.",
	"$1 : un mot de trop ; rien n'a été fait.  Voir $3 $2 --help." } },
{ "word-few", {
	"something is missing: $3 $2 $1",
	"il manque quelque chose : $3 $2 $1" } },
{ "verb-unknown", {
	"$1: no such command; nothing was done.  $3 --help lists them.",
	"$1 : commande inconnue ; rien n'a été fait.  $3 --help les "
	"montre." } },
{ "cut-off", {
	"the answer to \"$1\" was cut off; whether it was done is not known.\n"
	"Look with $3 status, then try again.",
	"la réponse à « $1 » a été coupée ; on ne sait pas si c'est fait.\n"
	"Regardez avec $3 status, puis réessayez." } },
{ "too-much", {
	"too many arguments for one \"$1\"; nothing was done.",
	"trop d'arguments pour un seul « $1 » ; rien n'a été fait." } },
{ "no-memory", {
	"this system gives no memory now; nothing was done.  Try again later.",
	"le système n'a plus de mémoire ; rien n'a été fait.  Réessayez plus "
	"tard." } },
{ "file-unreadable", {
	"$1 cannot be read: $2.",
	"$1 ne peut pas être lu : $2." } },
{ "imap-no-login", {
	"$3 could not log in to the box by IMAP for $1.\n"
	"Look with $3 status whether imapd runs, then try again.",
	"$3 n'a pas pu se connecter à la machine en IMAP pour $1.\n"
	"Voyez avec $3 status si imapd tourne, puis réessayez." } },
{ "import-cut", {
	"the connection to the mail of $1 broke.  What is done stays; the same "
	"command goes on from there.",
	"la connexion au courrier de $1 s'est rompue.  Ce qui est fait reste ; "
	"la même commande continue de là." } },
{ "import-box", {
	"the mailbox $1 cannot be made; nothing was put into it.",
	"la boîte $1 ne peut pas être créée ; rien n'y a été mis." } },
{ "import-no-mbox", {
	"$1 is not an mbox, or not from some place on: a line \"From\" was "
	"expected.",
	"$1 n'est pas un mbox, ou ne l'est plus à partir d'un endroit : une "
	"ligne « From » était attendue." } },
{ "import-no-maildir", {
	"$1 is neither an mbox nor a Maildir (a folder with cur and new in "
	"it).",
	"$1 n'est ni un mbox ni un Maildir (un dossier qui contient cur et "
	"new)." } },
{ "import-done", {
	"$1 messages brought, $2 were there already.",
	"$1 messages apportés, $2 étaient déjà là." } },
{ "import-refused", {
	"$1 messages were refused, the last one with: $2",
	"$1 messages ont été refusés, le dernier avec : $2" } },
{ "import-stopped", {
	"broken off.  The same command goes on from there.",
	"interrompu.  La même commande continue de là." } },
{ "export-done", {
	"$1 messages written, $2 were there already.",
	"$1 messages écrits, $2 étaient déjà là." } },
{ "export-stopped", {
	"broken off.  The same command goes on from there.",
	"interrompu.  La même commande continue de là." } },
{ "export-disk", {
	"$1 cannot be written: $2.  What is written stays; the same command "
	"goes on from there.",
	"$1 ne peut pas être écrit : $2.  Ce qui est écrit reste ; la même "
	"commande continue de là." } },
{ "password-empty", {
	"$1 holds no password: its first line should.",
	"$1 ne contient pas de mot de passe : il doit être sur la première "
	"ligne." } },
{ "password-long", {
	"the password in $1 is longer than 256 characters; nothing was done.",
	"le mot de passe de $1 dépasse 256 caractères ; rien n'a été fait." } },
};

const size_t cli_texts_count = sizeof(cli_texts) / sizeof(cli_texts[0]);
