"""What drives a real browser against a real server: the signup with htmx, and the signup without JavaScript."""
