/* filter.c - what READ_QUERY lets through. */

#include "filter.h"

static bool
take_operands(struct str *in, struct filter_cond *c)
{
	uint32_t n;

	switch (c->op) {
	case COND_IN:
	case COND_SINCE:
	case COND_BEFORE:
	case COND_LARGER:
	case COND_SMALLER:
	case COND_THREAD:
		return field_take_u64(in, &c->number);
	case COND_KEYWORD:
		return field_take_str(in, &c->text) && c->text.len > 0 &&
		    c->text.len <= KEYWORD_MAX;
	case COND_TEXT:
		if (!field_take_u32(in, &n) || n == 0 || n > FIND_ALL)
			return false;
		c->number = n;
		return field_take_str(in, &c->text) &&
		    c->text.len <= FIND_WORDS_MAX;
	case COND_INDEXED:
		return true;
	default:
		if (!field_take_u32(in, &n))
			return false;
		c->number = n;
		return true;
	}
}

/* How many there are on the stack after it; 0: too few before it. */
static size_t
stack_after(const struct filter_cond *c, size_t depth)
{
	if (c->op > COND_NOR)
		return depth + 1;
	return c->number == 0 || c->number > depth ? 0 :
	    depth - (size_t)c->number + 1;
}

bool
filter_parse(struct filter *f, struct str in)
{
	size_t depth = 0;
	uint32_t op;

	f->n = f->texts = 0;
	f->indexed = false;
	while (in.len > 0) {
		struct filter_cond *c = &f->cond[f->n];

		if (f->n++ == CONDS_MAX || !field_take_u32(&in, &op) ||
		    op < COND_AND || op >= CONDS)
			return false;
		*c = (struct filter_cond){ .op = (enum cond)op };
		if (!take_operands(&in, c))
			return false;
		depth = stack_after(c, depth);
		if (depth == 0)
			return false;
		f->indexed |= op == COND_TEXT || op == COND_INDEXED;
		if (op == COND_TEXT)
			c->which = f->texts++;
	}
	return depth == (f->n > 0) && f->texts <= TEXT_CONDS_MAX;
}

static enum filter_says
says(bool yes)
{
	return yes ? FILTER_YES : FILTER_NO;
}

static enum filter_says
ask_one(const struct filter_cond *c, const struct filter_row *r)
{
	if (r->unfound)
		return c->op == COND_TEXT ? FILTER_NO : FILTER_MAYBE;
	if (c->op == COND_IN)
		return says(r->mailbox == c->number);
	if (!r->whole)
		return FILTER_MAYBE;
	switch (c->op) {
	case COND_FLAGS:
		return says((r->flags & c->number) == c->number);
	case COND_KEYWORD:
		return says((r->flags & c->bit) != 0);
	case COND_SINCE:
		return says(r->date >= c->number);
	case COND_BEFORE:
		return says(r->date < c->number);
	case COND_LARGER:
		return says(r->size >= c->number);
	case COND_SMALLER:
		return says(r->size < c->number);
	case COND_TEXT:
		return says((r->found & 1u << c->which) != 0);
	case COND_INDEXED:
		return says(r->indexed);
	default:
		return says(r->thread == c->number);
	}
}

/* The n on top, as one: all, any, or none of them. */
static enum filter_says
join(enum cond op, const enum filter_says *x, size_t n)
{
	/* the first of these settles it */
	enum filter_says decides = op == COND_AND ? FILTER_NO : FILTER_YES;
	bool then = op == COND_OR, maybe = false;

	for (size_t i = 0; i < n; i++) {
		if (x[i] == decides)
			return says(then);
		maybe |= x[i] == FILTER_MAYBE;
	}
	return maybe ? FILTER_MAYBE : says(!then);
}

enum filter_says
filter_ask(const struct filter *f, const struct filter_row *r)
{
	enum filter_says stack[CONDS_MAX];
	size_t depth = 0;

	if (f->n == 0)
		return FILTER_YES;
	for (size_t i = 0; i < f->n; i++) {
		const struct filter_cond *c = &f->cond[i];

		if (c->op > COND_NOR) {
			stack[depth++] = ask_one(c, r);
			continue;
		}
		depth -= (size_t)c->number;
		stack[depth] = join(c->op, stack + depth, (size_t)c->number);
		depth++;
	}
	return stack[0];
}
