"""What sessions said and did, shown live or afterwards."""
