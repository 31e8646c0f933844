"""git directories of ours and the remote that one of them is pushed to."""
