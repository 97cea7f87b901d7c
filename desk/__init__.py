"""Shows: the web pages where paralegals work."""
