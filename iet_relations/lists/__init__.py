"""Public lists: what an address may ask for, the page with its chips and orders, and the same rows as files."""
