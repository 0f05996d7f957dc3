"""Where the suites of others are, and how our parsers are asked."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUITES = pathlib.Path(os.environ.get('PLI_SUITES') or next(
    (p / 'shared' / 'suites' for p in ROOT.parents
     if (p / 'shared' / 'suites').is_dir()), '/nowhere'))
BUILD = pathlib.Path(os.environ.get('PLI_BUILD', ROOT / 'build'))
TOOLS = BUILD / 'tests' / 'suites'


def folder(name):
    path = SUITES / name
    if not path.is_dir():
        pytest.skip(f'{name} is not here')
    return path


def ask(tool, kind, texts):
    """One answer for each text, all from one run of the tool."""
    program = TOOLS / tool
    if not program.exists():
        pytest.skip(f'{tool} is not built')
    wire = b''.join(b'%d\n' % len(t) + t for t in texts)
    done = subprocess.run([program] + kind, input=wire, capture_output=True,
                          timeout=600)
    assert done.returncode == 0, done.stderr.decode(errors='replace')[-4000:]
    lines = done.stdout.decode().split('\n')[:-1]
    assert len(lines) == len(texts)
    return [json.loads(line) for line in lines]


def pliparse(kind, texts):
    return ask('pliparse', [kind], texts)


def text(hexes):
    return bytes.fromhex(hexes).decode('utf-8', 'surrogateescape')
