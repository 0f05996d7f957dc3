/*
 * device.h - what the verbs of devices share: the box's list, which is foreign
 * until it was taken apart here.
 */
#ifndef PLI_DEVICE_H
#define PLI_DEVICE_H

#include "boxnet.h"

struct device {
	struct str name;	/* "": the password of the account itself */
	uint64_t made, used;	/* seconds since 1970; used 0: never */
};

/* The box's answer as rows (box_job.take), and one of them. */
bool devices_take(const struct box_job *, const struct json_t *,
    struct buf *out);
bool device_next(struct str *rows, struct device *);

/* Of all devices; or it was said.  r: as box_record gives it. */
int devices_ask(struct pli *, const struct record *r, struct buf *rows);

/* The name of this computer, as the box knows it. */
struct str device_own(const struct record *);

#endif
