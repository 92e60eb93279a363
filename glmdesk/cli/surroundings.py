"""What every command finds around it: folders, settings, secrets, and the way to the service."""

import os
from dataclasses import dataclass
from pathlib import Path

from glmdesk.chat.backends import SharedGates, demo_connection, service_connection
from glmdesk.chat.connection import Connection
from glmdesk.desktop.paths import Paths, resources
from glmdesk.desktop.redaction import Redactor
from glmdesk.desktop.secrets import Secrets
from glmdesk.domain.catalog import Catalog
from glmdesk.storage.models_file import load_catalog
from glmdesk.storage.services_file import ServicesFile
from glmdesk.storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts that cost nothing until they are used."""

    paths: Paths
    settings: Settings
    redactor: Redactor
    secrets: Secrets
    services: ServicesFile
    is_demo: bool

    @property
    def database_path(self) -> Path:
        """Where the conversations are."""
        return self.paths.data / "glmdesk.db"

    def catalog(self) -> Catalog:
        """Read the models on offer."""
        catalog = load_catalog(resources(), self.paths.config)
        catalog.own_services = self.services.services
        return catalog

    def connection(self) -> Connection:
        """Return a new connection; nothing is loaded yet."""
        if self.is_demo:
            return demo_connection(self.catalog(), resources())
        gates = SharedGates(self.settings, self.catalog)
        return service_connection(self.settings, self.secrets, os.environ, gates, self.services.services)
