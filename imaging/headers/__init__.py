"""What a picture file says about itself, read under limits before anything decodes it."""

from imaging.headers import jpeg, png, tiff

CHECK = {"image/png": png.check, "image/jpeg": jpeg.check, "image/tiff": tiff.check}


def check_header(content, media_type: str) -> tuple[int, int]:
    """Return columns and rows as stored, or raise; ``content`` is bytes or a memory map."""
    return CHECK[media_type](content)
