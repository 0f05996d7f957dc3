/* browser.mjs - the webmail in Chromium, at 1280 and at 390 pixels. */

import assert from 'node:assert/strict';
import { begin, end, failed, NARROW, ORIGIN, said, WIDE } from './lib.mjs';
import { sum, test } from './runner.mjs';
import { reading } from './reading.mjs';
import { commands } from './commands.mjs';
import { writing } from './writing.mjs';
import { around } from './around.mjs';

await begin();
for (const [name, size] of [['1280', WIDE], ['390', NARROW]])
	if ((process.env.WEB_SIZE ?? name) === name)
		for (const part of [reading, commands, writing, around])
			part(name, size);

test('no request goes anywhere but to where the page came from', () => {
	assert.ok(said.requests.length > 100);
	assert.deepEqual(said.requests.filter((u) => !u.startsWith(ORIGIN + '/') &&
	    !u.startsWith('data:') && !u.startsWith('blob:')), []);
});

test('the browser has nothing to complain about', () => {
	assert.deepEqual(said.complaints, []);
});

await sum(failed);
await end();
