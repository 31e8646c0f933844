"""A GraphQL query as the fields that it asks for, whatever way it is written."""
