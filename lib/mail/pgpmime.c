/* pgpmime.c - is this message OpenPGP/MIME encrypted, and nothing else? */

#include "mail/pgpmime.h"

#include "base/arena.h"
#include "base/ascii.h"
#include "codec/base64.h"
#include "codec/qp.h"
#include "mail/armour.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/protect.h"

enum {
	TREE_MAX = 256 * 1024,	/* more parts than two are refused anyway */
	PIECE = 2048,		/* octets decoded at a time */
};

/* What clients put before the first boundary: always the same, so nothing
 * that anybody wrote.  Thunderbird, Enigmail, GPGMail, Mailvelope. */
static const struct str preambles[] = {
	STR_INIT("This is an OpenPGP/MIME encrypted message "
	    "(RFC 4880 and 3156)"),
	STR_INIT("This is an OpenPGP/MIME encrypted message "
	    "(RFC 2440 and 3156)"),
};

static bool
is_blank(unsigned char c)
{
	return is_wsp(c) || c == '\r' || c == '\n';
}

static struct str
trim(struct str s)
{
	str_take_while(&s, is_blank);
	return str_trim_end(s, is_blank);
}

static bool
is_known_preamble(struct str s)
{
	s = trim(s);
	if (s.len == 0)
		return true;
	for (size_t i = 0; i < sizeof(preambles) / sizeof(preambles[0]); i++)
		if (str_eq(s, preambles[i]))
			return true;
	return false;
}

/* A part's header: Content- fields alone, none twice, and its empty line. */
static bool
is_plain_header(struct str block)
{
	struct header h;
	struct header_field f;
	unsigned types = 0, encodings = 0;

	header_begin(&h, block);
	while (header_next(&h, &f)) {
		struct str name = f.name;

		types += str_eq_nocase(name, STR("Content-Type"));
		encodings += str_eq_nocase(name,
		    STR("Content-Transfer-Encoding"));
		if (!str_take_word(&name, STR("Content-")))
			return false;
	}
	return types == 1 && encodings <= 1 && header_is_closed(block);
}

enum coding { IDENTITY, QP, BASE64, UNKNOWN };

static enum coding
coding_of(const struct mime_part *p)
{
	static const struct { struct str name; enum coding coding; } all[] = {
		{ STR_INIT(""), IDENTITY },
		{ STR_INIT("7bit"), IDENTITY },
		{ STR_INIT("8bit"), IDENTITY },
		{ STR_INIT("binary"), IDENTITY },
		{ STR_INIT("quoted-printable"), QP },
		{ STR_INIT("base64"), BASE64 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_eq_nocase(p->encoding, all[i].name))
			return all[i].coding;
	return UNKNOWN;
}

/* RFC 3156, 4: the control part. */
static bool
is_control(const struct mime_part *p)
{
	struct str body = trim(p->body);

	return mime_is(p, STR("application"), STR("pgp-encrypted")) &&
	    is_plain_header(p->header) && coding_of(p) == IDENTITY &&
	    str_take_word(&body, STR("Version:")) &&
	    str_eq(trim(body), STR("1"));
}

/* Takes octets as they come out of the transfer encoding. */
struct sink {
	bool begun, binary;
	struct armour armour;
	struct pgppacket packets;
};

static bool
sink_feed(struct sink *s, struct str more)
{
	if (more.len == 0)
		return true;
	if (!s->begun) {
		/* a packet begins with bit 7 set, armour never */
		s->binary = (more.ptr[0] & 0x80) != 0;
		s->begun = true;
	}
	return s->binary ? pgppacket_feed(&s->packets, more)
	    : armour_feed(&s->armour, more);
}

static bool
sink_end(struct sink *s)
{
	return s->binary ? pgppacket_end(&s->packets)
	    : armour_end(&s->armour);
}

/* Decodes one piece; QP may give back blanks it held, so room is for both. */
struct decoder {
	enum coding coding;
	struct qp_dec qp;
	struct base64_dec base64;
	char out[PIECE + QP_HELD_MAX + 8];
};

static struct str
decode(struct decoder *d, struct str in)
{
	size_t n;

	if (d->coding == IDENTITY)
		return in;
	n = d->coding == QP ? qp_dec_feed(&d->qp, d->out, in)
	    : base64_dec_feed(&d->base64, d->out, in);
	return (struct str){ d->out, n };
}

static struct str
decode_end(struct decoder *d)
{
	size_t n = 0;

	if (d->coding == QP)
		n = qp_dec_end(&d->qp, d->out);
	else if (d->coding == BASE64)
		n = base64_dec_end(&d->base64, d->out);
	return (struct str){ d->out, n };
}

static bool
is_ciphertext(const struct mime_part *p)
{
	struct sink sink = { 0 };
	struct decoder d = { .coding = coding_of(p) };
	struct str rest = p->body;

	if (!mime_is(p, STR("application"), STR("octet-stream")) ||
	    !is_plain_header(p->header) || d.coding == UNKNOWN)
		return false;
	while (rest.len > 0) {
		struct str piece = { rest.ptr,
		    rest.len < PIECE ? rest.len : PIECE };

		if (!sink_feed(&sink, decode(&d, piece)))
			return false;
		rest.ptr += piece.len;
		rest.len -= piece.len;
	}
	return sink_feed(&sink, decode_end(&d)) && !d.base64.strange &&
	    sink_end(&sink);
}

static bool
is_sole(const struct mime *m)
{
	const struct mime_part *root = m->root;

	return root->kind == MIME_MULTIPART && root->children == 2 &&
	    root->closed && !m->limited && coding_of(root) == IDENTITY &&
	    is_known_preamble(root->preamble) &&
	    trim(root->epilogue).len == 0 &&
	    is_control(root->child) && is_ciphertext(root->child->next);
}

bool
pgpmime_is_sole(struct str message)
{
	struct str head = { message.ptr, header_len(message) };
	struct arena arena;
	struct mime m;
	bool yes;

	if (!header_is_closed(head) || !protect_is_announced(head))
		return false;
	arena_init(&arena, TREE_MAX);
	yes = mime_parse(&m, message, &arena) && is_sole(&m);
	arena_reset(&arena);
	return yes;
}
