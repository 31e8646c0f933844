"""Questions about what agents did, answered from the records; detectors, audited by a person."""
