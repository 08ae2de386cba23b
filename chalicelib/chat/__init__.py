"""What admins and employees say to the bots, read: messages, commands, periods. No effect happens here."""
