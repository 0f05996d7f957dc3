/* writing.mjs - letters: written, saved, sent, taken back, answered. */

import assert from 'node:assert/strict';
import { box, closeAll, deliver, find, mailbox, row, sends, shot, STAND,
    until } from './lib.mjs';
import { test } from './runner.mjs';

async function unsent() {
	await closeAll();
	return { skipped: 'this server sends nothing' };
}

export function writing(at, size) {
	const name = (text) => `${at}: ${text}`;

	test(name('a draft saves itself, and can be gone on with'), async () => {
		const page = await mailbox(size), subject = `Draft ${at}`;

		await page.keyboard.press('c');
		await write(page, 'Anna Weber <anna@example.com>, bob@example.net',
		    subject, 'First');
		await page.getByText('Draft saved').waitFor();
		await page.getByLabel('Text').pressSequentially(' and second');
		await until('the second save replaces the first', async () => {
			const got = await find(page, { subject }, ['preview',
			    'to', 'keywords', 'mailboxIds']);

			return got.length === 1 && got[0].keywords.$draft &&
			    got[0].to.length === 2 &&
			    got[0].to[0].name === 'Anna Weber' &&
			    got[0].preview === 'First and second';
		});
		await page.getByRole('dialog').getByRole('button',
		    { name: 'Close' }).click();
		await goTo(page, 'drafts');
		await row(page, subject).locator('.rowlink').click();
		await page.getByRole('button', { name: 'Go on writing' }).click();
		assert.equal(await page.getByLabel('Text').inputValue(),
		    'First and second');
		assert.equal(await page.locator('.chip').count(), 2);
		await page.getByRole('button', { name: 'Discard the draft' }).click();
		await page.locator('.toast').getByRole('button',
		    { name: 'Undo' }).click();
		assert.equal(await page.getByLabel('Text').inputValue(),
		    'First and second');
		await page.getByRole('button', { name: 'Discard the draft' }).click();
		await page.locator('.toast').getByRole('button',
		    { name: 'Close' }).click();
		await until('gone', async () => (await find(page, { subject }))
		    .length === 0);
		await closeAll();
	});

	test(name('files: chosen, dropped, taken out'), async () => {
		const page = await mailbox(size), subject = `Files ${at}`;

		await page.keyboard.press('c');
		await write(page, 'bob@example.net', subject, 'See there');
		await page.locator('.compose input[type=file]').setInputFiles([
			{ name: 'a.txt', mimeType: 'text/plain',
			    buffer: Buffer.from('aaa') },
			{ name: 'b.txt', mimeType: 'text/plain',
			    buffer: Buffer.from('bbb') }]);
		await drop(page, 'c.txt');
		await page.locator('.files').getByText('c.txt').waitFor();
		await page.getByRole('button', { name: 'Remove a.txt' }).click();
		await until('saved with them', async () => {
			const [e] = await find(page, { subject }, ['attachments']);

			return e?.attachments.map((a) => a.name).sort().join() ===
			    'b.txt,c.txt';
		});
		await shot(page, `compose-${at}`);
		await page.getByRole('button', { name: 'Discard the draft' }).click();
		await closeAll();
	});

	test(name('to someone without a key: said, asked once, taken back, sent'),
	    async () => {
		const page = await mailbox(size), subject = `Clear ${at}`;

		if (!await sends(page))
			return unsent();
		const send = page.getByRole('button', { name: 'Send', exact: true });

		await page.keyboard.press('c');
		await write(page, 'carl@example.net', subject, 'Hello');
		await page.getByText('In clear: no key is known for').waitFor();
		await send.click();
		const ask = page.getByRole('dialog',
		    { name: 'This letter cannot be encrypted' });

		await ask.waitFor();
		await shot(page, `clear-${at}`);
		await ask.getByRole('button', { name: 'Go on writing' }).click();
		await send.click();
		await ask.getByRole('button', { name: 'Send in clear' }).click();
		const wait = page.locator('.toast', { hasText: 'Sending in' });

		await wait.getByRole('button', { name: 'Undo' }).click();
		await page.getByText('Not sent: you can go on writing').first()
		    .waitFor();
		assert.equal(await page.getByLabel('Text').inputValue(), 'Hello');
		await send.click();
		await wait.getByRole('button', { name: 'Close' }).click();
		assert.equal(await ask.count(), 0);
		await sent(page, subject);
		await closeAll();
	});

	test(name('to someone with a key nothing is asked'), async () => {
		if (!STAND)
			return { skipped: 'whose key is known is the stand’s' };
		const page = await mailbox(size), subject = `Sealed ${at}`;

		await page.keyboard.press('c');
		await write(page, 'bob@example.net', subject, 'Hello');
		await page.getByText('Will be encrypted').waitFor();
		await page.keyboard.press('Control+Enter');
		await page.locator('.toast', { hasText: 'Sending in' })
		    .getByRole('button', { name: 'Close' }).click();
		await sent(page, subject);
		await closeAll();
		return null;
	});

	test(name('a letter goes when its ten seconds are over, or the page goes'),
	    async () => {
		const page = await mailbox(size), subject = `Ten ${at}`;

		if (!await sends(page))
			return unsent();
		await page.clock.install();
		await page.keyboard.press('c');
		await write(page, 'dora@example.net', subject, 'Hello');
		await page.clock.pauseAt(Date.now() + 3600000);
		await page.keyboard.press('Control+Enter');
		await page.getByRole('button', { name: 'Send in clear' }).click();
		await page.locator('.toast', { hasText: 'Sending in' }).waitFor();
		await page.clock.fastForward(9000);
		assert.ok(await isDraft(page, subject));
		await page.clock.fastForward(1500);
		await sent(page, subject);
		await page.clock.resume();
		await page.keyboard.press('c');
		await write(page, 'dora@example.net', subject + ' b', 'Hello');
		await page.keyboard.press('Control+Enter');
		await page.locator('.toast', { hasText: 'Sending in' }).waitFor();
		await page.goto('about:blank');
		await sent(page, subject + ' b');
		await closeAll();
	});

	test(name('reply, reply to all, forward'), async () => {
		const page = await mailbox(size), subject = `Question ${at}`;

		if (!await sends(page))
			return unsent();
		const { id } = await deliver(page, { subject, text: 'Are you well?',
			cc: [{ name: null, email: 'eva@example.net' }] });

		await row(page, subject).locator('.rowlink').click();
		await page.locator('iframe.loaded').waitFor();
		await page.keyboard.press('a');
		await page.locator('.compose').waitFor();
		assert.deepEqual(await page.locator('.chip span').allTextContents(),
		    ['Rosa Klein', 'eva@example.net']);
		await page.getByRole('dialog').getByRole('button',
		    { name: 'Discard the draft' }).click();
		await page.getByRole('button', { name: 'Forward' }).click();
		await page.locator('.compose').waitFor();
		assert.match(await page.getByLabel('Text').inputValue(),
		    /Forwarded message[^]*Are you well\?/);
		await page.getByRole('dialog').getByRole('button',
		    { name: 'Discard the draft' }).click();
		await page.keyboard.press('r');
		await page.locator('.compose').waitFor();
		assert.match(await page.getByLabel('Text').inputValue(),
		    /Rosa Klein wrote:\n> Are you well\?/);
		assert.equal(await page.getByLabel('Subject').inputValue(),
		    'Re: ' + subject);
		await page.getByLabel('Text').pressSequentially('Yes.');
		await shot(page, `reply-${at}`);
		await answer(page, id, subject);
		await closeAll();
	});

	test(name('what cannot be sent says why'), async () => {
		const page = await mailbox(size);
		const send = page.getByRole('button', { name: 'Send', exact: true });

		await page.keyboard.press('c');
		await send.click();
		await page.locator('.toast.bad', { hasText: 'Say to whom' }).waitFor();
		await page.getByLabel('To', { exact: true }).fill('nobody');
		await send.click();
		await page.locator('.toast.bad', { hasText: 'no address: nobody' })
		    .waitFor();
		assert.equal(await page.locator('.chip.bad').count(), 1);
		await page.getByLabel('To', { exact: true }).press('Backspace');
		assert.equal(await page.locator('.chip').count(), 0);
		await closeAll();
	});

	test(name('people one wrote to are suggested'), async () => {
		const page = await mailbox(size);

		await deliver(page, { role: 'sent', subject: `Old ${at}`, to: [
			{ name: 'Wilma Stein', email: 'wilma@example.net' }],
			keywords: { $seen: true } });
		await page.reload();
		await page.locator('.row').first().waitFor();
		await page.keyboard.press('c');
		await page.keyboard.type('wil');
		await page.getByRole('option', { name: /Wilma Stein/ }).waitFor();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await page.locator('.chip', { hasText: 'Wilma Stein' }).waitFor();
		await closeAll();
	});
}

async function write(page, to, subject, text) {
	await page.getByLabel('To', { exact: true }).fill(to);
	await page.getByLabel('To', { exact: true }).press('Enter');
	await page.getByLabel('Subject').fill(subject);
	await page.getByLabel('Text').fill(text);
}

async function goTo(page, role) {
	await page.evaluate((hash) => {
		location.hash = hash;
	}, `#/b/${(await box(page, role)).id}`);
}

async function isDraft(page, subject) {
	const [e] = await find(page, { subject }, ['keywords']);

	return e.keywords.$draft === true;
}

async function sent(page, subject) {
	await until(`${subject} is in Sent`, async () => {
		const [e] = await find(page, { subject }, ['keywords',
		    'mailboxIds']);

		return e && !e.keywords.$draft && (await box(page, 'sent')).id in
		    e.mailboxIds;
	});
}

async function answer(page, id, subject) {
	await page.keyboard.press('Control+Enter');
	await page.getByRole('button', { name: 'Send in clear' }).click();
	await page.locator('.toast', { hasText: 'Sending in' })
	    .getByRole('button', { name: 'Close' }).click();
	await sent(page, 'Re: ' + subject);
	await until('marked as answered', async () => (await find(page,
	    { subject }, ['keywords'])).find((e) => e.id === id)
	    .keywords.$answered);
	await page.locator('.msg').nth(1).waitFor();
}

async function drop(page, name) {
	const data = await page.evaluateHandle((n) => {
		const d = new DataTransfer();

		d.items.add(new File(['ccc'], n, { type: 'text/plain' }));
		return d;
	}, name);

	await page.locator('.compose').dispatchEvent('dragover',
	    { dataTransfer: data });
	await page.locator('.compose').dispatchEvent('drop',
	    { dataTransfer: data });
}
