"""Search that forgives: folding of letters, spelling by sound, the words there are, corrections (docs/search.md)."""
