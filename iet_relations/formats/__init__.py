"""Dates and numbers as readers of each language write them, where Django's own formats differ."""
