/*
 * banned.h - functions that do not compile here.  Included before every file.
 *
 * Each has a form that knows how much room it has: str.h, buf.h.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(f)	sorry_##f##_is_banned

#undef strcpy
#define strcpy(a, b)		BANNED(strcpy)
#undef strncpy
#define strncpy(a, b, n)	BANNED(strncpy)
#undef strcat
#define strcat(a, b)		BANNED(strcat)
#undef strncat
#define strncat(a, b, n)	BANNED(strncat)
#undef strtok
#define strtok(a, b)		BANNED(strtok)
#undef sprintf
#define sprintf(...)		BANNED(sprintf)
#undef vsprintf
#define vsprintf(...)		BANNED(vsprintf)
#undef gets
#define gets(a)			BANNED(gets)
#undef atoi
#define atoi(a)			BANNED(atoi)
#undef atol
#define atol(a)			BANNED(atol)
#undef atoll
#define atoll(a)		BANNED(atoll)
#undef asctime
#define asctime(a)		BANNED(asctime)
#undef ctime
#define ctime(a)		BANNED(ctime)
#undef gmtime
#define gmtime(a)		BANNED(gmtime)
#undef localtime
#define localtime(a)		BANNED(localtime)
#undef system
#define system(a)		BANNED(system)
#undef popen
#define popen(a, b)		BANNED(popen)
#undef tmpnam
#define tmpnam(a)		BANNED(tmpnam)
#undef mktemp
#define mktemp(a)		BANNED(mktemp)
#undef rand
#define rand()			BANNED(rand)
#undef random
#define random()		BANNED(random)

#endif
