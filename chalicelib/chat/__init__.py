"""The chats: doors that take what platforms send, a grammar that reads it, and the conversation that answers."""
