"""What a refusal says."""


def only_error(response) -> dict:
    """Return the error of an answer that names exactly one."""
    (error,) = response.json()["errors"]
    return error
