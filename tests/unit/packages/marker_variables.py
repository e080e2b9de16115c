"""Print as JSON the variables of environment markers in this Python: the rules of PEP 508."""

import json
import os
import platform
import sys

found = {
    "implementation_name": sys.implementation.name,
    "implementation_version": ".".join(map(str, sys.implementation.version[:3])),
    "os_name": os.name,
    "platform_machine": platform.machine(),
    "platform_python_implementation": platform.python_implementation(),
    "platform_release": platform.release(),
    "platform_system": platform.system(),
    "platform_version": platform.version(),
    "python_full_version": platform.python_version(),
    "python_version": ".".join(platform.python_version_tuple()[:2]),
    "sys_platform": sys.platform,
}
sys.stdout.write(json.dumps(found) + "\n")
