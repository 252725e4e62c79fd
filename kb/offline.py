"""Keep libraries quiet: no downloads of dictionaries, no writing to the home folder, no usage reports. Import before they are imported.

A value that is already set stays. Models named by the operator (KB_MODEL) may still be fetched: HF_HUB_OFFLINE is theirs to set.
"""

from __future__ import annotations

import os

SWITCHES = {
    "PYTHAINLP_OFFLINE": "1",
    "PYTHAINLP_READ_ONLY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # The version that is locked keeps an id of the machine and events in the home folder, and sends them to Microsoft.
    "ORT_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}

for _name, _value in SWITCHES.items():
    os.environ.setdefault(_name, _value)
