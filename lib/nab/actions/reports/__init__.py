"""What make shows people: runs, rounds, results, status."""
