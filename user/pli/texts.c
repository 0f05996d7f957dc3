/* texts.c - what pli says.  $1 is what it is about. */

#include "texts.h"

const struct text texts[] = {
/* words and options */
{ "bad-address", {
	"$1: not an address; nothing was done.  It looks like "
	"alice@example.org.",
	"$1 : ce n'est pas une adresse ; rien n'a été fait.  Elle ressemble à "
	"alice@example.org." } },
{ "bad-expiry", {
	"$1: not a time to come.  Examples: 2y, 18m, 90d, 2030-01-31, never.",
	"$1 : ce n'est pas un moment à venir.  Exemples : 2y (ans), 18m, 90d "
	"(jours), 2030-01-31, never (jamais)." } },
{ "bad-reason", {
	"$1: not a reason.  One of: none, superseded, compromised, retired.",
	"$1 : ce n'est pas une raison.  Au choix : none, superseded "
	"(remplacée), compromised (compromise), retired (abandonnée)." } },

/* accounts and files */
{ "no-home", {
	"neither HOME nor XDG_DATA_HOME says where your files are; add --home "
	"FOLDER.",
	"ni HOME ni XDG_DATA_HOME ne disent où sont vos fichiers ; ajoutez "
	"--home DOSSIER." } },
{ "no-account", {
	"there are no keys in $1 yet.  Make them: pli init ADDRESS",
	"il n'y a pas encore de clés dans $1.  Pour les créer : pli init "
	"ADRESSE" } },
{ "which-account", {
	"$1 holds the keys of several addresses: say which one with --account "
	"ADDRESS.",
	"$1 contient les clés de plusieurs adresses : dites laquelle avec "
	"--account ADRESSE." } },
{ "no-such-account", {
	"there are no keys for $1 here.  Make them: pli init $1",
	"il n'y a pas de clés pour $1 ici.  Pour les créer : pli init $1" } },
{ "account-exists", {
	"there are keys for $1 here already; nothing was done.\n"
	"They are shown by: pli key show --account $1",
	"il y a déjà des clés pour $1 ici ; rien n'a été fait.\n"
	"Pour les voir : pli key show --account $1" } },
{ "path-long", {
	"$1: this path is too long.", "$1 : ce chemin est trop long." } },
{ "folder-not-made", {
	"the folder $1 cannot be made: $2.",
	"le dossier $1 ne peut pas être créé : $2." } },
{ "file-large", {
	"$1 is larger than 1 MB: that is no key of one person.",
	"$1 dépasse 1 Mo : ce n'est pas la clé d'une personne." } },
{ "file-unwritten", {
	"$1 cannot be written: $2.  What was there is as it was.",
	"$1 ne peut pas être écrit : $2.  Ce qui y était n'a pas changé." } },
{ "file-exists", {
	"$1 is there already and was not touched.  Choose another name, or "
	"remove it first.",
	"$1 existe déjà et n'a pas été touché.  Choisissez un autre nom, ou "
	"supprimez-le d'abord." } },
{ "no-agent", {
	"the program that keeps the keys does not start: $1.\n"
	"Is pli installed whole?  It needs seccomp and Landlock of the kernel.",
	"le programme qui garde les clés ne démarre pas : $1.\n"
	"pli est-il installé en entier ?  Il lui faut seccomp et Landlock du "
	"noyau." } },
{ "agent-gone", {
	"the program that keeps the keys has ended; nothing was written.  Try "
	"again.",
	"le programme qui garde les clés s'est arrêté ; rien n'a été écrit.  "
	"Réessayez." } },

/* what runs */
{ "no-start", {
	"$1 does not start: $2",
	"$1 ne démarre pas : $2" } },
{ "not-running", {
	"$1: nothing runs here.  It is started by: pli run",
	"$1 : rien ne tourne ici.  Pour démarrer : pli run" } },
{ "not-stopped", {
	"$1: it does not end within ten seconds.",
	"$1 : l'arrêt prend plus de dix secondes." } },
{ "not-paired", {
	"$1: this computer is no device of its mailbox yet.\nA code from the "
	"box makes it one: pli pair CODE",
	"$1 : cet ordinateur n'est pas encore un appareil de sa boîte.\nUn "
	"code de la boîte y remédie : pli pair CODE" } },
{ "is-locked", {
	"$1 is locked.  It is unlocked by: pli run",
	"$1 est verrouillé.  Pour déverrouiller : pli run" } },
{ "contact-added", {
	"Letters to $1 are encrypted from now on, to the key\n$2.\nIs that "
	"theirs?  Compare it with them, over another way than mail.",
	"Les lettres à $1 sont désormais chiffrées, pour la clé\n$2.\nEst-ce "
	"la sienne ?  Comparez-la de vive voix, pas par courrier." } },
{ "contact-none", {
	"No contact has a key here yet: pli contact add ADDRESS FILE",
	"Aucun contact n'a encore de clé ici : pli contact add ADRESSE "
	"FICHIER" } },
{ "home-no-contact", {
	"$2: no contact here; nothing was done.",
	"$2 : pas un contact d'ici ; rien n'a été fait." } },
{ "home-bad-address", {
	"$2: not an address; nothing was done.",
	"$2 : ce n'est pas une adresse ; rien n'a été fait." } },
{ "home-empty", {
	"there is no OpenPGP key in this file.",
	"il n'y a pas de clé OpenPGP dans ce fichier." } },
{ "home-secret", {
	"this file holds a secret key: it is nobody's business but its "
	"owner's.  Ask for the public one.",
	"ce fichier contient une clé secrète : elle ne regarde que son "
	"propriétaire.  Demandez la clé publique." } },
{ "home-several", {
	"this file holds several keys: keep one of them.",
	"ce fichier contient plusieurs clés : gardez-en une." } },
{ "home-version", {
	"this key is of a kind that pli cannot use yet (not v4).",
	"cette clé est d'un genre que pli ne sait pas encore utiliser (pas "
	"v4)." } },
{ "home-broken", {
	"this key is damaged, or nothing certifies it.",
	"cette clé est abîmée, ou rien ne la certifie." } },
{ "home-revoked", {
	"this key is revoked by its owner.",
	"cette clé est révoquée par son propriétaire." } },
{ "home-expired", {
	"this key has expired: ask for the one of today.",
	"cette clé a expiré : demandez celle d'aujourd'hui." } },
{ "home-no-encryption", {
	"this key cannot be encrypted to.",
	"on ne peut pas chiffrer pour cette clé." } },
{ "home-weak", {
	"this key is too short to protect anything.",
	"cette clé est trop courte pour protéger quoi que ce soit." } },
{ "home-big", {
	"this file is too large for one key.",
	"ce fichier est trop grand pour une clé." } },
{ "bad-idle", {
	"$1: not a time.  Examples: 30m, 4h, never.",
	"$1 : ce n'est pas une durée.  Exemples : 30m, 4h, never (jamais)." } },
{ "run-link", {
	"Your mail, once, within ten minutes:\n$1",
	"Votre courrier, une fois, dans les dix minutes :\n$1" } },
{ "run-opened", {
	"Your mail opens in the browser.  If it does not:\n$1",
	"Votre courrier s'ouvre dans le navigateur.  Sinon :\n$1" } },
{ "home-store-away", {
	"the mirror does not open.  pli status and the log say more.",
	"le miroir ne s'ouvre pas.  pli status et le journal en disent "
	"plus." } },
{ "home-cut-off", {
	"what runs here has ended while it was asked.  Try again.",
	"ce qui tourne ici s'est arrêté pendant la question.  Réessayez." } },
{ "home-refused", { "refused: $1 $2", "refusé : $1 $2" } },
{ "status-open", {
	"$1: unlocked.  $2 messages are here.",
	"$1 : déverrouillé.  $2 messages sont ici." } },
{ "status-locked", {
	"$1: locked.  pli run asks for the passphrase.",
	"$1 : verrouillé.  pli run demande la phrase de passe." } },
{ "status-starting", {
	"$1: starting.", "$1 : en cours de démarrage." } },
{ "status-roles", {
	"processes       $1", "processus       $1" } },
{ "status-web", {
	"webmail         127.0.0.1:$1 (pli run opens it)",
	"courrier        127.0.0.1:$1 (pli run l'ouvre)" } },
{ "status-imap", {
	"bridge, IMAP    127.0.0.1:$1", "pont, IMAP      127.0.0.1:$1" } },
{ "status-restarts", {
	"$1 times a process was started again: $2/log says why.",
	"$1 fois un processus a redémarré : $2/log dit pourquoi." } },

/* pairing */
{ "bad-code", {
	"this is no code of a box, or a letter of it is wrong.  It begins with "
	"pli1:",
	"ce n'est pas le code d'une boîte, ou une lettre est fausse.  Il "
	"commence par pli1:" } },
{ "code-other", {
	"this code is for $1, not for $2; nothing was done.",
	"ce code est pour $1, pas pour $2 ; rien n'a été fait." } },
{ "bad-device", {
	"$1: a device's name has 1 to 32 letters, digits, - _ or .",
	"$1 : un nom d'appareil a de 1 à 32 lettres, chiffres, - _ ou ." } },
{ "paired", {
	"This computer is a device of $1 now.\nNext: pli run",
	"Cet ordinateur est maintenant un appareil de $1.\nEnsuite : pli "
	"run" } },
{ "pair-unreachable", {
	"$1 cannot be reached; nothing was done.  A code stays good.",
	"$1 est injoignable ; rien n'a été fait.  Un code reste bon." } },
{ "pair-other-key", {
	"who answers as $1 has not the key that the code names: somebody is in "
	"between, or\nthe box has a new key.  Nothing was said to it.  Ask for "
	"a new code.",
	"qui répond pour $1 n'a pas la clé que nomme le code : quelqu'un est "
	"entre deux, ou\nla boîte a une nouvelle clé.  Rien ne lui a été dit.  "
	"Demandez un nouveau code." } },
{ "pair-wrong-code", {
	"this code is used, or older than ten minutes.  A new one: plictl user "
	"pair ADDRESS on\nthe box, or pli device add on a computer that is "
	"paired.",
	"ce code a servi, ou il a plus de dix minutes.  Un nouveau : plictl "
	"user pair ADRESSE sur\nla boîte, ou pli device add sur un ordinateur "
	"déjà appairé." } },
{ "pair-device-exists", {
	"the box has a device of this name already.  Choose another: --device "
	"NAME",
	"la boîte a déjà un appareil de ce nom.  Choisissez-en un autre : "
	"--device NOM" } },
{ "pair-devices-full", {
	"the mailbox has as many devices as it may have: remove one first.",
	"la boîte a autant d'appareils que permis : retirez-en un d'abord." } },
{ "pair-cert-other", {
	"the mailbox has another key than the one here: mail is sealed to "
	"that.  Bring that\nkey here (pli recover, or pli init --import), or "
	"have the operator replace it\n(plictl user cert).",
	"la boîte a une autre clé que celle d'ici : le courrier est chiffré "
	"pour elle.\nApportez-la ici (pli recover, ou pli init --import), ou "
	"faites-la remplacer\n(plictl user cert)." } },
{ "pair-later", {
	"$1 cannot answer now.  Try again in half a minute.",
	"$1 ne peut pas répondre maintenant.  Réessayez dans une demi-minute." }
	},
{ "pair-no-pairing", {
	"$1 pairs no devices: is it a box of pli, and its https on?",
	"$1 n'appaire pas d'appareils : est-ce une boîte pli, et son https "
	"est-il actif ?" } },
{ "pair-bad-answer", {
	"$1 answers what makes no sense; nothing was kept.",
	"$1 répond n'importe quoi ; rien n'a été gardé." } },
{ "pair-died", {
	"the process that asks the box did not survive it; nothing was kept.",
	"le processus qui interroge la boîte n'y a pas survécu ; rien n'a été "
	"gardé." } },
{ "pair-refused", {
	"$1 refuses this computer or its key; nothing was kept.",
	"$1 refuse cet ordinateur ou sa clé ; rien n'a été gardé." } },

/* passphrases */
{ "ask-passphrase", { "Passphrase:", "Phrase de passe :" } },
{ "ask-new", {
	"New passphrase (several words that are not a sentence known to "
	"others):",
	"Nouvelle phrase de passe (plusieurs mots, pas une phrase connue) :" }
	},
{ "ask-again", { "Once more:", "Encore une fois :" } },
{ "ask-key-passphrase", {
	"Passphrase of the key in the file (empty: it has none):",
	"Phrase de passe de la clé du fichier (vide : aucune) :" } },
{ "ask-protect", {
	"Passphrase for the exported key:",
	"Phrase de passe pour la clé exportée :" } },
{ "ask-words", {
	"The twelve words of the sheet:",
	"Les douze mots de la feuille :" } },
{ "ask-copy", {
	"What the QR code says (PLI1:…), or the letters under it, on one line:",
	"Ce que dit le code QR (PLI1:…), ou les lettres en dessous, sur une "
	"ligne :" } },
{ "not-the-same", {
	"that was not the same; again.",
	"ce n'était pas la même ; recommençons." } },
{ "no-passphrase", {
	"no passphrase was chosen; nothing was done.",
	"aucune phrase de passe n'a été choisie ; rien n'a été fait." } },
{ "passphrase-empty", {
	"$1 holds no passphrase: its first line should.",
	"$1 ne contient pas de phrase de passe : elle doit être sur la "
	"première ligne." } },
{ "passphrase-long", {
	"$1: longer than 1024 octets.",
	"$1 : plus de 1024 octets." } },
{ "no-terminal", {
	"nobody is at a terminal to be asked.  Add --passphrase-file FILE.",
	"pas de terminal pour poser la question.  Ajoutez --passphrase-file "
	"FICHIER." } },
{ "strength-0", {
	"this passphrase is guessed at once ($1 bits).",
	"cette phrase de passe se devine tout de suite ($1 bits)." } },
{ "strength-1", {
	"this passphrase is guessed within minutes ($1 bits).",
	"cette phrase de passe se devine en quelques minutes ($1 bits)." } },
{ "strength-2", {
	"this passphrase is weak ($1 bits): add a word or two.",
	"cette phrase de passe est faible ($1 bits) : ajoutez un ou deux "
	"mots." } },
{ "strength-3", {
	"This passphrase is good ($1 bits).",
	"Cette phrase de passe est bonne ($1 bits)." } },
{ "strength-4", {
	"This passphrase is strong ($1 bits).",
	"Cette phrase de passe est forte ($1 bits)." } },
{ "weak-anyway", {
	"Whoever copies your disk could guess it and read all your mail.  Type "
	"yes to take it all the same:",
	"Qui copie votre disque pourrait la deviner et lire tout votre "
	"courrier.  Tapez oui pour la prendre quand même :" } },
{ "weak-refused", {
	"nothing was done.  Choose another one, or add --weak if you mean it.",
	"rien n'a été fait.  Choisissez-en une autre, ou ajoutez --weak si "
	"c'est voulu." } },

/* what was done */
{ "init-done", {
	"The key of $1 is made.\nPrint the recovery sheet $2 now, then delete "
	"the file:\nwithout it a lost computer means lost mail.",
	"La clé de $1 est créée.\nImprimez maintenant la feuille de secours "
	"$2,\npuis supprimez le fichier : sans elle, un ordinateur perdu, "
	"c'est du\ncourrier perdu." } },
{ "init-imported", {
	"The key of $1 is taken over.\nPrint the recovery sheet $2 now, then "
	"delete the file:\nwithout it a lost computer means lost mail.",
	"La clé de $1 est reprise.\nImprimez maintenant la feuille de secours "
	"$2,\npuis supprimez le fichier : sans elle, un ordinateur perdu, "
	"c'est du\ncourrier perdu." } },
{ "no-sheet", {
	"the recovery sheet could not be made; the keys are there.\n"
	"Try again with: pli key sheet FILE",
	"la feuille de secours n'a pas pu être faite ; les clés sont là.\n"
	"Réessayez : pli key sheet FICHIER" } },
{ "recover-done", {
	"The key of $1 is back.", "La clé de $1 est de retour." } },
{ "recover-other", {
	"the sheet is of $1, not of $2; nothing was done.",
	"la feuille est celle de $1, pas de $2 ; rien n'a été fait." } },
{ "revoke-how", {
	"The certificate is in $1.  Keep it unused until the key must not be "
	"used any more:\nthen give it to whoever has the public key "
	"(gpg --import $1).",
	"Le certificat est dans $1.  Gardez-le sans l'utiliser jusqu'au jour "
	"où la clé\nne doit plus servir : donnez-le alors à qui a la clé "
	"publique\n(gpg --import $1)." } },
{ "show-address", { "address", "adresse" } },
{ "show-user-id", { "name", "nom" } },
{ "show-fingerprint", { "fingerprint", "empreinte" } },
{ "show-algorithm", { "encryption", "chiffrement" } },
{ "show-created", { "made on", "créée le" } },
{ "show-expires", { "expires on", "expire le" } },
{ "never", { "never", "jamais" } },

/* refusals of the agent */
{ "why-passphrase", {
	"this passphrase does not open $1; nothing was done.",
	"cette phrase de passe n'ouvre pas $1 ; rien n'a été fait." } },
{ "why-no-container", {
	"$1/keys is no file of pli's keys; nothing was done.",
	"$1/keys n'est pas un fichier de clés de pli ; rien n'a été fait." } },
{ "why-newer", {
	"$1/keys was written by a later version of pli.  Install that one.",
	"$1/keys a été écrit par une version plus récente de pli.  "
	"Installez-la." } },
{ "why-damaged", {
	"$1/keys is damaged: no passphrase can open it.\nTake it from a "
	"backup, or use the recovery sheet: pli recover",
	"$1/keys est abîmé : aucune phrase de passe ne peut l'ouvrir.\n"
	"Reprenez-le d'une sauvegarde, ou utilisez la feuille de secours : "
	"pli recover" } },
{ "why-memory", {
	"opening $1 takes 256 MB of memory, which this computer does not have "
	"free.  Close something, then try again.",
	"ouvrir $1 demande 256 Mo de mémoire, que cet ordinateur n'a pas de "
	"libre.  Fermez quelque chose, puis réessayez." } },
{ "why-empty", {
	"$1 holds no OpenPGP key; nothing was done.  Export it with: "
	"gpg --export-secret-keys --armor NAME",
	"$1 ne contient pas de clé OpenPGP ; rien n'a été fait.  Exportez-la : "
	"gpg --export-secret-keys --armor NOM" } },
{ "why-public", {
	"$1 holds only the public key; nothing was done.  pli needs the secret "
	"one: gpg --export-secret-keys --armor NAME",
	"$1 ne contient que la clé publique ; rien n'a été fait.  Il faut la "
	"clé secrète : gpg --export-secret-keys --armor NOM" } },
{ "why-several", {
	"$1 holds several keys; nothing was done.  Export one alone: "
	"gpg --export-secret-keys --armor FINGERPRINT",
	"$1 contient plusieurs clés ; rien n'a été fait.  Exportez-en une "
	"seule : gpg --export-secret-keys --armor EMPREINTE" } },
{ "why-version", {
	"$1 is a key of a version that pli cannot use (only version 4); "
	"nothing was done.",
	"$1 est une clé d'une version que pli ne sait pas utiliser (seulement "
	"la version 4) ; rien n'a été fait." } },
{ "why-broken", {
	"$1 is damaged; nothing was done.  Export the key again.",
	"$1 est abîmé ; rien n'a été fait.  Exportez de nouveau la clé." } },
{ "why-stub", {
	"a secret part of the key in $1 is elsewhere: on a card, or left out "
	"of the export.  pli needs it whole; nothing was done.",
	"une partie secrète de la clé de $1 est ailleurs : sur une carte, ou "
	"absente de l'export.  Il faut la clé entière ; rien n'a été fait." } },
{ "why-revoked", {
	"the key in $1 is revoked; nothing was done.",
	"la clé de $1 est révoquée ; rien n'a été fait." } },
{ "why-no-encryption", {
	"the key in $1 can sign but not encrypt; nothing was done.",
	"la clé de $1 signe mais ne chiffre pas ; rien n'a été fait." } },
{ "why-no-signing", {
	"the key in $1 can encrypt but not sign; nothing was done.",
	"la clé de $1 chiffre mais ne signe pas ; rien n'a été fait." } },
{ "why-weak", {
	"the key in $1 is weaker than RSA of 2048 bits; nothing was done.",
	"la clé de $1 est plus faible que RSA de 2048 bits ; rien n'a été "
	"fait." } },
{ "why-big", {
	"the key is too large for $1.  Export it without other people's "
	"signatures: gpg --export-options export-minimal",
	"la clé est trop grande pour $1.  Exportez-la sans les signatures des "
	"autres : gpg --export-options export-minimal" } },
{ "why-name", {
	"$1: not possible: the name or the time is not one that a key can "
	"have; nothing was done.",
	"$1 : impossible : le nom ou la date ne conviennent pas à une clé ; "
	"rien n'a été fait." } },
{ "why-no-recovery", {
	"$1 is not the copy of a recovery sheet: it begins with PLI1:",
	"$1 n'est pas la copie d'une feuille de secours : elle commence par "
	"PLI1:" } },
{ "why-part", {
	"a part of the copy is missing: give all of them, PLI1:1/… and so on.",
	"il manque une partie de la copie : donnez-les toutes, PLI1:1/… et la "
	"suite." } },
{ "why-words", {
	"these words are not of this copy: a sheet has words of its own; or "
	"the copy was misread.",
	"ces mots ne sont pas ceux de cette copie : chaque feuille a les "
	"siens ; ou la copie a été mal lue." } },
{ "why-words-count", {
	"there should be twelve words of five letters.",
	"il faut douze mots de cinq lettres." } },
{ "why-words-one", {
	"word $1 cannot be right: look at it again.",
	"le mot n° $1 ne peut pas être juste : regardez-le encore." } },
{ "why-died", {
	"reading $1 ended in an accident; nothing was done.",
	"la lecture de $1 a fini par un accident ; rien n'a été fait." } },
{ "why-other", {
	"refused: $1 $2; nothing was done.",
	"refusé : $1 $2 ; rien n'a été fait." } },

/* help */
{ "help-usage", {
	"usage: pli [--home FOLDER] [--account ADDRESS] NOUN [VERB] "
	"[ARGUMENT...]\n",
	"usage : pli [--home DOSSIER] [--account ADRESSE] NOM [VERBE] "
	"[ARGUMENT...]\n" } },
{ "help-tail", {
	"\npli NOUN VERB --help shows examples.\n"
	"  --home FOLDER           instead of ~/.local/share/pli\n"
	"  --account ADDRESS       where there are several\n"
	"  --passphrase-file FILE  its first line, instead of the terminal\n"
	"  -j, --json   -h, --help   -V, --version\n",
	"\npli NOM VERBE --help donne des exemples.\n"
	"  --home DOSSIER             au lieu de ~/.local/share/pli\n"
	"  --account ADRESSE          s'il y en a plusieurs\n"
	"  --passphrase-file FICHIER  sa première ligne, au lieu du terminal\n"
	"  -j, --json   -h, --help   -V, --version\n" } },
};

const size_t texts_count = sizeof(texts) / sizeof(texts[0]);
