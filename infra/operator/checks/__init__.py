"""What the doctor looks at, one module a neighbourhood: the account, the stack, the chats, the office.

Each check gets what it looks at as an argument and yields findings; none prints, changes or stops anything.
"""
