"""The environment of tests: nothing in it tells one machine from another."""
import os

HERE = os.path.dirname(os.path.abspath(__file__))
FONTS = os.path.join(HERE, "..", "tests", "fonts.conf")  # those of the packages that tests install


def settle():
    """Makes it that of this process and of those that it starts. What a runner chose, small fonts or a clock, stays."""
    os.umask(0o022)
    for name in list(os.environ):
        if name.startswith(("LC_", "XDG_", "PG", "ZHIYUN_ADMIN", "ZHIYUN_LANG", "ZHIYUN_BACKUP")) or name == "LANGUAGE" \
                or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ.update(LANG="C.UTF-8", TZ="UTC")
    os.environ.setdefault("FONTCONFIG_FILE", os.path.realpath(FONTS))
