"""Names: the published codes of a record, and the book that lists them."""
