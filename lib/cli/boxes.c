/* boxes.c - the mailboxes of a session, and what is in one of them. */

#include "cli/boxes.h"

#include <string.h>

#include "base/ascii.h"
#include "mail/header.h"
#include "os/crypt.h"

enum { COMMAND_MAX = 8192, ID_MAX = 4096 };

/* In front of its name. */
struct row {
	uint32_t len;
	uint8_t use;
	char separator;
};

static bool
is_flag(unsigned char c)
{
	return c != ' ' && c != ')';
}

/* A flag of LIST; not one that only begins so. */
static bool
has(struct str flags, const char *flag)
{
	while (flags.len > 0) {
		struct str word = str_take_while(&flags, is_flag);

		if (str_eq_nocase(word, from_c(flag)))
			return true;
		flags.ptr += flags.len > 0;
		flags.len -= flags.len > 0;
	}
	return false;
}

static enum box_use
use_of(struct str flags)
{
	static const struct { const char *name; enum box_use use; } uses[] = {
		{ "\\All", BOX_ALL }, { "\\Archive", BOX_ARCHIVE },
		{ "\\Drafts", BOX_DRAFTS }, { "\\Flagged", BOX_FLAGGED },
		{ "\\Important", BOX_IMPORTANT }, { "\\Junk", BOX_JUNK },
		{ "\\Sent", BOX_SENT }, { "\\Trash", BOX_TRASH },
	};

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		if (has(flags, uses[i].name))
			return uses[i].use;
	return BOX_PLAIN;
}

/* LIST (\HasNoChildren) "/" name */
static void
take_name(void *ctx, struct str line)
{
	struct buf *names = ctx, sep, name;
	struct str rest, flags;
	struct row row = { 0 };

	if (!str_take_word(&line, STR("LIST (")))
		return;
	flags = line;
	rest = imap_after(line, ") ");
	flags.len -= rest.len;
	buf_init(&sep, 16);
	buf_init(&name, BOX_NAME_MAX);
	if (!has(flags, "\\Noselect") && !has(flags, "\\NonExistent") &&
	    imap_take_string(&rest, &sep) && str_take_byte(&rest, ' ') &&
	    imap_take_string(&rest, &name) && !name.failed) {
		row.len = (uint32_t)name.len;
		row.use = (uint8_t)use_of(flags);
		row.separator = sep.len == 1 ? sep.ptr[0] : '\0';
		buf_add_mem(names, &row, sizeof(row));
		buf_add(names, buf_str(&name));
	}
	buf_free(&sep);
	buf_free(&name);
}

enum imap_said
boxes_list(struct imap *im, struct buf *names)
{
	enum imap_said said = imap_do(im, STR("LIST \"\" \"*\""), take_name,
	    names);

	return names->failed ? IMAP_CUT : said;
}

bool
boxes_next(struct str *names, struct box_name *out)
{
	struct row row;

	if (names->len < sizeof(row))
		return false;
	memcpy(&row, names->ptr, sizeof(row));
	out->name = (struct str){ names->ptr + sizeof(row), row.len };
	out->use = (enum box_use)row.use;
	out->separator = row.separator;
	names->ptr += sizeof(row) + row.len;
	names->len -= sizeof(row) + row.len;
	return true;
}

/* --- one of them ---------------------------------------------------------- */

size_t
box_count(const struct box *box)
{
	return box->mails.len / sizeof(struct box_mail);
}

struct box_mail *
box_mail(const struct box *box, size_t i)
{
	return (struct box_mail *)(void *)box->mails.ptr + i;
}

void
box_key(unsigned char key[BOX_KEY], struct str head, int64_t date)
{
	unsigned char hash[CRYPT_HASH];
	struct header_field f;
	struct buf b;

	buf_init(&b, ID_MAX);
	if (header_find(head, STR("Message-ID"), &f))
		header_unfold(f.value, &b);
	buf_add_mem(&b, &date, sizeof(date));
	crypt_sha256(hash, buf_str(&b));
	memcpy(key, hash, BOX_KEY);
	buf_free(&b);
}

/* The number of a keyword in its mailbox; past the last it has no place. */
static uint32_t
word_bit(struct box *box, struct str word)
{
	for (size_t i = 0; i < box->words; i++)
		if (str_eq_nocase(word, from_c(box->word[i])))
			return (uint32_t)1 << i;
	if (box->words == BOX_WORDS_MAX)
		return 0;
	snprintf(box->word[box->words], sizeof(box->word[0]), "%.*s",
	    (int)word.len, word.ptr);
	return (uint32_t)1 << box->words++;
}

static void
take_flags(struct box *box, struct box_mail *m, struct str flags)
{
	static const struct { struct str name; uint32_t flag; } kept[] = {
		{ STR_INIT("\\Seen"), KEPT_SEEN },
		{ STR_INIT("\\Answered"), KEPT_ANSWERED },
		{ STR_INIT("\\Flagged"), KEPT_FLAGGED },
		{ STR_INIT("\\Deleted"), KEPT_DELETED },
		{ STR_INIT("\\Draft"), KEPT_DRAFT },
		{ STR_INIT("$Forwarded"), KEPT_FORWARDED },
	};

	while (flags.len > 0 && str_peek(flags) != ')') {
		struct str word = str_take_while(&flags, is_flag);
		bool known = false;

		for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			if (str_eq_nocase(word, kept[i].name)) {
				m->flags |= kept[i].flag;
				known = true;
			}
		if (!known && word.len > 0 && word.ptr[0] != '\\')
			m->words |= word_bit(box, word);
		str_take_byte(&flags, ' ');
	}
}

/* 1 FETCH (UID 1 FLAGS (\Seen) INTERNALDATE "…" BODY[…] {9}…) */
static void
take_mail(void *ctx, struct str line)
{
	struct box *box = ctx;
	struct box_mail m = { 0 };
	struct str rest = imap_after(line, "(UID ");
	struct buf date, head;
	uint64_t uid;

	if (rest.len == 0)
		rest = imap_after(line, " UID ");
	if (!str_take_u64(&rest, &uid) || uid == 0 || uid > UINT32_MAX)
		return;
	m.uid = (uint32_t)uid;
	take_flags(box, &m, imap_after(line, "FLAGS ("));
	buf_init(&date, ID_MAX);
	buf_init(&head, ID_MAX);
	rest = imap_after(line, "INTERNALDATE ");
	if (rest.len > 0 && imap_take_string(&rest, &date) &&
	    imap_date(buf_str(&date), &m.date)) {
		rest = imap_after(line, "(MESSAGE-ID)] ");
		if (box->keys) {
			(void)imap_take_string(&rest, &head);
			box_key(m.key, buf_str(&head), m.date);
		}
		buf_add_mem(&box->mails, &m, sizeof(m));
	}
	buf_free(&date);
	buf_free(&head);
}

static void
take_validity(void *ctx, struct str line)
{
	struct box *box = ctx;
	struct str rest = imap_after(line, "[UIDVALIDITY ");
	uint64_t n;

	if (str_take_u64(&rest, &n))
		box->uidvalidity = (uint32_t)n;
}

void
box_begin(struct box *box)
{
	*box = (struct box){ .words = 0 };
	buf_init(&box->mails, (size_t)BOX_MAILS_MAX * sizeof(struct box_mail));
}

void
box_free(struct box *box)
{
	buf_free(&box->mails);
}

enum imap_said
box_open(struct imap *im, struct box *box, struct str name, bool keys)
{
	enum imap_said said;
	struct buf b;

	box_free(box);
	box_begin(box);
	box->name = name;
	box->keys = keys;
	buf_init(&b, COMMAND_MAX);
	buf_add(&b, STR("EXAMINE "));
	imap_quote(&b, name);
	said = imap_do(im, buf_str(&b), take_validity, box);
	buf_free(&b);
	if (said != IMAP_OK)
		return said;
	said = imap_do(im, keys ? STR("UID FETCH 1:* (UID FLAGS INTERNALDATE "
	    "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])") :
	    STR("UID FETCH 1:* (UID FLAGS INTERNALDATE)"), take_mail, box);
	if (box->mails.failed)
		return IMAP_CUT;
	/* NO and BAD are of a mailbox that is empty */
	return said == IMAP_NO ? IMAP_OK : said;
}

enum imap_said
box_fetch(struct imap *im, const struct box_mail *m, imap_sink *sink,
    void *ctx)
{
	enum imap_said said;
	char command[64];

	snprintf(command, sizeof(command), "UID FETCH %u (BODY.PEEK[])",
	    m->uid);
	im->sink = sink;
	im->sink_ctx = ctx;
	said = imap_do(im, from_c(command), NULL, NULL);
	im->sink = NULL;
	return said;
}
