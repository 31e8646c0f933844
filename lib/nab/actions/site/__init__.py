"""The site gathered, built, checked, served and published."""
