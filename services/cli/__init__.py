"""The command line `kringmarkt`: publishing files, tokens, and the chores of an operator.

Reading a file goes in steps that know nothing of each other: `files` (bytes to rows), `headers` and `columns` (which
column is which field), `cells` (what one cell means), `drafts` (a row as an offer or want). `publishing` sends them.
"""
