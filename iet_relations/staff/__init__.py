"""What every page of the staff shares: lists and forms of records, their history, files and edit conflicts."""
