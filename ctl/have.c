/* have.c - which messages a mailbox holds already. */

#include "have.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/ascii.h"
#include "mail/header.h"

enum { ID_MAX = 4096 };

static void
make_key(unsigned char key[HAVE_KEY], struct str head, int64_t date)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	struct header_field f;
	struct buf b;
	unsigned n;

	buf_init(&b, ID_MAX);
	if (header_find(head, STR("Message-ID"), &f))
		header_unfold(f.value, &b);
	buf_add_mem(&b, &date, sizeof(date));
	memset(hash, 0, sizeof(hash));
	(void)EVP_Digest(b.ptr, b.len, hash, &n, EVP_sha256(), NULL);
	memcpy(key, hash, HAVE_KEY);
	buf_free(&b);
}

/* "1 FETCH (UID 1 INTERNALDATE "…" BODY[HEADER.FIELDS (MESSAGE-ID)] {9}…" */
static void
take_row(void *ctx, struct str line)
{
	struct have *h = ctx;
	struct have_row row = { .times = 1 };
	struct buf date, head;
	struct str rest;
	int64_t when;

	buf_init(&date, ID_MAX);
	buf_init(&head, ID_MAX);
	rest = imap_after(line, "INTERNALDATE ");
	if (rest.len > 0 && imap_take_string(&rest, &date) &&
	    imap_date(buf_str(&date), &when)) {
		rest = imap_after(line, "(MESSAGE-ID)] ");
		(void)imap_take_string(&rest, &head);
		make_key(row.key, buf_str(&head), when);
		buf_add_mem(&h->rows, &row, sizeof(row));
	}
	buf_free(&date);
	buf_free(&head);
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, HAVE_KEY);
}

enum imap_said
have_read(struct have *h, struct imap *im)
{
	struct have_row *row;
	enum imap_said said;
	size_t n, kept = 0;

	buf_init(&h->rows, (size_t)HAVE_MAX * sizeof(struct have_row));
	said = imap_do(im, STR("FETCH 1:* (INTERNALDATE BODY.PEEK"
	    "[HEADER.FIELDS (MESSAGE-ID)])"), take_row, h);
	n = h->rows.len / sizeof(*row);
	if (n == 0)
		return said == IMAP_NO ? IMAP_OK : said;
	row = (struct have_row *)(void *)h->rows.ptr;
	qsort(row, n, sizeof(*row), compare);
	for (size_t i = 1; i < n; i++) {
		if (compare(&row[kept], &row[i]) == 0)
			row[kept].times++;
		else
			row[++kept] = row[i];
	}
	h->rows.len = (kept + 1) * sizeof(*row);
	return said;
}

void
have_free(struct have *h)
{
	buf_free(&h->rows);
}

bool
have_take(struct have *h, struct str head, int64_t date)
{
	struct have_row want = { .times = 0 }, *row;

	if (h->rows.len == 0)
		return false;
	make_key(want.key, head, date);
	row = bsearch(&want, h->rows.ptr, h->rows.len / sizeof(want),
	    sizeof(want), compare);
	if (row == NULL || row->times == 0)
		return false;
	row->times--;
	return true;
}
