"""Office files are ZIP archives; here one is packed again so that the same parts give the same bytes."""

import io
import zipfile

_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest day a ZIP can name


def repacked(content: bytes) -> bytes:
    """The archive with fixed times, rights and compression; the order of its parts stays."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return packed.getvalue()
