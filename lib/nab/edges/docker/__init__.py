"""The Docker engine: images, boxes, networks, and what each is made of."""
