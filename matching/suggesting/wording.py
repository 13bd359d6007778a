"""Suggestions in words, Dutch and English."""

from collections.abc import Mapping

from contracts.vocabulary.terms import Language
from matching.suggesting.model import Certainty, HazardWarning

_ADVICE: Mapping[Certainty, Mapping[Language, str]] = {
    Certainty.LIKELY: {
        Language.DUTCH: "Dit zijn voorstellen. Controleer de code zelf en kies er één.",
        Language.ENGLISH: "These are suggestions. Check the code yourself and choose one.",
    },
    Certainty.NOT_SURE: {
        Language.DUTCH: "Wij weten het niet zeker. Kijk goed of een van deze voorstellen klopt, of beschrijf het "
        "materiaal met meer woorden.",
        Language.ENGLISH: "We are not sure. Look closely whether one of these suggestions is right, or describe the "
        "material in more words.",
    },
    Certainty.NOTHING_KNOWN: {
        Language.DUTCH: "Wij herkennen dit niet. Beschrijf het materiaal met andere woorden.",
        Language.ENGLISH: "We do not recognise this. Describe the material in other words.",
    },
}
_BECAUSE = {
    Language.DUTCH: ("Door: {words}.", "Door de tekst als geheel."),
    Language.ENGLISH: ("Because of: {words}.", "Because of the text as a whole."),
}
_WARNS = {
    Language.DUTCH: "Let op: dit kan gevaarlijk afval zijn. {because} Zoek uit welke stoffen erin zitten voordat u een "
    "code kiest.",
    Language.ENGLISH: "Careful: this may be hazardous waste. {because} Find out which substances are in it before you "
    "choose a code.",
}
_WARNS_NOT = {
    Language.DUTCH: "De tekst wijst niet op gevaarlijk afval. Dat bewijst niet dat het veilig is.",
    Language.ENGLISH: "The text does not point to hazardous waste. That does not prove that it is safe.",
}
_HAZARD_UNKNOWN = {
    Language.DUTCH: "Wij herkennen dit niet, dus wij weten ook niet of het gevaarlijk afval is.",
    Language.ENGLISH: "We do not recognise this, so we do not know whether it is hazardous waste either.",
}


def advice(certainty: Certainty, language: Language) -> str:
    """What to do with the suggestions."""
    return _ADVICE[certainty][language]


def because(words: tuple[str, ...], language: Language) -> str:
    """Which words led to a suggestion."""
    some, none = _BECAUSE[language]
    return some.format(words=", ".join(words)) if words else none


def hazard_text(hazard: HazardWarning, certainty: Certainty, language: Language) -> str:
    """The warning, or what it means that there is none."""
    if certainty is Certainty.NOTHING_KNOWN:
        return _HAZARD_UNKNOWN[language]
    if hazard.warns:
        return _WARNS[language].format(because=because(hazard.words, language))
    return _WARNS_NOT[language]
