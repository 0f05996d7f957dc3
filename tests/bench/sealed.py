"""sealed: what it costs that a store's database is sealed, and how fast words
are found in it."""
import os, subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, '..', '..', 'build-rel')
SUITES = os.environ.get('PLI_SUITES', os.path.join(HERE, '..', '..', '..',
                                                   'shared', 'suites'))


def measure(messages):
    """{what: {'plain': n, 'sealed': n}}, in order."""
    name = 'tests/store/store_seal_bench'
    subprocess.run(['ninja', '-C', BUILD, name], check=True,
                   stdout=subprocess.DEVNULL)
    text = subprocess.run([os.path.join(BUILD, name), str(messages), SUITES],
                          check=True, capture_output=True, text=True).stdout
    got = {}
    for line in text.splitlines():
        how, what, number = line.split('\t')
        got.setdefault(what, {})[how] = float(number)
    return got


def rows(messages):
    if not os.path.isdir(SUITES):
        return []
    out = ['', '| a database in the store | plain | sealed | ratio |',
           '|---|---|---|---|']
    for what, n in measure(messages).items():
        out.append(f'| {what} | {n["plain"]:g} | {n["sealed"]:g} '
                   f'| {n["sealed"] / n["plain"]:.2f} |')
    return out


if __name__ == '__main__':
    import sys
    print('\n'.join(rows(int(sys.argv[1]) if sys.argv[1:] else 100000)))
