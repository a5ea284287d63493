#!/usr/bin/env python3
"""openapi.py ZHIYUN FILE: writes the API's description, in English and a member a line, so that changes can be read."""
import json
import subprocess
import sys

text = subprocess.run([sys.argv[1], "--lang", "en", "openapi"], check=True, capture_output=True).stdout
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(json.loads(text), file, ensure_ascii=False, indent=0)
    file.write("\n")
