// What the search page does otherwise than Sphinx; joined to its language_data.js by texts.py.

// Who searches reads: what is in the reference alone comes last.
Scorer.score = ([page, , , , score]) => (page.startsWith("api") ? score - 1000 : score);

// Excerpts are cut from pages, and pages that are opened from disk may not be fetched.
const fetched = window.fetch;
window.fetch = (address, ...options) => {
  const page = /^\.\/([\w-]+)\.html$/.exec(address)?.[1];
  const text = Search.texts?.[page];
  return text ? Promise.resolve(new Response(text)) : fetched(address, ...options);
};
