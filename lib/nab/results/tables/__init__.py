"""Tables of the results store: what each column is, its unit, its source and an example, and the SQL that makes it."""
