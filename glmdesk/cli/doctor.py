"""`glmdesk doctor`: how the installation and its data are, without any secret or message."""

import asyncio
import os

from glmdesk.chat.connection import Connection
from glmdesk.cli import findings
from glmdesk.cli.options import Options
from glmdesk.cli.report import Report, Section
from glmdesk.cli.streams import Output
from glmdesk.cli.surroundings import Surroundings
from glmdesk.domain.catalog import Catalog
from glmdesk.domain.errors import LocalDataError, UserError
from glmdesk.i18n import _


def examine(options: Options, surroundings: Surroundings) -> int:
    """Print the report and return the exit code: 6 when something of our own is wrong.

    Asked to go online, return the code of the error that kept us from it.
    """
    catalog = surroundings.catalog()
    local = _local_sections(surroundings, catalog)
    remote, code = asyncio.run(_remote_sections(options, surroundings, catalog))
    report = Report([*local, *remote], surroundings.redactor.redact)
    Output().write(report.as_json() if options.as_json else report.as_text())
    return LocalDataError.exit_code if any(section.problems for section in local) else code


def _local_sections(surroundings: Surroundings, catalog: Catalog) -> list[Section]:
    return [
        findings.versions(),
        findings.folders(surroundings.paths),
        findings.settings_in_force(surroundings.settings),
        findings.own_models(surroundings.paths.config, catalog),
        findings.own_services(surroundings.services),
        findings.database(surroundings.database_path),
        findings.desktop(os.environ),
    ]


async def _remote_sections(
    options: Options, surroundings: Surroundings, catalog: Catalog
) -> tuple[list[Section], int]:
    """Return what is known of the service and the key, and the exit code that follows from it."""
    connection = surroundings.connection()
    if connection.refusal:
        return [Section("service", _("Service"), [], [connection.refusal])], LocalDataError.exit_code
    endpoint = connection.endpoint
    offer = catalog.of(endpoint)
    sections = [findings.service(endpoint, surroundings.settings, offer, os.environ)]
    if not surroundings.is_demo and endpoint.needs_key:
        sections.append(await findings.key(surroundings.secrets, endpoint.host))
    if not options.is_online:
        return sections, 0
    section, code = await _ask_service(connection)
    return [*sections, section], code


async def _ask_service(connection: Connection) -> tuple[Section, int]:
    try:
        return await findings.online(connection), 0
    except UserError as error:
        return Section("online", _("Models"), [], [error.problem]), error.exit_code
    finally:
        await connection.close()
