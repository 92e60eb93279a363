"""What questions are asked with, in the composer, and the word on what models want to run, above it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from glmdesk.domain.catalog import Offer
from glmdesk.domain.options import Options
from glmdesk.ui.controllers.chat import ChatController
from glmdesk.ui.controllers.tools import Question, ToolsController, Verdict
from glmdesk.ui.panes.chat_pane import ChatPane
from glmdesk.ui.tasks import TaskRunner
from glmdesk.ui.widgets.approval import Approval
from glmdesk.ui.widgets.ways_bar import WaysBar


class Asking(QObject):
    """Keeps the buttons in the composer true to the options of the conversation on the screen.

    Signals:
        management_requested(): somebody wants to see what runs unasked.
        settings_requested(): somebody wants to choose how this chat asks.
        own_tools_requested(): somebody wants to see the tools of their own.
        schema_requested(): somebody wants to choose what its JSON has to be.
    """

    management_requested = Signal()
    settings_requested = Signal()
    own_tools_requested = Signal()
    schema_requested = Signal()

    def __init__(
        self,
        pane: ChatPane,
        bar: WaysBar,
        chat: ChatController,
        tools: ToolsController,
        tasks: TaskRunner,
        *,
        offer: Callable[[], Offer],
    ) -> None:
        super().__init__(pane)
        self._offer = offer
        self._pane = pane
        self._bar = bar
        self._chat = chat
        self._tools = tools
        self._tasks = tasks
        self._approval: Approval | None = None
        """It comes with the first question."""
        self._questions: list[Question] = []
        pane.composer.add_ways(bar)
        bar.web_search_toggled.connect(self._search_web)
        bar.json_toggled.connect(self._want_json)
        bar.schema_wanted.connect(self.schema_requested)
        bar.tools_wanted.connect(lambda: tasks.start("tools", self._open_tools))
        bar.tool_toggled.connect(self._toggle_tool)
        bar.connector_toggled.connect(self._toggle_connector)
        bar.management_requested.connect(self.management_requested)
        bar.settings_requested.connect(self.settings_requested)
        bar.own_tools_requested.connect(self.own_tools_requested)
        chat.conversation_changed.connect(self.refresh)
        tools.asked.connect(self._take)
        tools.settled.connect(self._drop)
        self.refresh()

    def refresh(self) -> None:
        """Show how the conversation on the screen asks, at the service in force."""
        conversation = self._chat.conversation
        obstacle = self._offer().unsearching(conversation.model)
        self._bar.show_ways(
            conversation.options,
            has_system=bool(conversation.system),
            unsearching=obstacle.words if obstacle else "",
            deaf=self._deaf,
        )
        self._show_question()

    @property
    def _deaf(self) -> str:
        """The title of the model, if the service asks no servers for it."""
        model_id, offer = self._chat.conversation.model, self._offer()
        return "" if offer.asks_servers(model_id) else offer.title(model_id)

    def _search_web(self, is_on: bool) -> None:
        self._change(lambda options: replace(options, searches_web=is_on))

    def _want_json(self, is_on: bool) -> None:
        self._change(lambda options: replace(options, json_schema="" if is_on else None))

    def _toggle_tool(self, name: str) -> None:
        self._change(lambda options: replace(options, tools=_toggled(options.tools, name)))

    def _toggle_connector(self, connector_id: str) -> None:
        self._change(lambda options: replace(options, connectors=_toggled(options.connectors, connector_id)))

    def _change(self, change: Callable[[Options], Options]) -> None:
        conversation = self._chat.conversation
        self._chat.choose_options(conversation.system, change(conversation.options))

    async def _open_tools(self) -> None:
        specs = [tool.spec for tool in await self._tools.all()]
        connectors = await self._tools.offered()
        self._bar.open_tools(specs, connectors, self._chat.conversation.options, deaf=self._deaf)

    def _take(self, question: Question) -> None:
        self._questions.append(question)
        self._show_question()

    def _drop(self, question_id: str) -> None:
        self._questions = [question for question in self._questions if question.id != question_id]
        self._show_question()

    def _show_question(self) -> None:
        """Show the first question of the conversation on the screen, or else the first of all."""
        here = self._chat.conversation.id
        ordered = sorted(self._questions, key=lambda question: question.conversation_id != here)
        if not ordered:
            if self._approval is not None:
                self._leave(self._approval)
            return
        if self._approval is None:
            self._approval = Approval()
            self._approval.decided.connect(self._decide)
            self._pane.add_approval(self._approval)
        first, *others = ordered
        elsewhere = "" if first.conversation_id == here else first.title
        self._approval.show_call(first.id, first.spec, first.call, elsewhere=elsewhere, others=len(others))

    def _leave(self, approval: Approval) -> None:
        had_keyboard = approval.has_keyboard
        approval.leave()
        if had_keyboard:
            self._pane.composer.input.setFocus()

    def _decide(self, question_id: str, verdict: str, reason: str) -> None:
        self._tools.decide(question_id, Verdict(verdict), reason)


def _toggled(chosen: tuple[str, ...], one: str) -> tuple[str, ...]:
    """Return what is chosen without one of them, or with it at the end."""
    return tuple(other for other in chosen if other != one) if one in chosen else (*chosen, one)
