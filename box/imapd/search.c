/* search.c - which messages of the mailbox match. */

#include "search.h"

#include "mail/date.h"

enum { UID_BYTES = 4, DAY = 86400, FOLD_MAX = 1 << 18,
    PARTS_ARENA_MAX = 16 << 20 };

/* What is known of one message. */
struct seen {
	size_t place;
	const struct mail *mail;
	enum imap_needs level;
	const struct msg *m;			/* from NEEDS_META on */
	struct str head;
	const struct mime_part *root;		/* NEEDS_BODY */
};

static const char full[] = "NO [LIMIT] That search is too large";

static struct fold_needle *
make_needle(struct imap *s, struct str text)
{
	struct fold_needle *n = ARENA_NEW(&s->arena, struct fold_needle);
	struct buf folded;
	struct str kept;

	buf_init(&folded, FOLD_MAX);
	fold_text(&folded, text);
	kept = arena_str(&s->arena, buf_str(&folded));
	if (n != NULL)
		fold_needle(n, kept);
	if (folded.failed || kept.ptr == NULL)
		n = NULL;
	buf_free(&folded);
	return n;
}

/* A number that there is not is no mistake here: it finds nothing. */
static const char *
make_places(struct imap *s, struct imap_key *k, struct places *out)
{
	struct imap_set *set = &k->set;
	size_t n = mailbox_count(&s->box);

	if (k->is == KEY_SEQ && !set->saved) {
		imap_set_resolve(set, (uint32_t)n);
		while (set->n > 0 && set->range[set->n - 1].from > n)
			set->n--;
		if (set->n > 0 && set->range[set->n - 1].to > n)
			set->range[set->n - 1].to = (uint32_t)n;
		out->n = 0;
		if (set->n == 0)
			return NULL;
	}
	return mailbox_places(s, set, k->is == KEY_UID, out) ? NULL :
	    reply_no_message;
}

static const char *
make_key(struct searching *g, struct imap_key *k)
{
	struct key_made *made = &g->made[k->id];
	struct imap *s = g->s;

	switch (k->is) {
	case KEY_SEQ:
	case KEY_UID:
		return make_places(s, k, &made->places);
	case KEY_KEYWORD:
		made->bit = mailbox_keyword(&s->box, k->name);
		return NULL;
	case KEY_DATE:
	case KEY_SENT:
		made->day = date_seconds(&(struct date){
		    .year = (int)k->date.year, .month = k->date.month,
		    .day = k->date.day }) / DAY;
		return NULL;
	case KEY_HEADER:
	case KEY_BODY:
	case KEY_TEXT:
		made->needle = make_needle(s, k->text);
		return made->needle != NULL ? NULL : full;
	default:
		return NULL;
	}
}

static const char *
make_keys(struct searching *g, struct imap_key *k)
{
	const char *no = NULL;

	for (; k != NULL && no == NULL; k = k->next) {
		no = make_key(g, k);
		if (no == NULL)
			no = make_keys(g, k->child);
	}
	return no;
}

static bool
is_in(const struct places *p, size_t place)
{
	size_t from = 0, to = p->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (place >= p->range[mid].to)
			from = mid + 1;
		else
			to = mid;
	}
	return from < p->n && place >= p->range[from].from;
}

static bool
is_when(enum imap_when when, int64_t day, int64_t than)
{
	return when == WHEN_BEFORE ? day < than : when == WHEN_ON ?
	    day == than : day >= than;
}

static enum found found_by(struct searching *, const struct imap_key *,
    const struct seen *);

static enum found
found_by_all(struct searching *g, const struct imap_key *k,
    const struct seen *m, enum found decides)
{
	enum found all = decides == FOUND_NO ? FOUND_YES : FOUND_NO;

	for (k = k->child; k != NULL; k = k->next) {
		enum found one = found_by(g, k, m);

		if (one == decides)
			return one;
		if (one == FOUND_UNKNOWN)
			all = one;
	}
	return all;
}

static enum found
found_in_text(struct searching *g, const struct imap_key *k,
    const struct seen *m)
{
	const struct fold_needle *n = g->made[k->id].needle;

	if (k->is == KEY_TEXT && search_head(m->head, STR(""), n, &g->room))
		return FOUND_YES;
	if (m->level < NEEDS_BODY)
		return FOUND_UNKNOWN;
	return search_text(m->root, n, &g->room, &g->fetch.arena);
}

static bool
was_sent(const struct seen *m, const struct imap_key *k, int64_t than)
{
	int64_t day;

	return search_sent(m->head, &day) && is_when(k->when, day, than);
}

/* Of a key that asks for what is known. */
static enum found
look(struct searching *g, const struct imap_key *k, const struct seen *m)
{
	const struct key_made *made = &g->made[k->id];

	switch (k->is) {
	case KEY_SEQ:
	case KEY_UID:
		return is_in(&made->places, m->place);
	case KEY_RECENT:
		return m->mail->uid >= g->s->box.recent &&
		    (m->mail->flags & k->flag) == 0;
	case KEY_FLAG:
		return (m->mail->flags & k->flag) != 0;
	case KEY_KEYWORD:
		return (m->mail->flags & made->bit) != 0;
	case KEY_DATE:
		return is_when(k->when, (int64_t)(m->m->date / DAY),
		    made->day);
	case KEY_LARGER:
		return m->m->size > k->number;
	case KEY_SMALLER:
		return m->m->size < k->number;
	case KEY_MODSEQ:
		return m->mail->modseq >= k->number;
	case KEY_SENT:
		return was_sent(m, k, made->day);
	case KEY_HEADER:
		return search_head(m->head, k->name, made->needle, &g->room);
	default:
		return k->is == KEY_ALL;
	}
}

static enum found
found_by(struct searching *g, const struct imap_key *k, const struct seen *m)
{
	enum found is;

	if (k->is == KEY_AND || k->is == KEY_OR)
		is = found_by_all(g, k, m, k->is == KEY_AND ? FOUND_NO :
		    FOUND_YES);
	else if ((k->is == KEY_TEXT || k->is == KEY_BODY) &&
	    m->level >= NEEDS_HEAD)
		is = found_in_text(g, k, m);
	else if (m->level < imap_key_needs(k->is))
		is = FOUND_UNKNOWN;
	else
		is = look(g, k, m);
	if (!k->not || is == FOUND_UNKNOWN)
		return is;
	return is == FOUND_YES ? FOUND_NO : FOUND_YES;
}

static void
judge(struct searching *g, const struct seen *m)
{
	enum found is = found_by(g, g->args->root, m);

	if (is == FOUND_YES && m->mail->modseq > g->modseq)
		g->modseq = m->mail->modseq;
	g->found.ptr[m->place] = (char)is;
}

static bool
judge_message(struct searching *g, size_t place, enum imap_needs level,
    const struct msg *m)
{
	struct seen seen = { .place = place, .level = level, .m = m,
	    .mail = mailbox_mail(&g->s->box, place), .head = m->data };

	if (level == NEEDS_BODY) {
		if (!fetch_open(&g->fetch, m))
			return false;
		seen.head = g->fetch.whole;
		if (m->head_len < seen.head.len)
			seen.head.len = m->head_len;
		seen.root = g->fetch.mime.root;
	}
	judge(g, &seen);
	if (level == NEEDS_BODY)
		fetch_close(&g->fetch);
	return true;
}

static bool
pack_unknown(const struct searching *g, struct buf *uids)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->found.ptr[i] == FOUND_UNKNOWN)
			field_put_u32(uids, mailbox_mail(&g->s->box, i)->uid);
	return !uids->failed;
}

/* Those that are still unknown are asked for so much. */
static const char *
ask_level(struct searching *g, enum imap_needs level)
{
	static const uint32_t what[] = { [NEEDS_META] = READ_META,
	    [NEEDS_HEAD] = READ_HEAD, [NEEDS_BODY] = READ_BODY };
	struct imap *s = g->s;
	struct buf uids;
	struct msgs msgs;
	struct msg m;
	size_t at = 0;
	bool ok;

	buf_init(&uids, (g->count + 1) * UID_BYTES);
	if (!pack_unknown(g, &uids)) {
		buf_free(&uids);
		return reply_unavailable;
	}
	msgs_begin(&msgs, s, what[level], 0, 0, buf_str(&uids));
	ok = true;
	while (ok && s->stream.failed == STREAM_OK && msgs_next(&msgs, &m)) {
		while (at < g->count && mailbox_mail(&s->box, at)->uid < m.uid)
			at++;
		if (at < g->count && mailbox_mail(&s->box, at)->uid == m.uid)
			ok = judge_message(g, at, level, &m);
	}
	ok = ok && !msgs.failed;
	msgs_end(&msgs);
	buf_free(&uids);
	return ok ? NULL : reply_unavailable;
}

static bool
has(const struct imap_key *k, enum imap_needs level)
{
	for (; k != NULL; k = k->next)
		if (imap_key_needs(k->is) == level || has(k->child, level) ||
		    (k->is == KEY_TEXT && level == NEEDS_HEAD))
			return true;
	return false;
}

const char *
search_run(struct searching *g, struct imap *s,
    const struct imap_search *args, bool uid)
{
	const char *no;

	*g = (struct searching){ .s = s, .args = args, .uid = uid,
	    .fetch.s = s, .count = mailbox_count(&s->box) };
	buf_init(&g->room.text, SEARCH_ROOM_MAX);
	buf_init(&g->room.folded, SEARCH_ROOM_MAX);
	arena_init(&g->fetch.arena, PARTS_ARENA_MAX);
	g->made = arena_alloc(&s->arena, args->keys, sizeof(*g->made));
	buf_init(&g->found, g->count + 1);
	if (g->made == NULL || buf_room(&g->found, g->count + 1) == NULL)
		return full;
	no = make_keys(g, args->root);
	for (size_t i = 0; no == NULL && i < g->count; i++)
		judge(g, &(struct seen){ .place = i,
		    .mail = mailbox_mail(&s->box, i) });
	for (enum imap_needs level = NEEDS_META; no == NULL &&
	    level <= NEEDS_BODY; level++)
		if (has(args->root, level))
			no = ask_level(g, level);
	return no;
}

void
search_end(struct searching *g)
{
	buf_free(&g->found);
	buf_free(&g->room.text);
	buf_free(&g->room.folded);
}

bool
search_found(const struct searching *g, size_t place)
{
	return g->found.ptr[place] == FOUND_YES;
}
