"""The schema of the database, as steps that are run by `kringmarkt migrate`."""
