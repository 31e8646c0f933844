"""Charts as SVG, drawn when the site is built: seven forms, one scale; pure."""
