/*
 * verdict.h - how every question between processes is answered.
 */
#ifndef BASE_VERDICT_H
#define BASE_VERDICT_H

enum verdict { VERDICT_YES, VERDICT_LATER, VERDICT_NO, VERDICTS };

#endif
