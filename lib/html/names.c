/* names.c - what may be written.  Each list is in order of strcmp. */

#include "html/names.h"

#include <stdlib.h>
#include <string.h>

static const char *const keep[] = {
	"a", "abbr", "acronym", "address", "article", "aside", "b", "bdi",
	"bdo", "big", "blockquote", "caption", "center", "cite", "code", "col",
	"colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
	"figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5",
	"h6", "header", "i", "ins", "kbd", "li", "main", "mark", "nav", "ol",
	"p", "pre", "q", "s", "samp", "section", "small", "span", "strike",
	"strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
	"th", "thead", "tr", "tt", "u", "ul", "var",
};

static const char *const voids[] = { "br", "col", "hr", "img", "wbr" };

/* What is written has no content of theirs either: it is no text to read, or a
 * browser reads it by other rules. */
static const char *const drop[] = {
	"applet", "area", "audio", "base", "basefont", "bgsound", "button",
	"canvas", "command", "datalist", "dialog", "embed", "frame",
	"frameset", "head", "iframe", "input", "keygen", "link", "map",
	"marquee", "math", "meta", "meter", "noembed", "noframes", "noscript",
	"object", "optgroup", "option", "param", "plaintext", "portal",
	"progress", "script", "select", "slot", "source", "style", "svg",
	"template", "textarea", "title", "track", "video", "xmp",
};

static const char *const blocks[] = {
	"address", "article", "aside", "blockquote", "br", "center", "dd",
	"details", "div", "dl", "dt", "figcaption", "figure", "footer", "form",
	"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
	"nav", "ol", "p", "pre", "section", "summary", "table", "tr", "ul",
};

/* Of every element. */
static const char *const words[] = {
	"align", "bgcolor", "border", "cellpadding", "cellspacing", "char",
	"charoff", "clear", "color", "colspan", "compact", "dir", "frame",
	"headers", "height", "hspace", "lang", "noshade", "nowrap", "open",
	"reversed", "rowspan", "rules", "scope", "size", "span", "start",
	"type", "valign", "value", "vspace", "width",
};

static const char *const texts[] = {
	"abbr", "alt", "datetime", "face", "summary", "title",
};

static const char *const properties[] = {
	"background", "background-color", "border", "border-bottom",
	"border-bottom-color", "border-bottom-left-radius",
	"border-bottom-right-radius", "border-bottom-style",
	"border-bottom-width", "border-collapse", "border-color",
	"border-left", "border-left-color", "border-left-style",
	"border-left-width", "border-radius", "border-right",
	"border-right-color", "border-right-style", "border-right-width",
	"border-spacing", "border-style", "border-top", "border-top-color",
	"border-top-left-radius", "border-top-right-radius",
	"border-top-style", "border-top-width", "border-width", "box-sizing",
	"caption-side", "clear", "color", "direction", "display",
	"empty-cells", "float", "font", "font-family", "font-size",
	"font-style", "font-variant", "font-weight", "height",
	"letter-spacing", "line-height", "list-style-type", "margin",
	"margin-bottom", "margin-left", "margin-right", "margin-top",
	"max-height", "max-width", "min-height", "min-width", "overflow",
	"overflow-wrap", "padding", "padding-bottom", "padding-left",
	"padding-right", "padding-top", "table-layout", "text-align",
	"text-decoration", "text-indent", "text-transform", "unicode-bidi",
	"vertical-align", "white-space", "width", "word-break",
	"word-spacing", "word-wrap",
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static int
compare(const void *key, const void *member)
{
	const struct str *a = key;
	const char *b = *(const char *const *)member;
	int d = strncmp(a->ptr, b, a->len);

	return d != 0 ? d : b[a->len] == '\0' ? 0 : -1;
}

static bool
is_in(const char *const *list, size_t n, struct str name)
{
	return name.len > 0 && memchr(name.ptr, '\0', name.len) == NULL &&
	    bsearch(&name, list, n, sizeof(*list), compare) != NULL;
}

enum html_element
html_element(struct str name)
{
	if (is_in(voids, COUNT(voids), name))
		return ELEMENT_VOID;
	if (is_in(keep, COUNT(keep), name))
		return ELEMENT_KEEP;
	return is_in(drop, COUNT(drop), name) ? ELEMENT_DROP : ELEMENT_OPEN;
}

enum html_value
html_attribute(struct str element, struct str name)
{
	if (str_eq(name, STR("style")))
		return VALUE_STYLE;
	if (str_eq(name, STR("href")))
		return str_eq(element, STR("a")) ? VALUE_LINK : VALUE_DROP;
	if (str_eq(name, STR("src")))
		return str_eq(element, STR("img")) ? VALUE_IMAGE : VALUE_DROP;
	if (is_in(words, COUNT(words), name))
		return VALUE_WORD;
	return is_in(texts, COUNT(texts), name) ? VALUE_TEXT : VALUE_DROP;
}

bool
html_is_block(struct str element)
{
	return is_in(blocks, COUNT(blocks), element);
}

bool
html_property(struct str name)
{
	return is_in(properties, COUNT(properties), name);
}
