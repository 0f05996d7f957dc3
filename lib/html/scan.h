/*
 * scan.h - tags of HTML, found without a tree.
 *
 * Pure.
 */
#ifndef HTML_SCAN_H
#define HTML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct html_tag {
	struct str name;
	bool end;
};

/* Takes "<name" or "</name". */
bool html_take_tag(struct str *in, struct html_tag *);

/* Takes the rest of a tag, up to ">" and with it; how many attributes. */
size_t html_skip_tag(struct str *in);

#endif
