"""Settings of what is spoken."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .fields import Section

VoiceName = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9+_-]{0,39})?$")]


class VoiceConfig(Section):
    """The voice that speaks after a sound. Sentences are rendered when settings or names change."""

    engine: Literal["auto", "none", "espeak-ng", "piper"] = "auto"
    """auto: piper where a model is set, else espeak-ng where it is installed; none: no words."""
    speed: Annotated[float, Field(ge=0.5, le=2, json_schema_extra={"unit": "fraction"})] = 1.0
    """Speed of speech; 2 is twice as fast."""
    voice: VoiceName = ""
    """Voice of espeak-ng, such as en-us or de+f3 (`espeak-ng --voices`); by default the language's."""
    model_file: Path | None = None
    """Model of a piper voice (.onnx), in the language that is spoken; its .onnx.json has to be beside it."""
    program_file: Path | None = None
    """The program piper, such as /opt/piper/piper; by default the one that is found on the PATH."""

    @model_validator(mode="after")
    def _check_model(self) -> Self:
        if self.engine == "piper" and self.model_file is None:
            raise ValueError('engine = "piper" needs `model_file`, the .onnx file of a voice')
        if any(path is not None and not path.name for path in (self.model_file, self.program_file)):
            raise ValueError("model_file and program_file name a file: leave them out for none")
        return self
