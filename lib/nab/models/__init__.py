"""A scripted model server: it speaks the streaming protocols of the providers, and its models are scripts.

More than 14 modules, because a request is read, played, sent and written down by one each.
"""
