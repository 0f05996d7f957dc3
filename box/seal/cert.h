/*
 * cert.h - the operator brings a certificate: what is it?
 */
#ifndef SEAL_CERT_H
#define SEAL_CERT_H

#include "role/serve.h"

bool cert_check(struct role *, struct peer *, struct chan_msg *);

#endif
