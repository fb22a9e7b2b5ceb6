"""A made-up registry of any size, to show and to measure the product without a real record in it."""
