"""Says what params it takes."""

import json

PARAMS = {
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 12, "pattern": "^[a-z0-9-]+$"},
        "columns": {"type": "integer", "minimum": 1, "maximum": 6, "default": 3},
        "scale": {"type": "number", "default": 1.5},
        "mode": {"enum": ["fast", "slow", 1, None], "default": "fast"},
        "open": {"type": "boolean"},
        "fixed": {"const": "yes"},
    },
}


def render(context):
    return {"text": json.dumps(context["params"], sort_keys=True)}
