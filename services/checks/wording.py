"""The headings and labels of dossiers and of the page of articles: Dutch first, then English."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from contracts.vocabulary.terms import Language
from matching.end_of_waste import Measurement, Truth
from matching.end_of_waste.facts import PropertyValue
from services.checks.dutch import DUTCH

LABELS: dict[str, tuple[str, str]] = {
    "title": ("Dossier einde-afvaltoets", "Dossier of an end-of-waste check"),
    "notice": ("Voorstel, geen besluit", "Proposed, not a decision"),
    "reference": ("Uw kenmerk", "Your reference"),
    "on": ("Recht van de dag", "Law of the day"),
    "made_on": ("Dossier gemaakt op", "Dossier made on"),
    "outcome": ("Uitkomst", "Outcome"),
    "status": ("Voorgestelde status", "Proposed status"),
    "subject": ("Materiaal en toepassing", "Material and use"),
    "material": ("Materiaal", "Material"),
    "stream": ("Soort materiaal", "Kind of material"),
    "eural_code": ("Euralcode", "Waste code (List of Waste)"),
    "origin": ("Herkomst", "Origin"),
    "processing": ("Bewerking", "Processing"),
    "treatment_completed": ("Bewerking klaar", "Treatment completed"),
    "intended_use": ("Beoogd gebruik", "Intended use"),
    "claimed_status": ("Status volgens de houder", "Status as claimed by the holder"),
    "supplier_country": ("Land van de leverancier", "Country of the supplier"),
    "destination_country": ("Land van bestemming", "Country of destination"),
    "trade": ("Handel en vervoer", "Trade and transport"),
    "properties": ("Eigenschappen", "Properties"),
    "evidence": ("Documenten die er zijn", "Documents that are there"),
    "none": ("geen", "none"),
    "unknown": ("niet bekend", "not known"),
    "yes": ("ja", "yes"),
    "no": ("nee", "no"),
    "criteria": ("Getoetste eisen", "Criteria that were checked"),
    "criterion": ("Eis", "Criterion"),
    "finding": ("Uitkomst", "Outcome"),
    "value": ("Waarde", "Value"),
    "vouched": ("niet gezien; een document staat ervoor in", "not seen; a document vouches for it"),
    "limit": ("Grens", "Limit"),
    "article": ("Artikel en bron", "Article and source"),
    "blockers": ("Wat staat in de weg?", "What stands in the way?"),
    "missing": ("Welk bewijs ontbreekt nog?", "Which evidence is missing?"),
    "duties": ("Plichten", "Duties"),
    "receipt": ("Bewijs van deze toets", "Receipt of this check"),
    "engine": ("Versie van de toets", "Version of the check"),
    "rulebook": ("Versie van de regels (SHA-256)", "Version of the rulebook (SHA-256)"),
    "facts": ("Gebruikte gegevens", "Facts used"),
    "law_files": ("Gebruikte regels (bestand, SHA-256)", "Law files used (file, SHA-256)"),
    "signature": ("Ondertekening", "Signature"),
    "name": ("Naam", "Name"),
    "organisation": ("Organisatie", "Organisation"),
    "date": ("Datum", "Date"),
    "autograph": ("Handtekening", "Signature"),
    "source": ("Bron", "Source"),
    "page": ("pagina", "page"),
    "start_from_memory": ("begindag niet nagelezen", "first day not checked against a text"),
    "articles": ("Artikelen van de regels", "Articles of the rulebook"),
    "articles_intro": (
        "Dit zijn alle artikelen waarmee de einde-afvaltoets werkt. De toets geeft een voorstel, geen besluit.",
        "These are all articles the end-of-waste check works with. The check proposes, it does not decide.",
    ),
    "act": ("Wet of verordening", "Act"),
    "place": ("Plaats", "Place"),
    "subject_of": ("Waarover", "About"),
    "confidence": ("Zekerheid", "Confidence"),
    "last_checked": ("Nagekeken op", "Last checked"),
    "valid": ("Geldig", "Valid"),
    "from": ("vanaf", "from"),
    "until": ("tot en met", "until and including"),
    "no_date": ("nog geen datum", "no date yet"),
    "other_language": ("In English", "In het Nederlands"),
    "confidence_read": ("de tekst is gelezen", "the text was read"),
    "confidence_read_old": ("een oudere tekst is gelezen", "an older text was read"),
    "confidence_secondary": ("uit een andere bron dan de wet", "from a source other than the act"),
    "confidence_memory": ("uit het geheugen, niet nagelezen", "from memory, not checked against a text"),
    "status_waste": ("afval", "waste"),
    "status_hazardous_waste": ("gevaarlijk afval", "hazardous waste"),
    "status_pop_waste": ("POP-afval", "POP waste"),
    "status_by_product": ("bijproduct", "by-product"),
    "status_end_of_waste": ("einde-afval", "end of waste"),
    "status_product": ("product", "product"),
    "status_out_of_scope": ("buiten de afvalregels", "outside the waste rules"),
    "status_undetermined": ("niet te bepalen: behandel het als afval", "undetermined: treat it as waste"),
    "outcome_met": ("in orde", "met"),
    "outcome_failed": ("niet in orde", "not met"),
    "outcome_unknown": ("niet bekend", "not known"),
}

Say = Callable[[str], str]


def speaker(language: Language) -> Say:
    """Labels by name in this language."""
    place = list(Language).index(language)
    return lambda name: LABELS[name][place]


def word_in(language: Language, word: str) -> str:
    """A word of the closed lists as people say it."""
    plain = word.replace("_", " ")
    return DUTCH.get(word, plain) if language is Language.DUTCH else plain


def day_in(language: Language, day: date) -> str:
    """A date as people write it: 21-11-2026 in Dutch, 2026-11-21 in English."""
    return f"{day:%d-%m-%Y}" if language is Language.DUTCH else day.isoformat()


def number_in(language: Language, number: Decimal | str) -> str:
    """A number with the decimal sign of the language."""
    return str(number).replace(".", ",") if language is Language.DUTCH else str(number)


def value_in(language: Language, value: PropertyValue) -> str:
    """A property as people write it."""
    if isinstance(value, Measurement):
        return f"{number_in(language, value.value)} {value.unit}"
    if isinstance(value, bool):
        return speaker(language)("yes" if value else "no")
    return day_in(language, value) if isinstance(value, date) else value


def truth_in(language: Language, truth: Truth) -> str:
    """Yes, no or not known."""
    return speaker(language)(truth.value)
