/*
 * pages.h - the webmail's files (user/web), compiled in by tools/pages.
 */
#ifndef HTTPD_PAGES_H
#define HTTPD_PAGES_H

#include "base/str.h"

struct page {
	struct str path, type;
	struct str tag;			/* a strong validator, quoted; "": its
					   path changes with it */
	struct str text;
};

extern const struct page pages[];
extern const size_t pages_count;

#endif
