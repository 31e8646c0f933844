"""What Numerai is asked of a diagnosis: every value that numerapi 3.1.1 asks for, and those that we do beside it."""

from __future__ import annotations

import re

ABOUT = "id filename insertedAt updatedAt status message trainedOnVal erasAcceptedCount examplePredsCorrMean"
PER_ERA = """
    examplePredsCorr validationAlpha validationBmc validationChurn validationCorr validationCorrV4
    validationFeatureCorrMax validationFeatureNeutralCorr validationFeatureNeutralCorrV3 validationMmc
    validationFncV4 validationIcV2 validationRic
"""
AGGREGATES = """
    validationCorrMean validationCorrStd validationCorrSharpe validationCorrMaxDrawdown
    validationCorrMeanRating validationCorrStdRating validationCorrSharpeRating validationCorrCorrWExamplePreds
    validationCorrPlusMmcMean validationCorrPlusMmcStd validationCorrPlusMmcSharpe validationCorrPlusMmcSharpeDiff
    validationCorrPlusMmcMeanRating validationCorrPlusMmcStdRating validationCorrPlusMmcSharpeRating
    validationCorrPlusMmcSharpeDiffRating
    validationMmcMean validationMmcStd validationMmcSharpe
    validationMmcMeanRating validationMmcStdRating validationMmcSharpeRating
    validationBmcMean validationBmcSharpe
    validationFeatureCorrMax validationFeatureCorrMaxRating validationMaxDrawdown validationMaxDrawdownRating
    validationFeatureNeutralCorrMean validationFeatureNeutralCorrMeanRating
    validationFeatureNeutralCorrV3Mean validationFeatureNeutralCorrV3MeanRating
    validationAdjustedSharpe validationApy validationAutocorr
    validationCorrV4Mean validationCorrV4Std validationCorrV4Sharpe validationCorrV4MaxDrawdown
    validationCorrV4CorrWExamplePreds
    validationFncV4Mean validationFncV4Std validationFncV4Sharpe validationFncV4MaxDrawdown
    validationFncV4CorrWExamplePreds
    validationIcV2Mean validationIcV2Std validationIcV2Sharpe validationIcV2MaxDrawdown
    validationIcV2CorrWExamplePreds
    validationRicMean validationRicStd validationRicSharpe validationRicMaxDrawdown validationRicCorrWExamplePreds
    validationAlphaMean validationAlphaStd validationAlphaSharpe validationAlphaMaxDrawdown
    validationAlphaCorrWExamplePreds
"""
UNKNOWN = re.compile(r'Cannot query field "(\w{1,100})"')


def question(without: set[str]) -> str:
    """Return the question for one diagnosis, without the fields that Numerai does not know."""
    eras = " ".join(name for name in PER_ERA.split() if name not in without)
    rest = " ".join(name for name in f"{ABOUT} {AGGREGATES}".split() if name not in without)
    return f"query($m: ID!, $i: ID!) {{diagnostics(modelId: $m, id: $i) {{{rest} perEraDiagnostics {{era {eras}}}}}}}"


def unknown_field(refusal: str) -> str:
    """Return the field that Numerai says there is not; empty where it says something else."""
    found = UNKNOWN.search(refusal)
    return found[1] if found else ""
