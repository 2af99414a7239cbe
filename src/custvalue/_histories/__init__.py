"""What customers did: purchase histories, opportunities, contracts; how they are read."""
