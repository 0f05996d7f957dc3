/* recipients.c - whom a header is addressed to. */

#include "mail/recipients.h"

static bool
is_addressed(struct str name)
{
	return str_eq_nocase(name, STR("To")) ||
	    str_eq_nocase(name, STR("Cc")) || str_eq_nocase(name, STR("Bcc"));
}

void
recipients_begin(struct recipients *r, struct str header)
{
	header_begin(&r->header, header);
	address_begin(&r->list, STR(""));
}

bool
recipients_next(struct recipients *r, struct address *a)
{
	struct header_field f;

	for (;;) {
		while (address_next(&r->list, a))
			if (a->kind == ADDRESS_MAILBOX)
				return true;
		do
			if (!header_next(&r->header, &f))
				return false;
		while (!is_addressed(f.name));
		address_begin(&r->list, f.value);
	}
}
