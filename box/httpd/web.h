/*
 * web.h - what httpd does on the owner's side alone: the webmail.
 *
 * It is on that side where the topology gives it an edge to `open`.  plid's
 * gives none: there no page, cookie or session of these exists.
 */
#ifndef HTTPD_WEB_H
#define HTTPD_WEB_H

#include "httpd.h"

/* web.c.  In the master, at the start and at each new edge. */
void web_look(const struct role *);
bool web_is_here(void);

/* Is the host that was asked for one of our own listener's?  A page that has
 * its own name lead to this machine (DNS rebinding) is told apart by it. */
bool web_is_host(const struct http *);

/* Has a browser sent it?  Those would ask their user for a password. */
bool web_is_browser(const struct http *);

/* One of the webmail's files; false: there is none of that path. */
bool web_page(struct http *);

/* session.c: what stands in the cookie, base64 as behind "Basic". */
bool session_cookie(const struct http *, struct str *);
void session_page(struct http *);

/* view.c */
void view_page(struct http *);

#endif
