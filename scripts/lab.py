"""Starts JupyterLab behind a token that is made here, whatever a configuration says; the arguments are JupyterLab's.

The token isn't an argument: other people on this computer could read it in the list of its processes.
"""
import secrets

from jupyter_server.auth.identity import PasswordIdentityProvider
from jupyterlab.labapp import main
from traitlets import validate

token = secrets.token_hex(24)


class OwnToken(PasswordIdentityProvider):
    """Lets in who has the token of this start. A token or a password from a configuration doesn't count."""

    # So that the token is shown with the address; the server clears it where a configuration names a token.
    token_generated = property(lambda self: True, lambda self, value: None)

    @validate("token", "hashed_password")
    def _own(self, proposal):
        return token if proposal["trait"].name == "token" else ""


if __name__ == "__main__":
    main()
