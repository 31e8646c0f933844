"""This machine: its packages, its disks, its service manager, its terminal."""
