"""The stores of the domains: each implements the ports of one domain on the connection of one transaction."""
