/*
 * names.h - what may be written: elements, attributes, CSS properties.
 */
#ifndef HTML_NAMES_H
#define HTML_NAMES_H

#include <stdbool.h>

#include "base/str.h"

enum html_element {
	ELEMENT_KEEP,		/* is written */
	ELEMENT_VOID,		/* is written, without content */
	ELEMENT_OPEN,		/* itself not, its content is */
	ELEMENT_DROP,		/* with all that is in it */
};

enum html_value {
	VALUE_DROP,
	VALUE_TEXT,		/* whatever it is, escaped */
	VALUE_WORD,		/* letters, digits, "%#.,- " */
	VALUE_STYLE,
	VALUE_LINK,		/* <a href> */
	VALUE_IMAGE,		/* <img src> */
};

/* Lower case. */
enum html_element html_element(struct str name);
enum html_value html_attribute(struct str element, struct str name);
bool html_is_block(struct str element);		/* a line of its own */
bool html_property(struct str name);

#endif
