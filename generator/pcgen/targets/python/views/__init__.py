"""What the templates of a Python package print, worked out beforehand."""
