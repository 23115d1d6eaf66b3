"""Changes stanzas of a status file of dpkg: dpkg_status.py FILE CODE; s is a dict of name to text."""

import re
import sys

path, code = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    stanzas = file.read().strip().split("\n\n")
s = {re.search(r"^Package: (.*)", text, re.M)[1]: text for text in stanzas}


def version(name, new):
    s[name] = re.sub(r"^Version: .*", "Version: " + new, s[name], flags=re.M)


def shipped(name, conffile, md5):
    """The package shipped the configuration file with this MD5."""
    s[name], count = re.subn(
        rf"^ {re.escape(conffile)} [0-9a-f]+$", f" {conffile} {md5}", s[name], flags=re.M)
    assert count == 1, conffile


exec(code)
with open(path, "w", encoding="utf-8") as file:
    file.write("\n\n".join(s.values()) + "\n\n")
