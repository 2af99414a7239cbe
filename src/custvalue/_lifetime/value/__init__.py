"""From purchases and spend to money."""
