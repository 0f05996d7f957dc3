/*
 * check.h - cmocka, and CHECK, which says what was wrong.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define CHECK(cond, ...) do {						\
	if (!(cond)) {							\
		print_error("%s:%d: %s: ", __FILE__, __LINE__, #cond);	\
		print_error(__VA_ARGS__);				\
		print_error("\n");					\
		fail();							\
	}								\
} while (0)

/* A test function takes cmocka's state, which few of them need. */
#define TEST(name)	static void name(void **state_)
#define TEST_BEGIN	(void)state_
#define RUN(name)	cmocka_unit_test(name)

#endif
