/* reading.mjs - the list, conversations, search, what arrives. */

import assert from 'node:assert/strict';
import { blank, closeAll, deliver, find, FIREFOX, jmap, link, mailbox, ORIGIN,
    row, SEEDED, shot, STAND, until } from './lib.mjs';
import { test } from './runner.mjs';

const SEED = { skipped: 'needs the letters of seed.py' };

export function reading(at, size) {
	const narrow = at === '390';
	const name = (text) => `${at}: ${text}`;

	test(name('a link opens the mailbox, once'), async () => {
		const page = await blank(size), one = await link();

		await page.goto(one);
		await page.locator('.row').first().waitFor();
		assert.ok(!page.url().includes(one.split('#')[1]));
		assert.ok(!await page.evaluate(() => document.cookie));
		await shot(page, `inbox-${at}`);
		const other = await blank(size, { storageState: undefined });

		await other.goto(one);
		await other.getByRole('alert').waitFor();
		assert.match(await other.getByRole('alert').textContent(),
		    /has been used/);
		await shot(other, `login-${at}`);
		await closeAll();
	});

	test(name('a conversation is one line, with what it has'), async () => {
		const page = await mailbox(size);

		await closeAllAfter(async () => {
			const a = await deliver(page, { subject: `Mill ${at}` });
			const [{ messageId }] = await find(page,
			    { subject: a.subject }, ['messageId']);

			await deliver(page, { subject: `Re: Mill ${at}`,
				from: { name: 'Otto Lang', email: 'otto@example.net' },
				inReplyTo: messageId });
			const line = row(page, `Mill ${at}`);

			await line.getByText('2', { exact: true }).waitFor();
			assert.equal(await line.count(), 1);
			assert.match(await line.textContent(), /Rosa, Otto/);
			assert.match(await line.getAttribute('class'), /unread/);
		});
	});

	test(name('opening a conversation reads it; old messages are folded'),
	    async () => {
		const page = await mailbox(size);

		await closeAllAfter(async () => {
			const a = await deliver(page, { subject: `Hall ${at}`,
				keywords: { $seen: true } });
			const [{ messageId }] = await find(page,
			    { subject: a.subject }, ['messageId']);
			const b = await deliver(page, { subject: `Re: Hall ${at}`,
				inReplyTo: messageId, text: 'Line\n'.repeat(60) });

			await row(page, `Hall ${at}`).locator('.rowlink').click();
			await page.locator('iframe.loaded').waitFor();
			assert.equal(await page.locator('.msg').count(), 2);
			assert.equal(await page.locator('.msg.folded').count(), 1);
			await page.locator('.msg.folded .msghead').click();
			await page.locator('iframe.loaded').nth(1).waitFor();
			await until('seen', async () => (await find(page,
			    { subject: `Re: Hall ${at}` }, ['keywords']))[0]
			    .keywords.$seen && b.id);
			await sandboxed(page);
			await fitting(page);
		});
	});

	test(name('protection is told in words'), async () => {
		if (!SEEDED)
			return SEED;
		const page = await mailbox(size);

		await badgeOf(page, 'The roof before winter', narrow,
		    /Encrypted by its sender, signature good, key first seen on 3 May/i);
		await page.locator('.badge summary').last().click();
		await page.getByText('It was encrypted to your key when it came').last()
		    .waitFor();
		await shot(page, `conversation-${at}`);
		await badgeOf(page, 'Dinner on Saturday?', narrow,
		    /sealed on arrival, came in clear, not signed/i);
		await badgeOf(page, 'Please confirm your account', narrow,
		    /signature wrong/i);
		await shot(page, `bad-signature-${at}`);
		await badgeOf(page, 'A letter that will not open', narrow,
		    /could not be opened here/i);
		await closeAll();
		return null;
	});

	test(name('attachments can be fetched'), async () => {
		if (!SEEDED)
			return SEED;
		if (FIREFOX)
			return { skipped: 'it keeps what it fetches' };
		const page = await mailbox(size);

		await row(page, 'Your train on 12 December').locator('.rowlink')
		    .click();
		const file = page.getByRole('link', { name: /Download tickets.pdf/ });
		const [got] = await Promise.all([page.waitForEvent('download'),
		    file.click()]);

		assert.equal(got.suggestedFilename(), 'tickets.pdf');
		await closeAll();
		return null;
	});

	test(name('pictures from elsewhere come when they are asked for'),
	    async () => {
		if (!SEEDED)
			return SEED;
		const page = await mailbox(size);

		await row(page, 'What the lighthouse keepers wrote down')
		    .locator('.rowlink').click();
		await page.getByText(/tells the sender that you have opened/)
		    .waitFor();
		await shot(page, `pictures-${at}`);
		await page.getByRole('button', { name: 'Load pictures' }).click();
		await page.locator('iframe.loaded[src*="images=1"]').waitFor();
		assert.ok(await page.locator('.pictures').isHidden());
		await closeAll();
		return null;
	});

	test(name('pictures that a message brings are shown'), async () => {
		if (STAND || !SEEDED)
			return { skipped: 'the stand opens no messages' };
		const page = await mailbox(size);

		await row(page, 'A picture of the pond').locator('.rowlink')
		    .click();
		await page.locator('iframe.loaded').waitFor();
		await until('the picture', () => page.frameLocator('iframe')
		    .locator('img').evaluate((img) => img.naturalWidth === 1 &&
			img.src.startsWith('data:image/png')));
		assert.ok(await page.locator('.pictures').isHidden());
		await closeAll();
		return null;
	});

	test(name('the list goes on while one scrolls'), async () => {
		const page = await mailbox(size);

		await fill(page);
		await page.reload();
		await page.locator('.row').nth(40).waitFor();
		const before = await page.locator('.row').count();

		assert.ok(before < 110, String(before));
		await until('more', async () => {
			await page.locator('.list .scroller').evaluate((el) =>
			    el.scrollTo(0, el.scrollHeight));
			return await page.locator('.row').count() >= 110;
		});
		await closeAll();
	});

	test(name('search as one types, with operators'), async () => {
		const page = await mailbox(size);
		const field = page.getByRole('searchbox');

		await deliver(page, { subject: `Quartz ${at}`, keywords:
			{ $flagged: true }, from: { name: 'Ute Brand',
			email: 'ute@example.net' },
			text: 'A vein of <quartz> & gold in the old wall.' });
		await field.focus();
		await shot(page, `search-hint-${at}`);
		await field.pressSequentially(`quartz from:ute is:starred ${at}`);
		await row(page, `Quartz ${at}`).waitFor();
		await page.getByText('1 found', { exact: true }).first().waitFor();
		assert.equal(await page.locator('.row').count(), 1);
		if (!STAND) {
			await page.locator('.preview mark').waitFor();
			assert.match(await page.locator('.preview').textContent(),
			    /of <quartz> & gold/);
			assert.equal(await page.locator('.preview mark')
			    .textContent(), 'quartz');
		}
		await shot(page, `search-${at}`);
		await field.fill('after:2999-01-01');
		await page.getByText('Nothing found').waitFor();
		await shot(page, `nothing-found-${at}`);
		await field.press('Escape');
		await page.locator('.row').nth(1).waitFor();
		assert.equal(await field.inputValue(), '');
		await closeAll();
	});

	test(name('what arrives is there at once, and is announced'), async () => {
		const page = await mailbox(size);
		let loads = 0;

		page.on('load', () => loads++);
		const { subject, id } = await deliver(page);

		await row(page, subject).waitFor();
		await page.locator('[role=status]', { hasText: '1 new letter' })
		    .waitFor({ state: 'attached' });
		await jmap(page, [['Email/set', { update: { [id]: {
			'keywords/$seen': true } } }]]);
		await page.locator('.row:not(.unread)', { hasText: subject })
		    .waitFor();
		await jmap(page, [['Email/set', { destroy: [id] }]]);
		await row(page, subject).waitFor({ state: 'detached' });
		assert.equal(loads, 0);
		await closeAll();
	});
}

async function closeAllAfter(work) {
	await work();
	await closeAll();
}

async function sandboxed(page) {
	const all = await page.locator('iframe').evaluateAll((list) =>
	    list.map((el) => [el.getAttribute('sandbox'), el.src]));

	for (const [sandbox, src] of all) {
		assert.ok(sandbox !== null && !/allow-scripts|allow-forms|top/
		    .test(sandbox), sandbox);
		assert.ok(src.startsWith(ORIGIN + '/view/'), src);
	}
}

/* Nothing of the text is cut off or has to be scrolled in its frame. */
async function fitting(page) {
	await until('frames as high as their text', () => page.locator('iframe')
	    .evaluateAll((list) => list.every((el) => el.clientHeight >=
		el.contentDocument.documentElement.scrollHeight)));
}

async function badgeOf(page, subject, narrow, words) {
	if (narrow && await page.locator('.backward').isVisible())
		await page.locator('.backward').click();
	await row(page, subject).locator('.rowlink').click();
	const badge = page.locator('.badge').last();

	await badge.waitFor();
	await until(String(words), async () => words.test(await page
	    .locator('.badge').last().textContent()));
}

async function fill(page) {
	const [got] = await jmap(page, [['Email/query', { filter: null,
		calculateTotal: true, collapseThreads: true }]]);

	for (let i = got.total; i < 125; i++)
		await deliver(page, { keywords: { $seen: true } });
}
