/* texts_more.c - what pli says of devices, of loss, of the mirror. */

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

/* a box or a computer is gone */
{ "stolen-what", {
	"$1: say box or computer.",
	"$1 : dites box (une boîte) ou computer (un ordinateur)." } },
{ "stolen-next", {
	"Return when it is done, Ctrl-D to stop:",
	"Entrée quand c'est fait, Ctrl-D pour arrêter :" } },
{ "stolen-end", {
	"That was all.",
	"C'est tout." } },
{ "stolen-box", {
	"A BOX IS GONE\n",
	"UNE BOÎTE A DISPARU\n" } },
{ "stolen-computer", {
	"A COMPUTER IS GONE\n",
	"UN ORDINATEUR A DISPARU\n" } },
{ "stolen-box-has", {
	"The thief has: your mail as ciphertext; in clear its outer fields "
	"(From, To,\nCc, Date, Message-ID, In-Reply-To, References, and "
	"the Subject of what came\nencrypted), sizes, times and flags; names "
	"of mailboxes and users; verifiers of\npasswords; the box's keys for "
	"TLS, for DKIM and for its seal.",
	"Le voleur a : votre courrier chiffré ; en clair ses champs "
	"extérieurs (From,\nTo, Cc, Date, Message-ID, In-Reply-To, "
	"References, et le Subject de ce qui est\narrivé chiffré), tailles, "
	"heures et marques ; les noms des dossiers et des\nutilisateurs ; de "
	"quoi vérifier les mots de passe ; les clés de la boîte pour TLS,\n"
	"DKIM et son sceau." } },
{ "stolen-box-has-not", {
	"He has not: your key, so nothing stored in clear; nor passwords: "
	"those that\nwere made for you are long and random, one that you chose "
	"he can guess at.  Letters that waited to go out are "
	"lost to everybody once the\npower was gone.  If he took the box "
	"over while it ran, he also read what came\nin clear from then "
	"on.  An account that was made with --unsealed he reads.",
	"Il n'a pas : votre clé, donc rien de ce qui est stocké en clair ; "
	"ni les mots\nde passe : ceux qui ont été faits pour vous sont "
	"longs et aléatoires, un mot de\npasse choisi, il peut le deviner.  "
	"Les lettres qui "
	"attendaient de partir sont\nperdues pour tous dès la coupure du "
	"courant.  S'il a pris la main sur la boîte\nen marche, il a aussi "
	"lu ce qui arrivait en clair depuis.  Un compte créé "
	"avec\n--unsealed, il le lit." } },
{ "stolen-box-can", {
	"He can, until the steps below are done: plug it in and receive "
	"mail that is\nsent to you, and read what comes in clear; pose as "
	"the box before your\ncomputers; sign mail of your domain (DKIM); "
	"and, with the seal's key, make\nletters that pli takes for sealed "
	"on arrival.",
	"Il peut, tant que ce qui suit n'est pas fait : la brancher, "
	"recevoir le\ncourrier qu'on vous envoie et lire ce qui arrive en "
	"clair ; se faire passer\npour la boîte auprès de vos ordinateurs "
	"; signer du courrier de votre domaine\n(DKIM) ; et, avec la clé "
	"du sceau, fabriquer des lettres que pli croit\nscellées à leur "
	"arrivée." } },
{ "stolen-box-stop", {
	"Stop pli on each of your computers: it would log in at the stolen "
	"box.",
	"Arrêtez pli sur chacun de vos ordinateurs : il se connecterait à "
	"la boîte\nvolée." } },
{ "stolen-box-dns", {
	"Where DNS of $2 is kept: lead MX, and A and AAAA of its host, to "
	"the new box\nor to nothing.  Until resolvers have forgotten the "
	"old ones (their TTL) mail\ncan still reach the thief.  This shows "
	"what the world sees:",
	"Là où est le DNS de $2 : dirigez MX, et A et AAAA de son hôte, "
	"vers la\nnouvelle boîte ou vers rien.  Tant que les résolveurs "
	"n'ont pas oublié les\nanciens (leur TTL), du courrier peut encore "
	"arriver au voleur.  Ceci montre ce\nque voit le monde :" } },
{ "stolen-box-dkim", {
	"Remove the DKIM records of the old box and publish those of the "
	"new one, under\nother selectors.  On the new box:",
	"Retirez les enregistrements DKIM de l'ancienne boîte et publiez "
	"ceux de la\nnouvelle, sous d'autres sélecteurs.  Sur la nouvelle "
	"boîte :" } },
{ "stolen-box-tls", {
	"If you have published TLSA records, or have certificates of a "
	"public authority\nfor its names: remove those, have these revoked "
	"where they were ordered.  If\nthe zone was signed on that box: "
	"remove its DS at the registrar, too.  (The\nname is an example.)",
	"Si vous avez publié des enregistrements TLSA, ou avez des "
	"certificats d'une\nautorité publique pour ses noms : retirez les "
	"uns, faites révoquer les autres\nlà où ils ont été commandés.  Si "
	"la zone était signée sur cette boîte :\nretirez aussi son DS chez "
	"le registraire.  (Le nom est un exemple.)" } },
{ "stolen-box-new", {
	"Set up a new box, with keys of its own: copy none from a backup "
	"of the old\none.  There:",
	"Installez une nouvelle boîte, avec ses propres clés : n'en copiez "
	"aucune d'une\nsauvegarde de l'ancienne.  Là :" } },
{ "stolen-box-pair", {
	"On the computer that has the most mail: pair with it.  The keys "
	"of the old box\nare forgotten, its seal included: nothing that it "
	"says counts any more.  The\nmail that is here goes to the new "
	"box, encrypted to you.  Then: pli run",
	"Sur l'ordinateur qui a le plus de courrier : appairez-le.  Les "
	"clés de\nl'ancienne boîte sont oubliées, son sceau compris : ce "
	"qu'elle dit ne compte\nplus.  Le courrier qui est ici va à la "
	"nouvelle boîte, chiffré pour vous.\n Puis : pli run" } },
{ "stolen-box-others", {
	"On your other computers, after that one has finished: pair, and "
	"take all anew\nfrom the new box, or letters would be there twice.",
	"Sur vos autres ordinateurs, quand celui-là a fini : appairez, et "
	"reprenez tout\nde la nouvelle boîte, sinon des lettres seraient "
	"là en double." } },
{ "stolen-box-devices", {
	"Look at who may log in at the new box.  Programs that spoke to "
	"the old one\ndirectly need new passwords: plictl user password.",
	"Regardez qui peut se connecter à la nouvelle boîte.  Les "
	"logiciels qui\nparlaient directement à l'ancienne ont besoin de "
	"nouveaux mots de passe :\nplictl user password." } },
{ "stolen-computer-has", {
	"The thief has your key and your mail, both encrypted: the key "
	"under your\npassphrase (each guess takes 256 MB of memory), the "
	"mail under a key\nthat lies with it.",
	"Le voleur a votre clé et votre courrier, chiffrés tous deux : la "
	"clé sous\nvotre phrase de passe (chaque essai coûte 256 Mo de "
	"mémoire), le\ncourrier sous une clé rangée avec elle." } },
{ "stolen-computer-open", {
	"If pli was unlocked when it was taken, or the computer slept with "
	"it unlocked,\nsuppose that he has all: the mail, the key, the "
	"login.  What a browser (downloads,\ncaches) and mail programs kept "
	"there, swap and a hibernation image are not under\npli's key: only "
	"an encrypted disk protects these.",
	"Si pli était déverrouillé quand il a été pris, ou si l'ordinateur "
	"dormait ainsi,\nsupposez qu'il a tout : le courrier, la clé, "
	"l'accès.  Ce qu'un navigateur\n(téléchargements, caches) et des "
	"logiciels de courrier y gardaient, le swap et une\nimage "
	"d'hibernation ne sont pas sous la clé de pli : seul un disque "
	"chiffré les protège." } },
{ "stolen-computer-list", {
	"On another computer of yours: which devices are there?",
	"Sur un autre de vos ordinateurs : quels appareils y a-t-il ?" } },
{ "stolen-computer-remove", {
	"Remove the one that is gone: from then on it fetches and sends "
	"nothing.",
	"Retirez celui qui a disparu : dès lors il ne relève ni n'envoie "
	"plus rien." } },
{ "stolen-computer-box", {
	"If you have no other one, whoever runs the box does that:",
	"Si vous n'en avez pas d'autre, qui tient la boîte le fait :" } },
{ "stolen-computer-weak", {
	"How long the key holds depends on the passphrase alone: it cannot "
	"be changed\nany more where the thief has it.",
	"Combien de temps la clé tient ne dépend que de la phrase de passe "
	": là où le\nvoleur l'a, elle ne peut plus être changée." } },
{ "stolen-passphrase", {
	"The passphrase of that computer, to be judged and not kept:",
	"La phrase de passe de cet ordinateur, pour la juger sans la "
	"garder :" } },
{ "stolen-computer-revoke", {
	"Was it unlocked, is the passphrase weak, or did the recovery "
	"sheet lie with\nit: revoke the key, and give the file to whoever "
	"has your public key.",
	"Était-il déverrouillé, la phrase est-elle faible, ou la feuille "
	"de secours\nétait-elle avec : révoquez la clé, et donnez le "
	"fichier à qui a votre clé\npublique." } },
{ "stolen-computer-key", {
	"Then make a new key (pli --home NEW-FOLDER init $1), hand its "
	"public half to\nwhoever runs the box, and tell your "
	"correspondents.  On the box:",
	"Ensuite créez une nouvelle clé (pli --home NOUVEAU-DOSSIER init "
	"$1), donnez sa\nmoitié publique à qui tient la boîte, et prévenez "
	"vos correspondants.  Sur la\nboîte :" } },
{ "stolen-computer-past", {
	"Revoking protects letters to come.  What was encrypted to the old "
	"key, and\nwhat the thief has copied, he can read once he has the "
	"key: nothing changes\nthat.",
	"Révoquer protège les lettres à venir.  Ce qui était chiffré pour "
	"l'ancienne\nclé, et ce que le voleur a copié, il peut le lire "
	"s'il obtient la clé : rien\nn'y change." } },
/* import, export */
{ "account-url", {
	"$1: not an account.  It looks like imaps://alice@mail.example.net; "
	"only imaps is spoken, where all is encrypted.",
	"$1 : ce n'est pas un compte.  Il ressemble à "
	"imaps://alice@mail.example.net ; seul imaps est parlé, où tout est "
	"chiffré." } },
{ "account-mailbox", {
	"--mailbox is for an mbox or a Maildir: an account brings its folders. "
	" Nothing was done.",
	"--mailbox est pour un mbox ou un Maildir : un compte apporte ses "
	"dossiers.  Rien n'a été fait." } },
{ "account-unknown-host", {
	"no server is known by the name $1; nothing was done.",
	"aucun serveur n'est connu sous le nom $1 ; rien n'a été fait." } },
{ "account-unreachable", {
	"$1 cannot be reached; nothing was done.  Try again later.",
	"$1 est injoignable ; rien n'a été fait.  Réessayez plus tard." } },
{ "account-no-tls", {
	"$1 speaks no TLS at this port; nothing was said to it.",
	"$1 ne parle pas TLS sur ce port ; rien ne lui a été dit." } },
{ "account-unverified", {
	"nobody vouches for the certificate of $1: it may be somebody else.  "
	"The password was not sent.\nIf it is your own server: --ca FILE",
	"personne ne répond du certificat de $1 : ce peut être quelqu'un "
	"d'autre.  Le mot de passe n'a pas été envoyé.\nSi c'est votre "
	"serveur : --ca FICHIER" } },
{ "account-no-authority", {
	"there is no certificate (PEM) in the file of --ca; nothing was done.",
	"il n'y a pas de certificat (PEM) dans le fichier de --ca ; rien n'a "
	"été fait." } },
{ "account-login", {
	"$1 does not take this name and password: $2\nMany want an app "
	"password, made in their security settings.",
	"$1 refuse ce nom et ce mot de passe : $2\nBeaucoup veulent un mot de "
	"passe d'application, créé dans leurs réglages de sécurité." } },
{ "account-cut", {
	"the connection to $1 broke, or what it says makes no sense.  What is "
	"done stays; the same command goes on from there.",
	"la connexion à $1 s'est rompue, ou il répond n'importe quoi.  Ce qui "
	"est fait reste ; la même commande continue de là." } },
{ "ask-account-password", {
	"Password of that account:", "Mot de passe de ce compte :" } },
{ "no-terminal-account", {
	"nobody is at a terminal to be asked.  Add --password-file FILE.",
	"pas de terminal pour poser la question.  Ajoutez --password-file "
	"FICHIER." } },
{ "export-which", {
	"--mbox and --maildir exclude each other; nothing was done.",
	"--mbox et --maildir s'excluent ; rien n'a été fait." } },

/* the mirror */
{ "mirror-progress", {
	"$1 of $2 letters",
	"$1 lettres sur $2" } },
{ "mirror-coming", {
	"Your mail comes here from the box.  Ctrl-C ends only this display.",
	"Votre courrier arrive de la boîte.  Ctrl-C n'arrête que cet "
	"affichage." } },
{ "mirror-whole", {
	"All of it is here.",
	"Tout est là." } },
{ "mirror-goes-on", {
	"It goes on; pli status says how far it is.",
	"Cela continue ; pli status dit où cela en est." } },
{ "mirror-full", {
	"the disk of $1 is full: nothing new is stored, and nothing that "
	"was stored is\nlost.  Make room on it; then all goes on by itself.",
	"le disque de $1 est plein : rien de nouveau n'est gardé, et rien "
	"de ce qui\nétait gardé n'est perdu.  Faites-y de la place ; tout "
	"reprendra seul." } },
{ "mirror-damaged", {
	"the mirror of $1 is damaged, or its key is another one: $2/log "
	"says where.\nAll that had reached the box comes back with: pli "
	"resync --force",
	"le miroir de $1 est abîmé, ou sa clé est une autre : $2/log dit "
	"où.  Tout ce\nqui avait atteint la boîte revient avec : pli "
	"resync --force" } },
{ "resync-unknown", {
	"the mirror of $1 cannot be read now, so nobody can tell what in "
	"it has not\nreached the box; nothing was done.  If it is only "
	"locked or stopped: pli run,\nthen again.  If it is damaged: pli "
	"resync --force.  Then letters that were not\nsent, drafts and "
	"changes that had not reached the box, and the keys of\ncontacts "
	"are lost.",
	"le miroir de $1 ne peut pas être lu, donc personne ne sait ce qui "
	"n'y a pas\nencore atteint la boîte ; rien n'a été fait.  S'il est "
	"seulement verrouillé ou\narrêté : pli run, puis recommencez.  "
	"S'il est abîmé : pli resync --force.\nAlors les lettres non "
	"envoyées, les brouillons et changements qui n'avaient\npas "
	"atteint la boîte, et les clés des contacts sont perdus." } },
{ "resync-waits", {
	"$1 letters or changes have not reached the box yet; nothing was "
	"done.  Let\nthis computer be online until pli status shows none "
	"waiting.  With --force\nthey are lost: letters that were not "
	"sent, drafts, what was moved, marked or\ndeleted here.",
	"$1 lettres ou changements n'ont pas encore atteint la boîte ; "
	"rien n'a été\nfait.  Laissez cet ordinateur en ligne jusqu'à ce "
	"que pli status n'en montre\nplus.  Avec --force ils sont perdus : "
	"lettres non envoyées, brouillons, ce qui\na été déplacé, marqué "
	"ou supprimé ici." } },
{ "resync-ask", {
	"All mail is fetched again from the box; mail programs need new "
	"passwords.\nType yes to begin:",
	"Tout le courrier sera repris de la boîte ; les logiciels de "
	"courrier auront\nbesoin de nouveaux mots de passe.  Tapez oui "
	"pour commencer :" } },
{ "resync-ask-lost", {
	"$1 letters or changes that have not reached the box will be "
	"lost.  Type yes to\nbegin:",
	"$1 lettres ou changements qui n'ont pas atteint la boîte seront "
	"perdus.  Tapez\noui pour commencer :" } },
{ "resync-ask-unknown", {
	"What has not reached the box, and the keys of contacts, will be "
	"lost.  Type\nyes to begin:",
	"Ce qui n'a pas atteint la boîte, et les clés des contacts, seront "
	"perdus.\nTapez oui pour commencer :" } },
{ "resync-no", {
	"nothing was done.  On no terminal: --yes",
	"rien n'a été fait.  Sans terminal : --yes" } },
{ "resync-begun", {
	"The mirror is made anew; the old one is in $1/mirror.old-… until "
	"that is done.",
	"Le miroir est refait ; l'ancien est dans $1/mirror.old-… jusqu'à "
	"la fin." } },
{ "status-coming", {
	"of              $1 that the box has: the rest is on its way",
	"sur             $1 que la boîte a : le reste arrive" } },
/* list, read, search, send */
{ "mail-gone", {
	"what runs here does not answer at 127.0.0.1:$1.  Try again; pli "
	"status says more.",
	"ce qui tourne ici ne répond pas sur 127.0.0.1:$1.  Réessayez ; pli "
	"status en dit plus." } },
{ "mail-refused", {
	"that was refused: $1.  Nothing was done.",
	"c'est refusé : $1.  Rien n'a été fait." } },
{ "mail-no-such", {
	"there is no message of this id.  pli list and pli search show them.",
	"il n'y a pas de message avec cet identifiant.  pli list et pli search "
	"les montrent." } },
{ "mail-no-folder", {
	"there is no folder $1.", "il n'y a pas de dossier $1." } },
{ "mail-none", { "No messages.", "Aucun message." } },
{ "mail-count", {
	"$1: not a number from 1 to 500.",
	"$1 : ce n'est pas un nombre de 1 à 500." } },
{ "mail-utf8", {
	"these words are no UTF-8; nothing was looked for.",
	"ces mots ne sont pas en UTF-8 ; rien n'a été cherché." } },
{ "read-from", { "from", "de" } },
{ "read-to", { "to", "à" } },
{ "read-cc", { "copy", "copie" } },
{ "read-date", { "date", "date" } },
{ "read-subject", { "subject", "objet" } },
{ "read-protection", { "protection", "protection" } },
{ "read-attachment", { "attached", "joint" } },
{ "read-saved", { "$1", "$1" } },
{ "how-e2e", { "encrypted by its sender", "chiffré par son expéditeur" } },
{ "how-sealed", {
	"sealed on arrival, came in clear",
	"scellé à l’arrivée, venu en clair" } },
{ "how-clear", {
	"came in clear and is not sealed", "venu en clair et non scellé" } },
{ "how-own", {
	"put here by one of your devices",
	"mis ici par un de vos appareils" } },
{ "how-locked", {
	"could not be opened here", "n’a pas pu être ouvert ici" } },
{ "sig-good", { "signature good", "signature valable" } },
{ "sig-good-since", {
	"signature good, key first seen on $1",
	"signature valable, clé vue pour la première fois le $1" } },
{ "sig-bad", {
	"signature wrong: changed on the way, or not from its sender",
	"signature fausse : modifié en route, ou d’un autre expéditeur" } },
{ "sig-unknown", {
	"signed by a key that is not known here",
	"signé par une clé inconnue ici" } },
{ "sig-other", {
	"its signature does not count (expired key, or too weak)",
	"sa signature ne compte pas (clé expirée, ou trop faible)" } },
{ "sig-none", { "not signed", "non signé" } },
{ "send-type", {
	"Type the text; Ctrl-D on a line of its own ends it.",
	"Tapez le texte ; Ctrl-D seul sur une ligne le termine." } },
{ "send-utf8", {
	"the text is no UTF-8; nothing was sent.",
	"le texte n'est pas en UTF-8 ; rien n'est parti." } },
{ "send-nobody", {
	"say to whom it goes: --to ADDRESS.  Nothing was sent.",
	"dites à qui elle va : --to ADRESSE.  Rien n'est parti." } },
{ "send-e2e", {
	"Encrypted: only you and $1 can read it.",
	"Chiffré : seuls vous et $1 pourront la lire." } },
{ "send-clear", {
	"In clear: no key is known for $1.  Servers on the way can read what "
	"goes to $2.",
	"En clair : aucune clé connue pour $1.  Les serveurs en route pourront "
	"lire ce qui va à $2." } },
{ "send-clear-ask", {
	"Send it in clear?  Type yes:", "L'envoyer en clair ?  Tapez oui :" }
	},
{ "send-kept", {
	"nothing was sent.  A key makes it secret: pli contact add ADDRESS "
	"FILE",
	"rien n'est parti.  Une clé la rend secrète : pli contact add ADRESSE "
	"FICHIER" } },
{ "send-no-terminal", {
	"nobody is at a terminal to be asked; nothing was sent.  If it may go "
	"in clear: --clear",
	"pas de terminal pour poser la question ; rien n'est parti.  Si elle "
	"peut partir en clair : --clear" } },
{ "send-refused", {
	"the letter was refused ($1); nothing was sent.",
	"la lettre a été refusée ($1) ; rien n'est parti." } },
{ "send-large", {
	"$1 is larger than 64 MB; nothing was sent.",
	"$1 dépasse 64 Mo ; rien n'est parti." } },
{ "send-done", {
	"It is on its way.", "Elle est en route." } },
};

const size_t texts_more_count = sizeof(texts_more) / sizeof(texts_more[0]);
