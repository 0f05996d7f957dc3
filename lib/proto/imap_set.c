/* imap_set.c - sequence sets. */

#include "proto/imap_set.h"

#include "proto/imap_lex.h"

static bool
take_end(struct str *in, uint32_t *out)
{
	if (str_take_byte(in, '*')) {
		*out = 0;
		return true;
	}
	return imap_take_nz_number(in, out);
}

static bool
take_range(struct str *in, struct imap_range *out)
{
	if (!take_end(in, &out->from))
		return false;
	out->to = out->from;
	return !str_take_byte(in, ':') || take_end(in, &out->to);
}

/* How many ranges there are at most. */
static size_t
count(struct str in)
{
	size_t n = 1;

	for (size_t i = 0; i < in.len; i++)
		n += in.ptr[i] == ',';
	return n;
}

bool
imap_set_take(struct str *in, struct arena *a, struct imap_set *set)
{
	struct str rest = *in;

	*set = (struct imap_set){ 0 };
	set->saved = str_take_byte(in, '$');
	if (set->saved) {
		set->range = arena_alloc(a, 1, sizeof(*set->range));
		return set->range != NULL;
	}
	while (rest.len > 0 && rest.ptr[0] != ' ' && rest.ptr[0] != ')') {
		rest.ptr++;
		rest.len--;
	}
	set->range = arena_alloc(a, count(str_before(*in, rest)),
	    sizeof(*set->range));
	if (set->range == NULL)
		return false;
	rest = *in;
	do {
		struct imap_range *r = &set->range[set->n];

		if (!take_range(&rest, r))
			return false;
		set->star |= r->from == 0 || r->to == 0;
		set->n++;
	} while (str_take_byte(&rest, ','));
	*in = rest;
	return true;
}

static void
sift(struct imap_range *r, size_t i, size_t n)
{
	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		struct imap_range t = r[i];

		if (child + 1 < n && r[child].from < r[child + 1].from)
			child++;
		if (t.from >= r[child].from)
			return;
		r[i] = r[child];
		r[child] = t;
	}
}

/* Heapsort: no recursion, no bad case. */
static void
sort(struct imap_range *r, size_t n)
{
	for (size_t i = n / 2; i-- > 0; )
		sift(r, i, n);
	while (n-- > 1) {
		struct imap_range t = r[0];

		r[0] = r[n];
		r[n] = t;
		sift(r, 0, n);
	}
}

static void
join(struct imap_set *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct imap_range r = set->range[i];
		struct imap_range *last = &set->range[kept - (kept > 0)];

		if (kept > 0 && (last->to == UINT32_MAX ||
		    r.from <= last->to + 1)) {
			if (r.to > last->to)
				last->to = r.to;
		} else {
			set->range[kept++] = r;
		}
	}
	set->n = kept;
}

void
imap_set_resolve(struct imap_set *set, uint32_t max)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct imap_range r = set->range[i];

		if (max == 0 && (r.from == 0 || r.to == 0))
			continue;
		if (r.from == 0)
			r.from = max;
		if (r.to == 0)
			r.to = max;
		if (r.from > r.to)
			r = (struct imap_range){ r.to, r.from };
		set->range[kept++] = r;
	}
	set->n = kept;
	for (size_t i = 1; i < set->n; i++)
		if (set->range[i].from < set->range[i - 1].from) {
			sort(set->range, set->n);
			break;
		}
	join(set);
}

uint32_t
imap_set_last(const struct imap_set *set)
{
	return set->n > 0 ? set->range[set->n - 1].to : 0;
}

bool
imap_set_has(const struct imap_set *set, uint32_t n)
{
	size_t from = 0, to = set->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (set->range[mid].to < n)
			from = mid + 1;
		else
			to = mid;
	}
	return from < set->n && set->range[from].from <= n;
}
