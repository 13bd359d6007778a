"""The site: pages for people, made on the server, live where a browser allows it."""
