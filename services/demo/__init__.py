"""A believable demo region, written by us: organisations that do not exist, with listings as people write them."""
