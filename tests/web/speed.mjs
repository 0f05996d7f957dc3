/*
 * speed.mjs - how long until the inbox is drawn, and a message is.  Prints
 * medians in milliseconds, as JSON.
 */

import { begin, blank, closeAll, end, mailbox, ORIGIN, WIDE } from './lib.mjs';

const RUNS = Number(process.env.WEB_RUNS ?? 15);

function median(list) {
	return list.sort((a, b) => a - b)[list.length >> 1];
}

/* From where the page began to load until what is there has been painted. */
function watch() {
	const seen = new MutationObserver(() => {
		if (document.querySelector('.row') === null)
			return;
		seen.disconnect();
		requestAnimationFrame(() => setTimeout(() => {
			window.drawn = performance.now();
		}));
	});

	seen.observe(document, { childList: true, subtree: true });
}

async function drawn(page) {
	await page.goto(ORIGIN + '/');
	return (await page.waitForFunction(() => window.drawn, null,
	    { polling: 10 })).jsonValue();
}

async function opened(page, n) {
	return page.evaluate((i) => new Promise((done) => {
		const since = performance.now();
		const seen = new MutationObserver(() => {
			if (document.querySelector('iframe.loaded') === null)
				return;
			seen.disconnect();
			requestAnimationFrame(() => setTimeout(() =>
			    done(performance.now() - since)));
		});

		seen.observe(document, { childList: true, subtree: true,
			attributes: true });
		document.querySelectorAll('.rowlink')[i].click();
	}), n);
}

await begin();
const first = [], again = [], opens = [];

await mailbox(WIDE);
await closeAll();
for (let i = 0; i < RUNS; i++) {
	const page = await blank(WIDE);

	await page.addInitScript(watch);
	first.push(await drawn(page));
	again.push(await drawn(page));
	opens.push(await opened(page, i % 20));
	await closeAll();
}
console.log(JSON.stringify({ first: median(first), again: median(again),
    opened: median(opens) }));
await end();
