"""NumeraiAgentBench: can a coding agent do a Numerai participant's job, for weeks, alone?"""

__version__ = "0.1.0"
