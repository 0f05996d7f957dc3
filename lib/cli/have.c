/* have.c - which messages a mailbox holds already. */

#include "cli/have.h"

#include <stdlib.h>
#include <string.h>

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, BOX_KEY);
}

void
have_begin(struct have *h, const struct box *box)
{
	size_t n = box != NULL ? box_count(box) : 0, kept = 0;
	struct have_row *row;

	buf_init(&h->rows, (size_t)BOX_MAILS_MAX * sizeof(*row));
	for (size_t i = 0; i < n; i++) {
		struct have_row one = { .times = 1 };

		memcpy(one.key, box_mail(box, i)->key, BOX_KEY);
		buf_add_mem(&h->rows, &one, sizeof(one));
	}
	if (n == 0 || h->rows.failed)
		return;
	row = (struct have_row *)(void *)h->rows.ptr;
	qsort(row, n, sizeof(*row), compare);
	for (size_t i = 1; i < n; i++) {
		if (compare(&row[kept], &row[i]) == 0)
			row[kept].times++;
		else
			row[++kept] = row[i];
	}
	h->rows.len = (kept + 1) * sizeof(*row);
}

void
have_free(struct have *h)
{
	buf_free(&h->rows);
}

bool
have_take(struct have *h, const unsigned char key[BOX_KEY])
{
	struct have_row want = { .times = 0 }, *row;

	if (h->rows.len == 0)
		return false;
	memcpy(want.key, key, BOX_KEY);
	row = bsearch(&want, h->rows.ptr, h->rows.len / sizeof(want),
	    sizeof(want), compare);
	if (row == NULL || row->times == 0)
		return false;
	row->times--;
	return true;
}
