"""The operator tool: everything an IT officer does to a deployment besides deploying it.

`python -m infra.operator COMMAND --stage prod` works from a copy of the repository, with the officer's own credentials:
nothing of it ships. One module a group of commands; what a command says is English, what it makes for the office is
Indonesian.
"""
