/*
 * login.h - AUTH of submission (RFC 4954), for smtp_serve.
 */
#ifndef SUBMIT_LOGIN_H
#define SUBMIT_LOGIN_H

#include "role/smtp_serve.h"

enum smtp_answer login_auth(struct child *, struct stream *,
    const struct smtp_tls *, struct str arg);

#endif
