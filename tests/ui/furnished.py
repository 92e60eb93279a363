"""The main window with everything in it and nobody behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from PySide6.QtWidgets import QApplication

from glmdesk.chat.key_state import Missing
from glmdesk.desktop.paths import resources
from glmdesk.domain.catalog import Offer
from glmdesk.domain.conversation import Conversation, MessageTree
from glmdesk.domain.endpoint import Endpoint
from glmdesk.domain.message import Message
from glmdesk.render import highlight
from glmdesk.ui import theme
from glmdesk.ui.icons import Icons
from glmdesk.ui.main_window import MainWindow
from glmdesk.ui.models.conversation_list import ConversationList
from glmdesk.ui.models.formulas import Formulas
from glmdesk.ui.models.images import Images
from glmdesk.ui.models.message_list import MessageList
from glmdesk.ui.widgets.boxes.voices import Voices
from glmdesk.ui.widgets.conversation_view import ConversationView
from glmdesk.ui.widgets.key_entry import KeyEntry
from glmdesk.ui.widgets.menu_button import MenuButton
from glmdesk.ui.widgets.model_picker import ModelPicker
from glmdesk.ui.widgets.starters import Starters
from glmdesk.ui.widgets.transcript import Transcript


def style_of(look: theme.Theme = theme.LIGHT) -> theme.Style:
    """Return what messages are drawn with in the application's font."""
    text = QApplication.font()
    return theme.Style(look, text, theme.code_font(text))


def voices_of(style: theme.Style, formulas: Formulas, images: Images | None = None) -> Voices:
    """Return the fonts of a style, with formulas and images to be drawn in texts."""
    return Voices(style, formulas, images or Images(), Icons(resources() / "icons"))


@dataclass(slots=True, weakref_slot=True)
class Furnished:
    """A window and its parts. The caller owns the window, the window owns the rest."""

    offer: Offer
    icons: Icons
    is_demo: bool = True
    look: theme.Theme = theme.LIGHT
    window: MainWindow = field(init=False)
    rows: ConversationList = field(init=False)
    view: ConversationView = field(init=False)
    messages: MessageList = field(init=False)
    formulas: Formulas = field(init=False)
    images: Images = field(init=False)
    transcript: Transcript = field(init=False)
    picker: ModelPicker = field(init=False)
    key_entry: KeyEntry = field(init=False)
    starters: Starters = field(init=False)

    def __post_init__(self) -> None:
        self.window = MainWindow(self.icons, is_demo=self.is_demo)
        self.window.set_theme(self.look)
        self.rows = ConversationList(self.window)
        self.view = ConversationView(self.rows)
        self.window.sidebar.add_list(self.view, MenuButton("Conversations shown"), self.look)
        self.picker = ModelPicker(self.offer, "en")
        self.window.chat.header.add_controls(self.picker, MenuButton("More"), self.look)
        self.key_entry = KeyEntry()
        self.key_entry.show_state(Missing(Endpoint("https://example.org", "example.org")))
        self.starters = Starters()
        self.window.chat.add_pages(self.key_entry, self.starters)
        self.messages = MessageList(self.window)
        self.formulas = Formulas(self.window)
        self.images = Images(self.window)
        self.transcript = Transcript(
            self.messages,
            self.offer,
            self.icons,
            style_of(self.look),
            formulas=self.formulas,
            images=self.images,
        )
        self.transcript.language_wanted.connect(self._load)
        self.window.chat.add_transcript(self.transcript)

    def _load(self, language: str) -> None:
        highlight.load(language)
        self.transcript.colour()

    def list_conversation(self, title: str, *, model: str = "glm-4-plus") -> Conversation:
        """List a conversation and show its title above the messages."""
        now = datetime.now(UTC)
        conversation = Conversation(f"conversation-{self.rows.rowCount()}", title, now, now, model)
        self.rows.put(conversation)
        self.window.chat.header.show_conversation(conversation, is_stored=True)
        self.window.show_title(title)
        return conversation

    def show_messages(self, branch: Sequence[Message]) -> None:
        """Show the transcript with some messages, first one first."""
        self.messages.show_branch(MessageTree(branch), branch[-1].id if branch else None)
        self.window.chat.show_messages()
