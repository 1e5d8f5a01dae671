// The first that a card would be looked for in.
export default (page) => page.languages.split(',').find((tag) => tag)?.toLowerCase();
