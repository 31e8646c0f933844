"""What Linux tells of processes, groups, connections and devices."""
