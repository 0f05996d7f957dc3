/*
 * cmd_search.c - SEARCH and UID SEARCH.  RFC 3501, 6.4.4; RFC 4731; RFC 5182.
 */

#include "proto/imap_runs.h"
#include "search.h"

static uint32_t
number_of(const struct searching *g, size_t place)
{
	return g->uid ? mailbox_mail(&g->s->box, place)->uid :
	    (uint32_t)place + 1;
}

/* The next place that is found, from *at on. */
static bool
next(const struct searching *g, size_t *at)
{
	while (*at < g->count && !search_found(g, *at))
		++*at;
	return *at < g->count;
}

static void
put_modseq(const struct searching *g, const char *before, const char *after)
{
	if (!g->args->modseq || g->modseq == 0)
		return;
	buf_add_c(&g->s->out, before);
	buf_add_u64(&g->s->out, g->modseq);
	buf_add_c(&g->s->out, after);
}

static void
put_plain(const struct searching *g)
{
	struct buf *out = &g->s->out;

	buf_add(out, STR("* SEARCH"));
	for (size_t i = 0; next(g, &i); i++) {
		buf_byte(out, ' ');
		buf_add_u64(out, number_of(g, i));
		imap_put_more(g->s);
	}
	put_modseq(g, " (MODSEQ ", ")");
	buf_add(out, STR("\r\n"));
}

static void
put_set(const struct searching *g)
{
	struct imap_runs runs = { .before = " ALL " };

	for (size_t i = 0; next(g, &i); i++) {
		imap_runs_add(&runs, &g->s->out, number_of(g, i));
		imap_put_more(g->s);
	}
	(void)imap_runs_end(&runs, &g->s->out, "");
}

struct bounds {
	size_t first, last, count;
};

static struct bounds
bounds_of(const struct searching *g)
{
	struct bounds b = { 0 };

	for (size_t i = 0; next(g, &i); i++) {
		if (b.count++ == 0)
			b.first = i;
		b.last = i;
	}
	return b;
}

static void
put_number(struct buf *out, const char *name, uint64_t n)
{
	buf_add_c(out, name);
	buf_add_u64(out, n);
}

static void
put_extended(const struct searching *g, const struct bounds *b)
{
	struct buf *out = &g->s->out;
	unsigned want = g->args->want;

	buf_add(out, STR("* ESEARCH (TAG \""));
	buf_add_mem(out, g->s->tag, g->s->tag_len);
	buf_add(out, STR("\")"));
	if (g->uid)
		buf_add(out, STR(" UID"));
	if ((want & SEARCH_MIN) != 0 && b->count > 0)
		put_number(out, " MIN ", number_of(g, b->first));
	if ((want & SEARCH_MAX) != 0 && b->count > 0)
		put_number(out, " MAX ", number_of(g, b->last));
	if ((want & SEARCH_EACH) != 0)
		put_set(g);
	if ((want & SEARCH_COUNT) != 0)
		put_number(out, " COUNT ", b->count);
	put_modseq(g, " MODSEQ ", "");
	buf_add(out, STR("\r\n"));
}

/* With MIN and MAX alone only these are kept: RFC 5182, 2.4. */
static void
save(const struct searching *g, const struct bounds *b)
{
	struct mailbox *box = &g->s->box;
	unsigned want = g->args->want;
	bool all = (want & (SEARCH_EACH | SEARCH_COUNT)) != 0 ||
	    want == SEARCH_SAVE;

	buf_clear(&box->saved);
	for (size_t i = 0; next(g, &i); i++)
		if (all || ((want & SEARCH_MIN) != 0 && i == b->first) ||
		    ((want & SEARCH_MAX) != 0 && i == b->last))
			field_put_u32(&box->saved, mailbox_mail(box, i)->uid);
}

static const char *
answer(const struct searching *g)
{
	struct bounds b;

	if (!g->args->extended) {
		put_plain(g);
		return "OK Done";
	}
	b = bounds_of(g);
	if ((g->args->want & SEARCH_SAVE) != 0)
		save(g, &b);
	if (g->args->want != SEARCH_SAVE)
		put_extended(g, &b);
	return "OK Done";
}

static const char *
search(struct imap *s, const struct imap_search *args, bool uid)
{
	static struct searching g;
	const char *no;

	if (args->charset.len > 0 &&
	    !str_eq_nocase(args->charset, STR("UTF-8")) &&
	    !str_eq_nocase(args->charset, STR("US-ASCII")))
		return "NO [BADCHARSET (US-ASCII UTF-8)] Say it in UTF-8";
	no = search_run(&g, s, args, uid);
	if (no == NULL)
		no = answer(&g);
	search_end(&g);
	return no;
}

/* A search that fails saves nothing, not even the last: RFC 5182, 2.1. */
const char *
cmd_search(struct imap *s, const struct imap_cmd *cmd)
{
	struct imap_search args;
	const char *text;

	if (!imap_search_parse(cmd->args, &s->arena, &args))
		return reply_syntax;
	if (s->utf8 && args.charset.len > 0)	/* RFC 6855, 3 */
		return "BAD With UTF8=ACCEPT all is UTF-8";
	s->condstore |= args.modseq;
	text = search(s, &args, cmd->verb == IMAP_UID_SEARCH);
	if ((args.want & SEARCH_SAVE) != 0 && text[0] == 'N')
		buf_clear(&s->box.saved);
	return text;
}
