"""Boxes, their images and their proxy, made and checked."""
