"""The model that answers: the operator's, or one of our own tables that is made at the first question and kept."""

from functools import cache
from pathlib import Path
from threading import Lock

import structlog

from infra.settings import Settings, WrongSettings
from infra.suggestions.fingerprint import fingerprint
from infra.suggestions.model_file import ModelRefused, read_model, write_model
from matching.suggesting.knowledge import known_phrases
from matching.suggesting.model import SuggestionModel

log = structlog.get_logger(__name__)

_one_at_a_time = Lock()


def model_in_use(settings: Settings) -> SuggestionModel:
    """The model of these settings, read or made once per process. Making one takes seconds: call it beside the loop.

    Raises WrongSettings when the operator's model cannot be used: a marketplace that silently answers with another
    model than the one that was chosen would be worse than one that does not start.
    """
    with _one_at_a_time:
        if settings.suggestions_model is not None:
            return _chosen(settings.suggestions_model)
        return _own(settings.data_dir / "suggestions")


def require_chosen(settings: Settings) -> None:
    """Read the operator's model, if there is one, before anybody asks; raises WrongSettings."""
    if settings.suggestions_model is not None:
        model_in_use(settings)


@cache
def _chosen(folder: Path) -> SuggestionModel:
    try:
        return read_model(folder)
    except ModelRefused as error:
        raise WrongSettings(f"KRINGMARKT_SUGGESTIONS_MODEL: {error}") from error


@cache
def _own(folder: Path) -> SuggestionModel:
    """The model of our own tables as they are now; another release finds another folder and makes its own."""
    place = folder / fingerprint(known_phrases())
    if place.exists():
        try:
            return read_model(place)
        except ModelRefused as error:
            log.warning("the kept model cannot be used and is made anew", reason=str(error))
    # Loaded here: who answers with a kept model does without scikit-learn, its start and its memory.
    from infra.suggestions.fitting import fitted

    model = fitted([])
    try:
        write_model(model, place)
    except (OSError, ModelRefused) as error:
        log.warning("the model could not be kept; the next start makes it again", reason=str(error))
    return model
