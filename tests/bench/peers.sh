#!/bin/bash
# peers.sh make|mount - Postfix and Dovecot in an overlay over /, for the bench.
#
# Never on the host itself: Debian's mail servers replace each other and the
# host's.  Both verbs run in a mount namespace of their own (bench.py sees to
# that), the overlay has a /dev of its own, and nothing of the host is ever
# removed.  make needs the network once; the layer stays in $PEERS.
set -eu
PEERS=${PLI_BENCH_PEERS:-/var/lib/pli-bench/peers}
HERE=$(cd "$(dirname "$0")" && pwd)

make_dev() {
	mount -t tmpfs -o mode=755 tmpfs "$1"
	mkdir "$1/pts" "$1/shm"
	for d in null:3 zero:5 full:7 random:8 urandom:9; do
		mknod -m 666 "$1/${d%:*}" c 1 "${d#*:}"
	done
	mknod -m 666 "$1/tty" c 5 0
	ln -s /proc/self/fd "$1/fd"
	mount -t tmpfs tmpfs "$1/shm"
}

mount_layer() {
	mkdir -p "$PEERS"/{u,w,m}
	mount -t overlay pli-bench \
	    -o "lowerdir=/,upperdir=$PEERS/u,workdir=$PEERS/w" "$PEERS/m"
	mount -t proc proc "$PEERS/m/proc"
	make_dev "$PEERS/m/dev"
	mount -t tmpfs tmpfs "$PEERS/m/run"
	mount -t tmpfs tmpfs "$PEERS/m/tmp"
	mkdir -p "$PEERS/m/run/lock"
}

configure() {
	m=$PEERS/m
	cp "$HERE/conf/postfix-main.cf" "$m/etc/postfix/main.cf"
	sed -i '/^smtp  *inet/d; /^127.0.0.1:20025/d' "$m/etc/postfix/master.cf"
	echo '127.0.0.1:20025 inet n - n - - smtpd' >> "$m/etc/postfix/master.cf"
	chroot "$m" postconf -F '*/*/chroot=n'
	mkdir -p "$m/etc/bench" "$m/var/mail/vm"
	[ -f "$m/etc/bench/key.pem" ] || openssl req -x509 -newkey ec \
	    -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
	    -subj /CN=bench.test -keyout "$m/etc/bench/key.pem" \
	    -out "$m/etc/bench/cert.pem" 2>/dev/null
	cp "$HERE/conf/dovecot.conf" "$m/etc/dovecot/bench.conf"
	chroot "$m" sh -c 'getent passwd vmail >/dev/null ||
	    useradd -u 5000 -d /var/mail/vm vmail; chown vmail /var/mail/vm'
	{
		for b in mdbox maildir; do
			for u in u1 big; do
				echo "$u@$b.test::5000:5000::/var/mail/vm/$b/$u::userdb_mail=$b:/var/mail/vm/$b/$u/mail"
			done
		done
		for i in $(seq 0 1000); do
			echo "idle$i@mdbox.test::5000:5000::/var/mail/vm/mdbox/idle$i::userdb_mail=mdbox:/var/mail/vm/mdbox/idle$i/mail"
		done
	} > "$m/etc/dovecot/users"
}

case $1 in
make)
	mount_layer
	if ! [ -x "$PEERS/m/usr/sbin/postfix" ] ||
	    ! [ -x "$PEERS/m/usr/lib/dovecot/lmtp" ]; then
		DEBIAN_FRONTEND=noninteractive chroot "$PEERS/m" apt-get \
		    install -y --no-install-recommends postfix \
		    dovecot-imapd dovecot-lmtpd >"$PEERS/apt.log" 2>&1 ||
		    { tail -5 "$PEERS/apt.log"; exit 1; }
	fi
	configure
	;;
mount)
	mount_layer
	;;
esac
