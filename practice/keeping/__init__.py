"""What is kept, and how it is kept safe: the key, backups and their restore, upgrades, anchors."""
