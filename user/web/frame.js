/*
 * frame.js - the text of a message, as the server made it safe, in a frame
 * where nothing runs.  The frame is as high as what it shows.
 */

import { h } from './dom.js';

const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';
const MOST_HIGH = 30000, MOST_TIMES = 40;

/* found(n): how many remote pictures were left out.  key(event): what is
 * typed while the frame has the focus. */
export function frame(email, images, title, { found, key }) {
	const el = h('iframe', { class: 'body', sandbox: SANDBOX, title,
		referrerpolicy: 'no-referrer', src: `/view/${
		    encodeURIComponent(email)}${images ? '?images=1' : ''}` });

	el.addEventListener('load', () => {
		const doc = el.contentDocument;

		if (doc?.body === null || doc?.body === undefined)
			return;
		el.classList.add('loaded');
		fit(el, doc);
		doc.addEventListener('keydown', key);
		found(Number(doc.querySelector('meta[name=pli-remote]')
		    ?.content ?? 0));
	});
	return el;
}

/* A message that grows with its frame is stopped. */
function fit(el, doc) {
	let times = 0, last = 0;
	const size = () => {
		const high = Math.min(MOST_HIGH, Math.max(doc.body.scrollHeight,
		    doc.documentElement.offsetHeight));
		const bar = doc.documentElement.scrollWidth >
		    doc.documentElement.clientWidth ? 18 : 0;

		if (high + bar === last || times++ > MOST_TIMES)
			return;
		last = high + bar;
		el.style.height = `${Math.max(24, last)}px`;
	};

	size();
	new ResizeObserver(size).observe(doc.documentElement);
	for (const img of doc.images)
		img.addEventListener('load', size);
}
