/* dsn_own.c - what this box says itself of a letter, in French. */

#include "mail/dsn_own.h"

#include <string.h>

/* A * stands for anything, the same in both; each is French as well if it is
 * one of these. */
static const struct own {
	const char *english, *french;
} own[] = {
	{ "Cancelled by the operator of this mailbox.",
	    "Annulé par la personne qui gère cette boîte." },
	{ "The connection ended before the other server answered.",
	    "La connexion a pris fin avant la réponse de l'autre serveur." },
	{ "The mail server did not answer in time, and other mail waited.",
	    "Le serveur n'a pas répondu à temps, et d'autres messages"
	    " attendaient." },
	{ "There is no connection to the mail server *: *.",
	    "Pas de connexion au serveur * : *." },
	{ "it refuses the connection", "il refuse la connexion" },
	{ "there is no way to its network",
	    "aucun chemin ne mène à son réseau" },
	{ "there is no way to it", "aucun chemin n'y mène" },
	{ "it resets the connection", "il coupe la connexion" },
	{ "this machine may not connect to it",
	    "cette machine n'a pas le droit de s'y connecter" },
	{ "it does not answer", "il ne répond pas" },
	{ "The mail server * has an address of this machine, which does not"
	    " take mail for the domain.",
	    "Le serveur * a une adresse de cette machine, qui ne prend pas de"
	    " messages pour ce domaine." },
	{ "The mail server of this domain is this machine itself, which does"
	    " not take mail for it.",
	    "Le serveur de ce domaine est cette machine même, qui ne prend pas"
	    " de messages pour lui." },
	{ "The resolver of this machine does not answer.",
	    "Le résolveur de cette machine ne répond pas." },
	{ "The domain * does not exist.", "Le domaine * n'existe pas." },
	{ "The DNS records of * are forged or broken (DNSSEC): *",
	    "Les données DNS de * sont fausses ou abîmées (DNSSEC) : *" },
	{ "The name servers of * do not answer.",
	    "Les serveurs de noms de * ne répondent pas." },
	{ "The name servers of * fail: *.",
	    "Les serveurs de noms de * sont en panne : *." },
	{ "The domain * says that it takes no mail.",
	    "Le domaine * dit qu'il ne prend pas de messages." },
	{ "The mail servers that * names are no names of hosts.",
	    "Les serveurs que * nomme n'ont pas des noms de machines." },
	{ "The mail servers of * have only addresses that are not on the"
	    " Internet: of a private network, or of the machine itself.",
	    "Les serveurs de * n'ont que des adresses hors d'Internet : d'un"
	    " réseau privé, ou de la machine même." },
	{ "The domain * has no mail server and no address.",
	    "Le domaine * n'a ni serveur de courrier ni adresse." },
	{ "None of the mail servers of * has an address.",
	    "Aucun des serveurs de * n'a d'adresse." },
	{ "* is not an address of the Internet.",
	    "* n'est pas une adresse d'Internet." },
	{ "* is not on the Internet: it is of a private network, or of the"
	    " machine itself.",
	    "* n'est pas sur Internet : c'est une adresse d'un réseau privé,"
	    " ou de la machine même." },
	{ "The message cannot be read from the queue.",
	    "Le message ne peut pas être lu dans la file." },
	{ "The message has * in its text, and goes nowhere like this.",
	    "Le texte du message contient * et ne part pas ainsi." },
	{ "The connection broke while the message was on its way.",
	    "La connexion s'est rompue pendant l'envoi du message." },
	{ "The other server does not answer in time.",
	    "L'autre serveur ne répond pas à temps." },
	{ "The other server gives an answer that has no end.",
	    "L'autre serveur donne une réponse sans fin." },
	{ "The other server closed the connection.",
	    "L'autre serveur a fermé la connexion." },
	{ "The other server gives an answer that is out of place.",
	    "L'autre serveur donne une réponse qui n'a pas sa place." },
	{ "The other server gives an answer that is not SMTP, or has no end.",
	    "L'autre serveur donne une réponse qui n'est pas du SMTP, ou sans"
	    " fin." },
	{ "The other server offers TLS, and the handshake fails.",
	    "L'autre serveur propose TLS, et la négociation échoue." },
	{ "TLS with the mail server * fails: *.",
	    "TLS avec le serveur * échoue : *." },
	{ "The smart host does not take a password under TLS (AUTH PLAIN).",
	    "Le relais ne prend pas de mot de passe sous TLS (AUTH PLAIN)." },
	{ "The other server does not offer TLS, and nothing goes to it in"
	    " clear.",
	    "L'autre serveur ne propose pas TLS, et rien ne part vers lui en"
	    " clair." },
	{ "An address of this message cannot be written in SMTP.",
	    "Une adresse de ce message ne peut pas s'écrire en SMTP." },
	{ "The message asks for TLS all the way (REQUIRETLS), and the other"
	    " server does not promise it.",
	    "Le message exige TLS de bout en bout (REQUIRETLS), et l'autre"
	    " serveur ne le promet pas." },
	{ "The message is larger than the other server takes.",
	    "Le message est plus grand que ce que l'autre serveur prend." },
	{ "The message has an address or a header in UTF-8, which the other"
	    " server does not take.",
	    "Le message a une adresse ou un en-tête en UTF-8, ce que l'autre"
	    " serveur ne prend pas." },
	{ "The message has 8-bit text, which the other server does not take.",
	    "Le message a du texte à 8 bits, ce que l'autre serveur ne prend"
	    " pas." },
};

enum { HOLES_MAX = 2, DEEP = 2 };

/* Up to the next * of the pattern, which moves past it; *more: there is one. */
static struct str
until_hole(const char **pattern, bool *more)
{
	const char *star = strchr(*pattern, '*');
	size_t n = star == NULL ? strlen(*pattern) : (size_t)(star - *pattern);
	struct str s = { *pattern, n };

	*more = star != NULL;
	*pattern += n + (star != NULL);
	return s;
}

/* A hole ends where what follows begins first, the last one at the end. */
static bool
fits(struct str s, const char *pattern, struct str hole[HOLES_MAX])
{
	bool more;
	struct str want = until_hole(&pattern, &more);

	if (!str_take_word(&s, want))
		return false;
	for (size_t i = 0; more && i < HOLES_MAX; i++) {
		size_t at = 0, end;

		want = until_hole(&pattern, &more);
		if (s.len < want.len)
			return false;
		end = s.len - want.len;
		if (!more)
			at = end;
		while (at < end && memcmp(s.ptr + at, want.ptr, want.len) != 0)
			at++;
		if (memcmp(s.ptr + at, want.ptr, want.len) != 0)
			return false;
		hole[i] = (struct str){ s.ptr, at };
		s.ptr += at + want.len;
		s.len -= at + want.len;
	}
	return s.len == 0;
}

static void
put(struct buf *b, struct str english, int deep)
{
	struct str hole[HOLES_MAX] = { { "", 0 } };

	for (size_t i = 0; deep > 0 && i < sizeof(own) / sizeof(own[0]); i++) {
		const char *to = own[i].french;
		bool more = true;

		if (!fits(english, own[i].english, hole))
			continue;
		for (size_t k = 0; more; k++) {
			buf_add(b, until_hole(&to, &more));
			if (more)
				put(b, hole[k], deep - 1);
		}
		return;
	}
	buf_add(b, english);
}

void
dsn_own_french(struct buf *b, struct str english)
{
	put(b, english, DEEP);
}
