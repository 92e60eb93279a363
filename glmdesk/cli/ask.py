"""`glmdesk ask`: one question, and the answer on standard output as it is written."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from glmdesk.chat.connection import Connection
from glmdesk.chat.context import prompt_messages
from glmdesk.chat.live import LiveAnswer
from glmdesk.chat.messages import new_answer, new_conversation, new_question
from glmdesk.chat.part_by_part import PartsWriter
from glmdesk.chat.progress import describe_progress
from glmdesk.chat.structured import told
from glmdesk.chat.turn import run_turn
from glmdesk.chat.window import TOO_LONG, tokens_in
from glmdesk.cli.options import Options
from glmdesk.cli.parts import LongFiles
from glmdesk.cli.question import Question, question_of, schema_of
from glmdesk.cli.signals import stoppable
from glmdesk.cli.streams import Output, OutputClosed, tell, tell_person, tell_problem
from glmdesk.cli.surroundings import Surroundings
from glmdesk.domain.budget import Budget, BudgetReached
from glmdesk.domain.catalog import Offer
from glmdesk.domain.conversation import Conversation, title_of
from glmdesk.domain.errors import Action, Problem, ServiceRefused, StreamInterrupted, UsageError
from glmdesk.domain.events import Event, Progress, ReasoningDelta, TextDelta
from glmdesk.domain.local_time import month_of
from glmdesk.domain.message import Citation, Message, State, listed_sources
from glmdesk.domain.options import Options as Ways
from glmdesk.domain.request import ChatRequest, WebSearch
from glmdesk.domain.strict_json import unfenced
from glmdesk.i18n import N_, _
from glmdesk.storage.attachments import attachments_of
from glmdesk.storage.conversations import Conversations
from glmdesk.storage.database import Database
from glmdesk.storage.files import is_there
from glmdesk.storage.journal import AnswerWriter
from glmdesk.storage.ledger import Ledger

# What there is here in place of the button beside an answer that was cut.
_KEPT = N_("What had arrived is in the history: continue it in the window, or ask again.")
_NOT_KEPT = N_("What had arrived is on standard output only. Ask again.")

_READ_PARTS = N_("Ask with --part-by-part: then the files are read one part after the other.")
_ASK_AGAIN = N_("Ask again, or ask for what is missing in the window.")

_ASK_SUCCESSOR = N_("Ask its successor with --model {successor_id}.")
_ASK_FREE = N_("Top up in the console, or ask {free} with --model {free_id}, which is free.")

# What there is here in place of the button.
_SPEND_ON = N_(
    "Ask with --over-budget all the same, choose a free model with --model, or raise the budget in the "
    "settings."
)


def ask(options: Options, surroundings: Surroundings) -> int:
    """Ask and print until the answer ends; return the exit code.

    Raises KeyboardInterrupt when a signal stopped it, UsageError, BudgetReached, and what `run_turn` and
    `Output` raise.
    """
    schema = schema_of(options)
    question = question_of(options)
    try:
        return asyncio.run(_ask(question, Ways(json_schema=schema), options, surroundings))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _ask(asked: Question, ways: Ways, options: Options, surroundings: Surroundings) -> int:
    connection, catalog = surroundings.connection(), surroundings.catalog()
    offer = catalog.of(connection.endpoint)
    model = _model(options, surroundings, offer)
    _require_able(offer, model, asked, options)
    notices = [*surroundings.settings.notices, *surroundings.services.notices, *catalog.notices]
    conversation = new_conversation(model, title=title_of(asked.draft.heading), system=options.system)
    conversation = replace(conversation, options=ways)
    question = new_question(conversation, None, asked.draft)
    long_files = LongFiles.of(asked, conversation, question, offer=offer)
    answer = new_answer(conversation, question.id)
    live = LiveAnswer(answer, partial(offer.cost, model), saving=partial(offer.saved, model))
    files = {file.attachment.digest: file.read for file in asked.files}
    request = ChatRequest(
        model,
        prompt_messages([question], system=told(conversation.system, answer.structured), files=files),
        json_mode=answer.structured is not None,
        web_search=WebSearch() if options.searches_web else None,
    )
    async with AsyncExitStack() as parts:
        parts.enter_context(stoppable(partial(_request_stop, live)))
        parts.push_async_callback(connection.close)
        database: Database | None = None
        if _counts(options, surroundings, offer, {model, asked.reader or model}):
            database = await parts.enter_async_context(Database(surroundings.database_path))
            await _require_budget(database, surroundings, offer)
        # Without a key nothing was asked, and there is nothing to keep.
        await _connect(connection, surroundings, notices)
        writer: PartsWriter = _Unkept()
        if options.is_saved:
            if database is None:
                database = await parts.enter_async_context(Database(surroundings.database_path))
            for file in asked.files:
                attachments_of(database.path).keep(file.attachment.name, [file.content])
            writer = await _begin(database, conversation, question, answer)
        try:
            if long_files is not None:
                request = await long_files.read(connection, offer, live, writer)
            tokens = tokens_in(request)
            turn = run_turn(
                connection.client,
                offer.fitted(request, tokens),
                live,
                writer,
                _tell_progress,
                prompt_tokens=tokens,
            )
            await _print(turn, live)
        except StreamInterrupted as error:
            advice = _KEPT if options.is_saved else _NOT_KEPT
            raise StreamInterrupted(replace(error.problem, advice=advice)) from error
        except ServiceRefused as error:
            raise _advised(error, offer, model, has_files=bool(asked.files)) from error
    return _conclude(live.message)


def _advised(error: ServiceRefused, offer: Offer, model_id: str, *, has_files: bool) -> ServiceRefused:
    """Return a refusal with what to do here: about a model, or about long files."""
    if has_files and error.problem.code in TOO_LONG:
        return ServiceRefused(replace(error.problem, advice=_READ_PARTS, action=None))
    problem = offer.advised(error.problem, model_id)
    if problem is error.problem:
        return error
    advice = _ASK_SUCCESSOR if problem.action is Action.ASK_SUCCESSOR else _ASK_FREE
    return ServiceRefused(replace(problem, advice=advice, action=None, alternative=None))


def _model(options: Options, surroundings: Surroundings, offer: Offer) -> str:
    """Return the model that answers. Raises ServiceRefused for one that the service does not have."""
    if options.model:
        offer.require(options.model)
        return options.model
    preferred, is_demo = surroundings.settings.model, surroundings.is_demo
    if not is_demo and (replacement := offer.replacement(preferred)):
        tell_problem(replacement)
    return offer.preselected(preferred, known_only=is_demo)


def _require_able(offer: Offer, model: str, asked: Question, options: Options) -> None:
    """Raise UsageError for images that a model does not see, and for a search that is not done for it."""
    images = [file.attachment.name for file in asked.files if file.is_image]
    unsearching = offer.unsearching(model) if options.searches_web else None
    if obstacle := offer.blindness(model, images) or unsearching:
        raise UsageError(obstacle)


def _counts(options: Options, surroundings: Surroundings, offer: Offer, model_ids: Iterable[str]) -> bool:
    """Whether there is a budget that could forbid to ask. Without a history nothing was spent."""
    if options.goes_over_budget or not surroundings.settings.monthly_budget:
        return False
    models = map(offer.get, model_ids)
    may_cost = any(model is None or not model.is_free for model in models)
    return may_cost and is_there(surroundings.database_path)


async def _require_budget(database: Database, surroundings: Surroundings, offer: Offer) -> None:
    """Raise BudgetReached where this month has cost what it may."""
    costs = await Ledger(database).total(month_of(datetime.now(UTC)))
    budget = Budget.of(surroundings.settings.monthly_budget, costs, offer.currency)
    if budget is not None and budget.is_reached:
        raise BudgetReached(replace(budget.problem, advice=_SPEND_ON, action=None))


class _Unkept:
    """Takes an answer that is not to be kept."""

    async def keep(self, message: Message) -> None:
        """Forget it."""

    def write(self, *, text: str = "", reasoning: str = "") -> None:
        """Forget it."""

    async def finish(self, message: Message) -> None:
        """Forget it."""


async def _connect(connection: Connection, surroundings: Surroundings, notices: Iterable[Problem]) -> None:
    for notice in notices:
        tell_problem(notice)
    if surroundings.is_demo:
        tell_person(_("Demo: simulated answers"))
    if warning := (await connection.warm_up()).warning:
        tell(warning)
    await connection.client()


async def _begin(
    database: Database, conversation: Conversation, question: Message, answer: Message
) -> PartsWriter:
    await Conversations(database).create(conversation, question, answer)
    for notice in database.notices:
        tell_problem(notice)
    return AnswerWriter(database, answer.id)


async def _print(turn: AsyncGenerator[Event, None], live: LiveAnswer) -> None:
    output, has_thought = Output(), False
    is_shown_at_once = live.message.structured is None
    try:
        async with aclosing(turn) as events:
            async for event in events:
                if isinstance(event, TextDelta) and is_shown_at_once:
                    _write(output, event.text, live)
                elif isinstance(event, ReasoningDelta) and not has_thought:
                    has_thought = True
                    tell_person(_("Thinking…"))
    finally:
        output.end_line()
    if live.message.citations and is_shown_at_once:
        output.write("\n" + "".join(_source_lines(live.message.citations)))


def _write(output: Output, text: str, live: LiveAnswer) -> None:
    try:
        output.write(text)
    except OutputClosed:
        _request_stop(live)
        raise


def _request_stop(live: LiveAnswer) -> None:
    live.is_stop_requested = True


def _tell_progress(progress: Progress) -> None:
    if words := describe_progress(progress):
        tell_person(words)


def _source_lines(citations: Iterable[Citation]) -> Iterable[str]:
    for number, citation in enumerate(listed_sources(citations), start=1):
        # What is read above was printed before anything was known of its sources.
        mark, name, link = citation.ref or number, citation.name, citation.link
        yield f"[{mark}] {name}" + (f" – {link}" if link not in ("", name) else "") + "\n"


def _conclude(answer: Message) -> int:
    """Say what is special about the way an answer ended, and return the exit code for it."""
    if answer.is_good_json:
        # Whoever reads it reads nothing else: what is no JSON never comes on standard output.
        output = Output(is_exact=True)
        output.write(unfenced(answer.text))
        output.end_line()
        return 0
    if problem := answer.problem or answer.shortfall:
        is_lacking = answer.state is State.COMPLETE and answer.parts is not None and answer.parts.missing
        tell_problem(replace(problem, advice=_ASK_AGAIN) if is_lacking else problem)
    elif answer.state is State.CUT_SHORT:
        tell(_("This answer reached its length limit."))
    is_refused = answer.state is State.WITHHELD or answer.structured is not None
    is_refused = is_refused or bool(answer.parts and answer.parts.missing)
    return ServiceRefused.exit_code if is_refused else 0
