/* texts.c - what plictl says.  $1 is what it is about. */

#include "texts.h"

const struct text texts[] = {
/* words and options */
{ "bad-size", {
	"$1: not a size.  Examples: 500M, 2G, none.",
	"$1 : ce n'est pas une taille.  Exemples : 500M, 2G, none." } },
{ "bad-count", {
	"$1: not a number of lines.",
	"$1 : ce n'est pas un nombre de lignes." } },

/* the box does not answer */
{ "not-running", {
	"plid does not answer at $1 ($2).\n"
	"Is it running?  Start it with: systemctl start plid",
	"plid ne répond pas sur $1 ($2).\n"
	"Tourne-t-il ?  Pour le démarrer : systemctl start plid" } },
{ "no-access", {
	"you may not talk to plid at $1.\n"
	"Become root (sudo plictl ...) or a member of the group pli.",
	"vous n'avez pas le droit de parler à plid sur $1.\n"
	"Devenez root (sudo plictl ...) ou membre du groupe pli." } },
{ "path-long", {
	"$1: this path is too long for a socket.",
	"$1 : ce chemin est trop long pour un socket." } },

/* import, export */
{ "imap-none", {
	"plid.conf has no IMAP listener (imaps) by which plictl could reach "
	"the mail.",
	"plid.conf n'a pas d'écoute IMAP (imaps) par où plictl atteindrait le "
	"courrier." } },

/* files, passwords, certificates */
{ "device-which", {
	"--remove needs --device: a mailbox keeps a password of its own.",
	"--remove demande --device : une boîte garde son propre mot de "
	"passe." } },
{ "password-short", {
	"a password needs 8 characters or more; nothing was done.\n"
	"Without --password-file a strong one is made.",
	"un mot de passe demande au moins 8 caractères ; rien n'a été fait.\n"
	"Sans --password-file, plictl en crée un bon." } },
{ "password-characters", {
	"a password may hold letters without accents, digits, blanks and "
	"signs (ASCII): mail programs disagree about others.\n"
	"Nothing was done.",
	"un mot de passe contient des lettres sans accent, des chiffres, des "
	"espaces et des signes (ASCII) : pour les autres, les logiciels de "
	"courrier ne sont pas d'accord.\nRien n'a été fait." } },
{ "password-is", {
	"The password of $1, shown this once:\n\n    $2\n",
	"Le mot de passe de $1, montré cette seule fois :\n\n    $2\n" } },
{ "cert-empty-file", {
	"$1 is empty.  Export the public key again: gpg --export --armor NAME",
	"$1 est vide.  Exportez de nouveau la clé publique : "
	"gpg --export --armor NOM" } },
{ "cert-large", {
	"$1 is larger than 1 MB: that is no certificate of one person.",
	"$1 dépasse 1 Mo : ce n'est pas le certificat d'une personne." } },
{ "no-https", {
	"this box does not listen for https, where devices are paired; nothing "
	"was done.\nAdd to plid.conf: listen https *:443",
	"cette machine n'écoute pas en https, par où s'appairent les "
	"appareils ; rien\nn'a été fait.  Ajouter à plid.conf : listen https "
	"*:443" } },
{ "code-long", {
	"$1 has a code, but the names are too long to be shown in one.",
	"$1 a un code, mais les noms sont trop longs pour y tenir." } },
{ "code-is", {
	"$1\n\nOn the owner's computer, within ten minutes: pli pair CODE.  It "
	"is shown once.",
	"$1\n\nSur l'ordinateur du propriétaire, dans les dix minutes : pli "
	"pair CODE.\nCe code n'est montré qu'une fois." } },
{ "cert-or-unsealed", {
	"--cert and --unsealed exclude each other; nothing was done.",
	"--cert et --unsealed s'excluent ; rien n'a été fait." } },
{ "remove-ask", {
	"This removes $1 and deletes all its mail on this box, for good: pli\n"
	"keeps no copy.  Type yes to go on:",
	"Ceci supprime $1 et efface tout son courrier sur cette machine, "
	"pour de\nbon : pli n'en garde pas de copie.  Tapez oui pour "
	"continuer :" } },
{ "remove-no-terminal", {
	"$1 was not removed: nobody is at a terminal to confirm it.  Removing "
	"deletes all its mail.  Add --yes if you mean it.",
	"$1 n'a pas été supprimé : pas de terminal pour confirmer.  La "
	"suppression efface tout son courrier.  Ajoutez --yes si c'est "
	"voulu." } },
{ "not-removed", {
	"$1 was not removed.",
	"$1 n'a pas été supprimé." } },

/* refusals of seal: what is wrong with a certificate */
{ "why-empty", {
	"$1 holds no OpenPGP public key; nothing was done.  Export it with: "
	"gpg --export --armor NAME",
	"$1 ne contient pas de clé publique OpenPGP ; rien n'a été fait.  "
	"Exportez-la : gpg --export --armor NOM" } },
{ "why-secret", {
	"$1 holds a SECRET key; it was not kept.  A secret key never belongs "
	"on the box.  Export the public one: gpg --export --armor NAME",
	"$1 contient une clé SECRÈTE ; elle n'a pas été gardée.  Une clé "
	"secrète n'a rien à faire sur la machine.  Exportez la clé publique : "
	"gpg --export --armor NOM" } },
{ "why-several", {
	"$1 holds several keys; nothing was done.  Export one alone: "
	"gpg --export --armor NAME",
	"$1 contient plusieurs clés ; rien n'a été fait.  Exportez-en une "
	"seule : gpg --export --armor NOM" } },
{ "why-version", {
	"$1 is a key of a version that this box cannot encrypt to (only "
	"version 4); nothing was done.  Make a version 4 key in your mail "
	"program.",
	"$1 est une clé d'une version que cette machine ne sait pas utiliser "
	"(seulement la version 4) ; rien n'a été fait.  Créez une clé de "
	"version 4 dans votre logiciel." } },
{ "why-broken", {
	"$1 is damaged, or nothing certifies it; nothing was done.  Export "
	"the key again.",
	"$1 est abîmé, ou rien ne le certifie ; rien n'a été fait.  Exportez "
	"de nouveau la clé." } },
{ "why-revoked", {
	"the key in $1 is revoked; nothing was done.  Export the key that "
	"replaces it.",
	"la clé de $1 est révoquée ; rien n'a été fait.  Exportez celle qui "
	"la remplace." } },
{ "why-expired", {
	"the key in $1 has expired; nothing was done.  Extend it (gpg "
	"--quick-set-expire FINGERPRINT 2y) and export it again.",
	"la clé de $1 a expiré ; rien n'a été fait.  Prolongez-la (gpg "
	"--quick-set-expire EMPREINTE 2y) et exportez-la de nouveau." } },
{ "why-no-encryption", {
	"the key in $1 can sign but not encrypt; nothing was done.  Add an "
	"encryption subkey (gpg --quick-add-key FINGERPRINT cv25519 encr).",
	"la clé de $1 signe mais ne chiffre pas ; rien n'a été fait.  "
	"Ajoutez-lui une sous-clé de chiffrement (gpg --quick-add-key "
	"EMPREINTE cv25519 encr)." } },
{ "why-weak", {
	"the key in $1 is weaker than RSA of 2048 bits; nothing was done.  "
	"Make a new one.",
	"la clé de $1 est plus faible que RSA de 2048 bits ; rien n'a été "
	"fait.  Créez-en une nouvelle." } },
{ "why-big", {
	"the key in $1 is too large; nothing was done.  Export it without "
	"other people's signatures: gpg --export-options export-minimal "
	"--export NAME",
	"la clé de $1 est trop grande ; rien n'a été fait.  Exportez-la sans "
	"les signatures des autres : gpg --export-options export-minimal "
	"--export NOM" } },

/* refusals of the store */
{ "why-no-user", {
	"there is no user $1.  plictl user list shows them.",
	"il n'y a pas d'utilisateur $1.  plictl user list les montre." } },
{ "why-no-letter", {
	"there is no letter $1 that this could be done to.  plictl queue list "
	"shows them.",
	"il n'y a pas de lettre $1 pour cela.  plictl queue list les "
	"montre." } },
{ "why-no-alias", {
	"there is no alias $1.  plictl alias list shows them.",
	"il n'y a pas d'alias $1.  plictl alias list les montre." } },
{ "why-no-domain", {
	"$1 is no domain of this box; nothing was done.  Add it to "
	"plid.conf, then: plictl reload",
	"$1 n'est pas un domaine de cette machine ; rien n'a été fait.  "
	"Ajoutez-le à plid.conf, puis : plictl reload" } },
{ "why-exists", {
	"$1 exists already, as a user or an alias; nothing was done.",
	"$1 existe déjà, comme utilisateur ou alias ; rien n'a été fait." } },
{ "why-bad-address", {
	"$1: not an address of a domain of this box; nothing was done.  It "
	"looks like alice@example.org, with a domain of plid.conf.",
	"$1 : pas une adresse d'un domaine de cette machine ; rien n'a été "
	"fait.  Elle ressemble à alice@example.org, avec un domaine de "
	"plid.conf." } },
{ "why-bad-argument", {
	"$1: the box does not take this; nothing was done.  Are plictl and "
	"plid of one version?",
	"$1 : la machine n'accepte pas ceci ; rien n'a été fait.  plictl et "
	"plid sont-ils de la même version ?" } },
{ "why-no-device", {
	"$1 has no password for such a device; nothing was done.\n"
	"plictl user show names them.",
	"$1 n'a pas de mot de passe pour un tel appareil ; rien n'a été "
	"fait.\nplictl user show les nomme." } },
{ "why-bad-device", {
	"$1: a device name has at most 64 characters; nothing was done.",
	"$1 : un nom d'appareil a au plus 64 caractères ; rien n'a été "
	"fait." } },
{ "why-no-verb", {
	"plid does not know \"$1\": it is of another version than plictl.  "
	"Restart it: systemctl restart plid",
	"plid ne connaît pas « $1 » : sa version n'est pas celle de plictl.  "
	"Redémarrez-le : systemctl restart plid" } },
{ "why-full", {
	"the disk is full; nothing was done.  Make room, then try again.",
	"le disque est plein ; rien n'a été fait.  Faites de la place, puis "
	"réessayez." } },
{ "why-findings", {
	"the store is damaged: the lines above say where.  Stop plid, then: "
	"plictl repair store",
	"le dépôt est abîmé : les lignes ci-dessus disent où.  Arrêtez plid, "
	"puis : plictl repair store" } },
{ "why-store-away", {
	"the store is being restarted; nothing was done.  Try again in some "
	"seconds.",
	"le dépôt redémarre ; rien n'a été fait.  Réessayez dans quelques "
	"secondes." } },
{ "why-keys-away", {
	"the role that holds the keys is being restarted.  Try again in some "
	"seconds.",
	"le rôle qui garde les clés redémarre.  Réessayez dans quelques "
	"secondes." } },
{ "why-seal-away", {
	"the role that checks certificates is being restarted; nothing was "
	"done.  Try again in some seconds.",
	"le rôle qui vérifie les certificats redémarre ; rien n'a été fait.  "
	"Réessayez dans quelques secondes." } },
{ "why-parent-away", {
	"plid is stopping; nothing was done.",
	"plid s'arrête ; rien n'a été fait." } },
{ "why-busy", {
	"plid has too many such calls at once; nothing was done.  Try again "
	"in some seconds.",
	"plid reçoit trop de demandes à la fois ; rien n'a été fait.  "
	"Réessayez dans quelques secondes." } },
{ "why-reload-refused", {
	"$1\nThe old configuration stays in force.",
	"$1\nL'ancienne configuration reste en vigueur." } },
{ "why-other", {
	"refused: $1 ($2); nothing was done.",
	"refusé : $1 ($2) ; rien n'a été fait." } },
{ "why-other-later", {
	"not now: $1 ($2); nothing was done.  Try again later.",
	"pas maintenant : $1 ($2) ; rien n'a été fait.  Réessayez plus "
	"tard." } },

/* lists */
{ "unit-days", { "d", "j" } },
{ "head-name", { "NAME", "NOM" } },
{ "head-mail", { "MAIL", "COURRIER" } },
{ "head-size", { "SIZE", "TAILLE" } },
{ "head-quota", { "QUOTA", "QUOTA" } },
{ "head-seal", { "SEALED TO", "CHIFFRÉ POUR" } },
{ "head-expires", { "EXPIRES", "EXPIRE" } },
{ "head-address", { "ADDRESS", "ADRESSE" } },
{ "head-target", { "GOES TO", "VA À" } },
{ "head-id", { "ID", "N°" } },
{ "head-state", { "STATE", "ÉTAT" } },
{ "head-age", { "AGE", "ÂGE" } },
{ "head-next", { "NEXT", "SUITE" } },
{ "head-recipient", { "RECIPIENT", "DESTINATAIRE" } },
{ "state-waits", { "waits", "attend" } },
{ "state-held", { "held", "retenue" } },
{ "state-lost", { "lost", "perdue" } },
{ "state-sent", { "sent", "remise" } },
{ "state-given-up", { "given up", "abandon" } },
{ "no-letters", { "Nothing waits.", "Rien n'attend." } },
{ "letter", { "Letter", "Lettre" } },
{ "from", { "FROM", "DE" } },
{ "entered", { "ENTERED", "ENTRÉE" } },
{ "attempts", { "ATTEMPTS", "ESSAIS" } },
{ "tried", { "LAST TRIED", "DERNIER ESSAI" } },
{ "server", { "SERVER", "SERVEUR" } },
{ "status-code", { "CODE", "CODE" } },
{ "said", { "SAID", "A DIT" } },
{ "facts", { "CONNECTION", "CONNEXION" } },
{ "unsealed", { "NOT SEALED", "NON CHIFFRÉ" } },
{ "never", { "never", "jamais" } },
{ "waiting", { "WAITING FOR PAIRING", "ATTEND L'APPAIRAGE" } },
{ "device-made", { ", since ", ", depuis le " } },
{ "device-used", { ", last used ", ", dernier usage le " } },
{ "device-unused", { ", never used", ", jamais utilisé" } },
{ "none", { "none", "aucun" } },
{ "no-users", {
	"No users yet.  Make one: plictl user add NAME --cert FILE",
	"Pas encore d'utilisateur.  Pour en créer un : plictl user add NOM "
	"--cert FICHIER" } },
{ "no-aliases", {
	"No aliases yet.  Make one: plictl alias add ADDRESS TARGET",
	"Pas encore d'alias.  Pour en créer un : plictl alias add ADRESSE "
	"CIBLE" } },

/* user show */
{ "show-name", { "name", "nom" } },
{ "show-mail", { "messages", "messages" } },
{ "show-used", { "used", "occupé" } },
{ "show-quota", { "quota", "quota" } },
{ "show-created", { "since", "depuis" } },
{ "show-sealed", { "sealed to", "chiffré pour" } },
{ "show-alias", { "alias", "alias" } },
{ "show-device", { "password", "mot de passe" } },
{ "show-main", { "(main)", "(principal)" } },
{ "show-cert", { "certificate", "certificat" } },
{ "expires-on", { "expires $1", "expire le $1" } },
{ "expires-never", { "never expires", "n'expire jamais" } },

/* status */
{ "status-box", { "pli $1 on $2", "pli $1 sur $2" } },
{ "status-up", { "up $1", "en marche depuis $1" } },
{ "status-role", { "ROLE", "RÔLE" } },
{ "status-state", { "STATE", "ÉTAT" } },
{ "status-restarts", { "RESTARTS", "REPRISES" } },
{ "status-since", { "UP", "DEPUIS" } },
{ "status-running", { "running", "en marche" } },
{ "status-starting", { "starting", "démarre" } },
{ "status-retiring", { "retiring", "se retire" } },
{ "status-clear", { "login in clear", "connexion en clair" } },
{ "status-store", {
	"store: $1 users, $2 messages", "dépôt : $1 utilisateurs, $2 messages"
	} },
{ "status-sandbox", {
	"sandbox: full (Landlock $1)", "bac à sable : complet (Landlock $1)"
	} },
{ "warn", { "attention: ", "attention : " } },
{ "warn-sandbox", {
	"this is a build for tests: the roles run without seccomp and "
	"Landlock.  Not for real mail.",
	"cette version est faite pour les tests : les rôles tournent sans "
	"seccomp ni Landlock.  Pas pour du vrai courrier." } },
{ "warn-landlock", {
	"this kernel has Landlock $1; version 4 or newer also bars the "
	"network, 6 signals.  A newer kernel isolates the roles better.",
	"ce noyau a Landlock $1 ; la version 4 ferme aussi le réseau, la 6 "
	"les signaux.  Un noyau plus récent isole mieux les rôles." } },
{ "warn-uids", {
	"not started as root: all roles share one uid.",
	"pas démarré par root : tous les rôles ont le même uid." } },
{ "warn-swap", {
	"swap is on: mail in transit could reach the disk.  Turn it off "
	"(swapoff -a), or run plid by its systemd unit (MemorySwapMax=0).",
	"la mémoire d'échange est active : du courrier en transit pourrait "
	"atteindre le disque.  Désactivez-la (swapoff -a), ou lancez plid par "
	"son unité systemd (MemorySwapMax=0)." } },
{ "warn-unsealed", {
	"mail of $1 is stored readable (--unsealed).  To seal what comes from "
	"now on: plictl user cert $1 FILE",
	"le courrier de $1 est lisible sur le disque (--unsealed).  Pour "
	"chiffrer ce qui arrive désormais : plictl user cert $1 FICHIER" } },
{ "warn-expires", {
	"the certificate of $1 expires on $2.  Its owner extends it, then: "
	"plictl user cert $1 FILE",
	"le certificat de $1 expire le $2.  Son propriétaire le prolonge, "
	"puis : plictl user cert $1 FICHIER" } },
{ "warn-expired", {
	"the certificate of $1 expired on $2; its mail is still sealed to it. "
	" Its owner extends it, then: plictl user cert $1 FILE",
	"le certificat de $1 a expiré le $2 ; son courrier est encore chiffré "
	"pour lui.  Son propriétaire le prolonge, puis : plictl user cert $1 "
	"FICHIER" } },
{ "warn-restarts", {
	"the role $1 has been restarted $2 times: plictl log says why.",
	"le rôle $1 a été relancé $2 fois : plictl log dit pourquoi." } },
{ "warn-tls", {
	"the TLS certificate in $1 ends on $2.  Renew it, then: plictl "
	"reload",
	"le certificat TLS de $1 finit le $2.  Renouvelez-le, puis : plictl "
	"reload" } },

/* log, check, repair */
{ "log-unreadable", {
	"the log $1 cannot be read: $2.\n"
	"Only root may read it: sudo plictl log",
	"le journal $1 ne peut pas être lu : $2.\n"
	"Seul root peut le lire : sudo plictl log" } },
{ "conf-warn-role", {
	"$1: nothing serves $2 yet in this version; the line is ignored.",
	"$1 : rien ne sert encore $2 dans cette version ; la ligne est "
	"ignorée." } },
{ "conf-file", {
	"$1: $2 cannot be read.  plid would not start.",
	"$1 : $2 ne peut pas être lu.  plid ne démarrerait pas." } },
{ "conf-cert", {
	"$1: the certificate cannot be used: see the line above.  plid would "
	"not start.",
	"$1 : le certificat ne peut pas servir : voir la ligne ci-dessus.  "
	"plid ne démarrerait pas." } },
{ "conf-mistake", { "$1: $2", "$1 : $2" } },
{ "repair-running", {
	"plid runs; nothing was done.  Stop it first: systemctl stop plid",
	"plid tourne ; rien n'a été fait.  Arrêtez-le d'abord : systemctl "
	"stop plid" } },
{ "repair-no-program", {
	"$1 cannot be started: $2.  --libexec says where it is.",
	"$1 ne peut pas être lancé : $2.  --libexec dit où il est." } },
{ "repair-failed", {
	"the repair of $1 did not succeed: the lines above say why.  The "
	"folder is as it was; make a copy of it and ask for help.",
	"la réparation de $1 n'a pas réussi : les lignes ci-dessus disent "
	"pourquoi.  Copiez ce dossier et demandez de l'aide." } },

/* plictl --help */
{ "help-usage", {
	"usage: plictl [-j] [-s SOCKET | --prefix DIR] NOUN VERB ...\n\n"
	"Manages the mail box that plid(8) runs.  Silent when all went well.\n",
	"usage : plictl [-j] [-s SOCKET | --prefix DOSSIER] NOM VERBE ...\n\n"
	"Gère la boîte aux lettres que fait tourner plid(8).  Silencieux "
	"quand tout\nva bien.\n" } },
{ "help-tail", {
	"\n"
	"  -j, --json       output for programs\n"
	"  -s, --socket S   instead of PREFIX/run/plid/control.sock\n"
	"  -p, --prefix D   the box whose files are below D (plid -p D)\n"
	"  -V, --version    print the version\n"
	"  -h, --help       this, or the help of a command, with examples\n"
	"\n"
	"exit status: 0 yes, 1 no, 75 not now: try again later\n"
	"\n"
	"examples:\n"
	"  plictl user add alice@example.org --cert alice.asc\n"
	"  plictl status\n"
	"  plictl alias add info@example.org alice@example.org\n"
	"  plictl check conf && plictl reload\n",
	"\n"
	"  -j, --json       sortie pour les programmes\n"
	"  -s, --socket S   au lieu de PREFIX/run/plid/control.sock\n"
	"  -p, --prefix D   la boîte dont les fichiers sont sous D "
	"(plid -p D)\n"
	"  -V, --version    affiche la version\n"
	"  -h, --help       ceci, ou l'aide d'une commande, avec exemples\n"
	"\n"
	"code de sortie : 0 oui, 1 non, 75 pas maintenant : réessayez\n"
	"\n"
	"exemples :\n"
	"  plictl user add alice@example.org --cert alice.asc\n"
	"  plictl status\n"
	"  plictl alias add info@example.org alice@example.org\n"
	"  plictl check conf && plictl reload\n" } },
};

const size_t texts_count = sizeof(texts) / sizeof(texts[0]);
