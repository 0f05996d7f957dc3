#!/bin/bash
# layer.sh make FOLDER PACKAGE... | mount FOLDER - a mail server in an overlay.
#
# As tests/bench/peers.sh: over /, in a mount namespace of its own, with a /dev
# of its own, never on the host itself; Debian's mail servers replace each
# other.  make needs the network once; the layer is FOLDER/u.
set -eu
op=$1 at=$2
shift 2

# one that was left half made, or while the host's own dpkg ran, begins anew
if [ "$op" = make ] && ! [ -f "$at/u/made" ]; then
	rm -rf --one-file-system "$at/u" "$at/w"
fi
mkdir -p "$at"/{u,w,m}
mount -t overlay pli-lab -o "lowerdir=/,upperdir=$at/u,workdir=$at/w" "$at/m"
mount -t proc proc "$at/m/proc"
mount -t tmpfs -o mode=755 tmpfs "$at/m/dev"
for d in null:3 zero:5 full:7 random:8 urandom:9; do
	mknod -m 666 "$at/m/dev/${d%:*}" c 1 "${d#*:}"
done
mknod -m 666 "$at/m/dev/tty" c 5 0
ln -s /proc/self/fd "$at/m/dev/fd"
mkdir "$at/m/dev/shm"
mount -t tmpfs tmpfs "$at/m/dev/shm"
mount -t tmpfs tmpfs "$at/m/run"
mount -t tmpfs tmpfs "$at/m/tmp"
mkdir -p "$at/m/run/lock"
if [ "$op" = make ] && ! [ -f "$at/u/made" ]; then
	DEBIAN_FRONTEND=noninteractive chroot "$at/m" apt-get install -y \
	    --no-install-recommends "$@" >"$at/apt.log" 2>&1 ||
	    { tail -5 "$at/apt.log"; exit 1; }
	touch "$at/m/made"
fi
