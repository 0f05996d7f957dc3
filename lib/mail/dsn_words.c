/* dsn_words.c - the words of a report, for people. */

#include "mail/dsn_words.h"

const char *const dsn_said[DSN_LANGUAGES] = {
	[DSN_ENGLISH] = " said:\r\n", [DSN_FRENCH] = " a dit :\r\n",
};

const struct dsn_words dsn_words[DSN_KINDS] = {
	[DSN_FAILURE] = {
		"Not delivered / =?utf-8?Q?Non_distribu=C3=A9?=",
		{ { "Your message could not be delivered to",
		    "It will not be tried again.  Your message is below, so"
		    " that you can send it\r\nanew." },
		  { "Votre message n'a pas pu être remis à",
		    "Il n'y aura plus d'autre essai.  Votre message se trouve"
		    " plus bas : vous pouvez\r\nle renvoyer." } },
	},
	[DSN_RELAYED] = {
		"Handed on / Transmis",
		{ { "Your message was handed to the server of",
		    "That server does not say whether it reaches the mailbox:"
		    " this is the last\r\nthat you hear of it." },
		  { "Votre message a été transmis au serveur de",
		    "Ce serveur ne dit pas si le message arrive dans la boîte :"
		    " vous n'en saurez pas\r\nplus." } },
	},
	[DSN_DELAY] = {
		"Still trying / Encore en attente",
		{ { "Your message has not been delivered yet to",
		    "You need not do anything: it will be tried again, and you"
		    " are told if it is\r\ngiven up." },
		  { "Votre message n'a pas encore été remis à",
		    "Vous n'avez rien à faire : d'autres essais suivront, et"
		    " vous serez averti\r\ns'ils échouent." } },
	},
	[DSN_HELD] = {
		"Held / Retenu",
		{ { "You have sent more than usual in a short time.  Your"
		    " message is held and was\r\nnot sent to",
		    "If it was not you who sent it, change your password now."
		    "  Else ask whoever runs\r\nthis mailbox to release it"
		    " (plictl queue retry)." },
		  { "Vous avez envoyé plus que d'habitude en peu de temps."
		    "  Votre message est retenu et\r\nn'a pas été envoyé à",
		    "Si ce n'était pas vous, changez maintenant votre mot de"
		    " passe.  Sinon, demandez à\r\nqui gère cette boîte de le"
		    " libérer (plictl queue retry)." } },
	},
	[DSN_LOST] = {
		"Please send again / =?utf-8?Q?=C3=80_renvoyer?=",
		{ { "The box lost its power while your message was waiting, and"
		    " with it the key that\r\nthe message was kept under."
		    "  It was not sent to",
		    "Please send it again: the copy in your folder Sent is"
		    " whole." },
		  { "La machine a perdu le courant alors que votre message"
		    " attendait, et avec lui la clé\r\nqui le protégeait."
		    "  Il n'a pas été envoyé à",
		    "Merci de le renvoyer : la copie du dossier Envoyés (Sent)"
		    " est intacte." } },
	},
	[DSN_DELIVERED] = {
		"Delivered / =?utf-8?Q?Distribu=C3=A9?=",
		{ { "Your message is in the mailbox of",
		    "You asked to be told.  Whether it has been read nobody"
		    " knows here." },
		  { "Votre message se trouve dans la boîte de",
		    "Vous avez demandé à le savoir.  S'il a été lu, personne"
		    " ne le sait ici." } },
	},
};
