"""demo_shot.py - a picture of the webmail, by a real Chromium.

Over its debugging pipe: one JSON message after the other, each ended by a NUL.
For demo.py alone.
"""
import base64, json, os, select, shutil, subprocess, tempfile, time


class Chromium:
    def __init__(self, size=(1280, 800)):
        self.dir = tempfile.mkdtemp(prefix='pli-chromium-')
        self.text, self.n = b'', 0
        (read, self.to), (self.from_, write) = os.pipe(), os.pipe()

        def ends():
            os.dup2(read, 13), os.dup2(write, 14)
            os.dup2(13, 3), os.dup2(14, 4)
        self.p = subprocess.Popen(
            ['chromium', *(['--no-sandbox'] if os.geteuid() == 0 else []),
             '--headless', '--disable-gpu', '--hide-scrollbars',
             '--user-data-dir=' + self.dir, '--window-size=%d,%d' % size,
             '--remote-debugging-pipe', 'about:blank'], close_fds=False,
            preexec_fn=ends, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read), os.close(write)
        self.session = None

    def call(self, method, seconds=30, **params):
        self.n += 1
        m = {'id': self.n, 'method': method, 'params': params}
        if self.session:
            m['sessionId'] = self.session
        os.write(self.to, json.dumps(m).encode() + b'\0')
        end = time.time() + seconds
        while time.time() < end:
            while b'\0' in self.text:
                one, self.text = self.text.split(b'\0', 1)
                got = json.loads(one)
                if got.get('id') == self.n:
                    return got.get('result', {})
            if select.select([self.from_], [], [], 1)[0]:
                self.text += os.read(self.from_, 1 << 20)
        raise OSError('chromium does not answer')

    def open(self, link):
        target = self.call('Target.createTarget', url=link)['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target,
                                 flatten=True)['sessionId']

    def js(self, text):
        return self.call('Runtime.evaluate', expression=text,
                         returnByValue=True).get('result', {}).get('value')

    def wait(self, text, seconds=30):
        end = time.time() + seconds
        while not self.js(text):
            if time.time() > end:
                raise OSError('the page does not show it')
            time.sleep(0.1)

    def picture(self, path):
        got = self.call('Page.captureScreenshot', format='png')
        with open(path, 'wb') as f:
            f.write(base64.b64decode(got['data']))

    def stop(self):
        self.p.kill()
        self.p.wait()
        os.close(self.to), os.close(self.from_)
        shutil.rmtree(self.dir, ignore_errors=True)


def of_letter(link, subject, path):
    """The letter of that subject, opened."""
    c = Chromium()
    row = f'[...document.querySelectorAll("li.row")]' \
          f'.find((r) => r.innerText.includes({json.dumps(subject)}))'
    try:
        c.open(link)
        c.wait(f'!!({row})')
        c.js(f'({row}).querySelector("a").click()')
        c.wait('!!document.querySelector("iframe")')
        time.sleep(1)           # its frame has no way to say so
        c.picture(path)
    finally:
        c.stop()
