"""Tables, transactions, queries, search, export, migrations."""
