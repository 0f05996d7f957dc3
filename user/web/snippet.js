/*
 * snippet.js - what SearchSnippet/get says (RFC 8621, 5), as pieces of text: it
 * is HTML, of which nothing but <mark> is read.  Pure.
 */

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plainOf(html) {
	return html.replace(/<[^>]*>/g, '').replace(
	    /&(?:#(\d{1,7})|([a-z]+));/g, (whole, code, name) => {
		if (code !== undefined)
			return Number(code) > 0x10ffff ? '' :
			    String.fromCodePoint(Number(code));
		return NAMED[name] ?? whole;
	    });
}

/* [{text, mark}] */
export function pieces(html) {
	return html.split(/(<mark>.*?<\/mark>)/s).filter((s) => s !== '')
	    .map((s) => ({ text: plainOf(s), mark: s.startsWith('<mark>') }));
}
