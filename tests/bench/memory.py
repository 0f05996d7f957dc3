"""memory.py - PSS of the whole box, and of idle TLS IMAP connections."""
import resource, socket, time
import stacks


def idle(stack, i):
    s = socket.create_connection(('127.0.0.1', stack.port_imaps), 30)
    s = stacks.tls_client().wrap_socket(s)
    s.settimeout(60)

    def until(start):
        b = b''
        while not b.endswith(b'\r\n') or not b.split(b'\r\n')[-2].startswith(start):
            d = s.recv(65536)
            if not d:
                raise EOFError(b)
            b += d
    until(b'* OK')
    for tag, command, end in ((b'a', f'LOGIN {stack.idle_user(i)} "{stack.password}"', b'a OK'),
                              (b'b', 'SELECT INBOX', b'b OK'),
                              (b'c', 'IDLE', b'+')):
        s.sendall(tag + b' ' + command.encode() + b'\r\n')
        until(end)
    return s


def connections(stack, n, out):
    before = stack.group.pss()
    socks = [idle(stack, i) for i in range(n)]
    time.sleep(5)
    each = (stack.group.pss() - before) * 1024 / n
    for s in socks:
        s.close()
    out.append(f'| {n} idle TLS IMAP connections | {stack.name} | {each:.0f} KiB each |')
    print(out[-1], flush=True)


def run(args, out):
    import bench
    n = 100 if args.quick else 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    out.append('\n| memory (PSS) | stack | |')
    out.append('|---|---|---|')
    ours = stacks.Pli('sealed')
    bench.smtp_once(ours, 1, 4096, 10, False)
    ours.drop_imap()
    time.sleep(3)
    out.append(f'| whole box after ten messages | {ours.name} | '
               f'{ours.group.pss():.1f} MiB |')
    print(out[-1], flush=True)
    connections(ours, n, out)
    ours.stop()
    theirs = stacks.Dovecot('mdbox')
    theirs.start()
    connections(theirs, n, out)
    theirs.stop()
