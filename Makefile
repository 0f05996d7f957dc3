# make		the programs, in build-rel
# make demo	a letter arrives, is sealed, and is read (ONCE=1: then end)
# make check	everything that a change must pass: about 15 minutes
# make lint	the rules alone
# make fuzz	ten minutes for each parser (SECONDS=n)
# make soak	200 rounds of kill -9 and of lost power (ROUNDS=n), ten minutes of
#		random IMAP, mbsync and offlineimap with 10,000 messages
# make bench	beside Postfix and Dovecot; writes BENCHMARKS.md (QUICK=1, GOALS=1)
# make lab	a network with Postfix and Thunderbird, left running
# make install	as root

all: build-rel
	ninja -C build-rel

build-rel:
	tools/packages build
	meson setup build-rel --buildtype=release

demo:
	@tools/demo

check:
	@tools/check

lint: all
	@tools/lint build-rel

fuzz:
	@tools/packages build test
	@tools/fuzz $(or $(SECONDS),600)

soak: all
	/usr/bin/python3 tests/crash/crash.py build-rel $(or $(ROUNDS),200)
	/usr/bin/python3 tests/crash/outgoing.py build-rel $(or $(ROUNDS),200)
	/usr/bin/python3 tests/crash/power.py build-rel $(or $(ROUNDS),200)
	/usr/bin/python3 tests/stress/stress.py build-rel 600
	/usr/bin/python3 tests/clients/sync.py build-rel 10000

bench: all
	/usr/bin/python3 tests/bench/bench.py $(if $(QUICK),--quick) \
	    $(if $(GOALS),--goals)

lab: all
	@tools/packages build test lab
	@tests/lab/lab --stay

install: all
	meson install -C build-rel

clean:
	rm -rf build build-rel build-clang

.PHONY: all demo check lint fuzz soak bench lab install clean
